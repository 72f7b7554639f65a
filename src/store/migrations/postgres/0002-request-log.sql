CREATE TABLE telemetry_request_log (
  id TEXT NOT NULL,
  started_at_ms BIGINT NOT NULL,
  key_id TEXT,
  key_hash TEXT,
  user_id TEXT,
  team_id TEXT,
  end_user TEXT,
  requested_model TEXT,
  answered_model TEXT,
  upstream_id TEXT,
  deployment TEXT,
  provider TEXT,
  upstream_model TEXT,
  outcome TEXT NOT NULL,
  status INTEGER NOT NULL,
  streamed INTEGER NOT NULL,
  input_tokens BIGINT NOT NULL,
  output_tokens BIGINT NOT NULL,
  cost_nano BIGINT NOT NULL,
  charge_nano BIGINT NOT NULL,
  price_version TEXT,
  priced INTEGER NOT NULL,
  sandbox INTEGER NOT NULL,
  duration_ms BIGINT NOT NULL,
  first_byte_ms BIGINT,
  client_request_id TEXT,
  event TEXT NOT NULL,
  PRIMARY KEY (id, started_at_ms)
) PARTITION BY RANGE (started_at_ms);

-- Days are made as they come; this one takes what no day could be made for.
CREATE TABLE telemetry_request_log_other PARTITION OF telemetry_request_log DEFAULT;

CREATE INDEX telemetry_request_log_started ON telemetry_request_log (started_at_ms);
CREATE INDEX telemetry_request_log_key ON telemetry_request_log (key_id, started_at_ms);
CREATE INDEX telemetry_request_log_upstream ON telemetry_request_log (upstream_id) WHERE upstream_id IS NOT NULL;
