-- What reports filter by and sum, out of `event`; null in rows of former versions until they are summed.
ALTER TABLE telemetry_request_log ADD COLUMN error_code TEXT;
ALTER TABLE telemetry_request_log ADD COLUMN session_id TEXT;
ALTER TABLE telemetry_request_log ADD COLUMN cache_read_tokens BIGINT;
ALTER TABLE telemetry_request_log ADD COLUMN cache_write_tokens BIGINT;
-- 1: the row is in the sums below.
ALTER TABLE telemetry_request_log ADD COLUMN summed INTEGER;
CREATE INDEX telemetry_request_log_session ON telemetry_request_log (session_id, started_at_ms)
  WHERE session_id IS NOT NULL;

-- A combination of dimensions that calls are summed by. `name`: all of it as JSON, its identity.
CREATE TABLE telemetry_usage_subject (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  cube INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  team_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  customer TEXT NOT NULL,
  tag TEXT NOT NULL,
  model TEXT NOT NULL,
  upstream_model TEXT NOT NULL,
  provider TEXT NOT NULL
);
CREATE INDEX telemetry_usage_subject_cube ON telemetry_usage_subject (cube);

-- Sums of a subject's calls. Room in each page, so that a sum that grows moves no index entry.
CREATE TABLE telemetry_usage_hour (
  cube INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  subject BIGINT NOT NULL,
  requests BIGINT NOT NULL,
  successes BIGINT NOT NULL,
  charge_nano BIGINT NOT NULL,
  cost_nano BIGINT NOT NULL,
  input_tokens BIGINT NOT NULL,
  output_tokens BIGINT NOT NULL,
  cache_read_tokens BIGINT NOT NULL,
  cache_write_tokens BIGINT NOT NULL,
  duration_ms BIGINT NOT NULL,
  first_byte_ms BIGINT NOT NULL,
  latency_0 INTEGER NOT NULL,
  latency_1 INTEGER NOT NULL,
  latency_2 INTEGER NOT NULL,
  latency_3 INTEGER NOT NULL,
  latency_4 INTEGER NOT NULL,
  latency_5 INTEGER NOT NULL,
  latency_6 INTEGER NOT NULL,
  latency_7 INTEGER NOT NULL,
  latency_8 INTEGER NOT NULL,
  latency_9 INTEGER NOT NULL,
  latency_10 INTEGER NOT NULL,
  latency_11 INTEGER NOT NULL,
  PRIMARY KEY (cube, bucket, subject)
) WITH (fillfactor = 70);
CREATE TABLE telemetry_usage_error_hour (
  cube INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  subject BIGINT NOT NULL,
  code TEXT NOT NULL,
  requests BIGINT NOT NULL,
  PRIMARY KEY (cube, bucket, subject, code)
);
CREATE TABLE telemetry_usage_day (
  cube INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  subject BIGINT NOT NULL,
  requests BIGINT NOT NULL,
  successes BIGINT NOT NULL,
  charge_nano BIGINT NOT NULL,
  cost_nano BIGINT NOT NULL,
  input_tokens BIGINT NOT NULL,
  output_tokens BIGINT NOT NULL,
  cache_read_tokens BIGINT NOT NULL,
  cache_write_tokens BIGINT NOT NULL,
  duration_ms BIGINT NOT NULL,
  first_byte_ms BIGINT NOT NULL,
  latency_0 INTEGER NOT NULL,
  latency_1 INTEGER NOT NULL,
  latency_2 INTEGER NOT NULL,
  latency_3 INTEGER NOT NULL,
  latency_4 INTEGER NOT NULL,
  latency_5 INTEGER NOT NULL,
  latency_6 INTEGER NOT NULL,
  latency_7 INTEGER NOT NULL,
  latency_8 INTEGER NOT NULL,
  latency_9 INTEGER NOT NULL,
  latency_10 INTEGER NOT NULL,
  latency_11 INTEGER NOT NULL,
  PRIMARY KEY (cube, bucket, subject)
) WITH (fillfactor = 70);
CREATE TABLE telemetry_usage_error_day (
  cube INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  subject BIGINT NOT NULL,
  code TEXT NOT NULL,
  requests BIGINT NOT NULL,
  PRIMARY KEY (cube, bucket, subject, code)
);
CREATE INDEX telemetry_usage_hour_subject ON telemetry_usage_hour (subject, bucket);

-- How far rows of former versions are in the sums.
CREATE TABLE telemetry_usage_backfill (
  single INTEGER PRIMARY KEY CHECK (single = 1),
  after_id TEXT NOT NULL,
  done INTEGER NOT NULL
);
INSERT INTO telemetry_usage_backfill (single, after_id, done)
  SELECT 1, '', CASE WHEN EXISTS (SELECT 1 FROM telemetry_request_log) THEN 0 ELSE 1 END;
