-- What calls said, where it is kept: each side JSON, compressed with zstd. `*_bytes`: its length as it came.
CREATE TABLE telemetry_content (
  id TEXT PRIMARY KEY,
  started_at_ms BIGINT NOT NULL,
  mode TEXT NOT NULL,
  dialect TEXT NOT NULL,
  request BYTEA NOT NULL,
  request_bytes BIGINT NOT NULL,
  request_cut INTEGER NOT NULL,
  answer BYTEA,
  answer_bytes BIGINT NOT NULL,
  answer_cut INTEGER NOT NULL
);
-- Compressed already.
ALTER TABLE telemetry_content ALTER COLUMN request SET STORAGE EXTERNAL;
ALTER TABLE telemetry_content ALTER COLUMN answer SET STORAGE EXTERNAL;
CREATE INDEX telemetry_content_started ON telemetry_content (started_at_ms);
