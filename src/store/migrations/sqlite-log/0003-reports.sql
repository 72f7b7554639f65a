-- What reports filter by and sum, out of `event`; null in rows of former versions until they are summed.
ALTER TABLE telemetry_request_log ADD COLUMN error_code TEXT;
ALTER TABLE telemetry_request_log ADD COLUMN session_id TEXT;
ALTER TABLE telemetry_request_log ADD COLUMN cache_read_tokens INTEGER;
ALTER TABLE telemetry_request_log ADD COLUMN cache_write_tokens INTEGER;
-- 1: the row is in the sums below.
ALTER TABLE telemetry_request_log ADD COLUMN summed INTEGER;
CREATE INDEX telemetry_request_log_session ON telemetry_request_log (session_id, started_at_ms)
  WHERE session_id IS NOT NULL;

-- A combination of dimensions that calls are summed by. `name`: all of it as JSON, its identity.
CREATE TABLE telemetry_usage_subject (
  id INTEGER PRIMARY KEY,
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
) STRICT;
CREATE INDEX telemetry_usage_subject_cube ON telemetry_usage_subject (cube);

-- Sums of a subject's calls. Clustered by time: what is written to is the end of each cube.
CREATE TABLE telemetry_usage_hour (
  cube INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  subject INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  successes INTEGER NOT NULL,
  charge_nano INTEGER NOT NULL,
  cost_nano INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  first_byte_ms INTEGER NOT NULL,
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
) STRICT, WITHOUT ROWID;
CREATE TABLE telemetry_usage_error_hour (
  cube INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  subject INTEGER NOT NULL,
  code TEXT NOT NULL,
  requests INTEGER NOT NULL,
  PRIMARY KEY (cube, bucket, subject, code)
) STRICT, WITHOUT ROWID;
CREATE TABLE telemetry_usage_day (
  cube INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  subject INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  successes INTEGER NOT NULL,
  charge_nano INTEGER NOT NULL,
  cost_nano INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  first_byte_ms INTEGER NOT NULL,
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
) STRICT, WITHOUT ROWID;
CREATE TABLE telemetry_usage_error_day (
  cube INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  subject INTEGER NOT NULL,
  code TEXT NOT NULL,
  requests INTEGER NOT NULL,
  PRIMARY KEY (cube, bucket, subject, code)
) STRICT, WITHOUT ROWID;

-- How far rows of former versions are in the sums.
CREATE TABLE telemetry_usage_backfill (
  single INTEGER PRIMARY KEY CHECK (single = 1),
  after_id TEXT NOT NULL,
  done INTEGER NOT NULL
) STRICT;
INSERT INTO telemetry_usage_backfill (single, after_id, done)
  SELECT 1, '', CASE WHEN EXISTS (SELECT 1 FROM telemetry_request_log) THEN 0 ELSE 1 END;
