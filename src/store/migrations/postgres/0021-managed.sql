-- Whom and which keys the configuration has, by the name that it calls them; what it no longer has is kept, so that it can
-- come back as what it was.
CREATE TABLE access_managed (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  id TEXT NOT NULL,
  place TEXT NOT NULL,
  removed_at_ms BIGINT,
  PRIMARY KEY (kind, name)
);

-- One row for each time that the configuration changed something. Two that work at once want the same number: one gets it.
CREATE TABLE access_reconciliation (
  seq BIGINT PRIMARY KEY,
  at_ms BIGINT NOT NULL,
  digest TEXT NOT NULL,
  instance TEXT NOT NULL
);
INSERT INTO access_reconciliation (seq, at_ms, digest, instance) VALUES (0, 0, '', '');

-- What is switched, weighed or limited otherwise for a while.
CREATE TABLE catalog_overlay (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  setting TEXT NOT NULL,
  value TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  expires_at_ms BIGINT NOT NULL,
  ended_at_ms BIGINT
);
CREATE UNIQUE INDEX catalog_overlay_target ON catalog_overlay (kind, target, setting) WHERE ended_at_ms IS NULL;
CREATE INDEX catalog_overlay_expires ON catalog_overlay (expires_at_ms);

-- Whose budgets are larger for a while.
CREATE INDEX access_party_lent ON access_party (kind, id) WHERE terms LIKE '%"ofAll":true%';
CREATE INDEX access_virtual_key_lent ON access_virtual_key (id) WHERE terms LIKE '%"ofAll":true%';
