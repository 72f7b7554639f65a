-- Secrets that a key had before: each goes on working until its grace is over, and stays known for a while after.
CREATE TABLE access_former_secret (
  hash TEXT PRIMARY KEY,
  key_id TEXT NOT NULL,
  until_ms BIGINT NOT NULL
);
CREATE INDEX access_former_secret_key ON access_former_secret (key_id);

-- Null: never.
ALTER TABLE access_virtual_key ADD COLUMN rotated_at_ms BIGINT;
ALTER TABLE access_virtual_key ADD COLUMN rotations BIGINT NOT NULL DEFAULT 0;
ALTER TABLE access_virtual_key ADD COLUMN updated_at_ms BIGINT;

-- Pages of lists, of a million keys as of ten.
CREATE INDEX access_virtual_key_created ON access_virtual_key (created_at_ms, id);
