CREATE TABLE telemetry_request_log (
  id TEXT PRIMARY KEY,
  started_at_ms INTEGER NOT NULL,
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
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cost_nano INTEGER NOT NULL,
  charge_nano INTEGER NOT NULL,
  price_version TEXT,
  priced INTEGER NOT NULL,
  sandbox INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  first_byte_ms INTEGER,
  client_request_id TEXT,
  event TEXT NOT NULL
) STRICT;
CREATE INDEX telemetry_request_log_started ON telemetry_request_log (started_at_ms);
CREATE INDEX telemetry_request_log_key ON telemetry_request_log (key_id, started_at_ms);
CREATE INDEX telemetry_request_log_upstream ON telemetry_request_log (upstream_id) WHERE upstream_id IS NOT NULL;
