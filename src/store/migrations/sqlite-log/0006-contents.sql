-- What calls said, where it is kept: each side JSON, compressed with zstd. `*_bytes`: its length as it came.
CREATE TABLE telemetry_content (
  id TEXT PRIMARY KEY,
  started_at_ms INTEGER NOT NULL,
  mode TEXT NOT NULL,
  dialect TEXT NOT NULL,
  request BLOB NOT NULL,
  request_bytes INTEGER NOT NULL,
  request_cut INTEGER NOT NULL,
  answer BLOB,
  answer_bytes INTEGER NOT NULL,
  answer_cut INTEGER NOT NULL
) STRICT;
CREATE INDEX telemetry_content_started ON telemetry_content (started_at_ms);
