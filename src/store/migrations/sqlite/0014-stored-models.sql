-- What was made over the API beside the file: deployments, credentials, fallbacks, access groups. `sealed` are the secrets
-- of an entry, which open for that entry and the host that they are sent to.
CREATE TABLE catalog_entry (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  facts TEXT NOT NULL,
  sealed TEXT,
  created_at_ms INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  updated_by TEXT NOT NULL,
  changed_seq INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE catalog_change (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq INTEGER NOT NULL
) STRICT;
INSERT INTO catalog_change (one, seq) VALUES (1, 0);
