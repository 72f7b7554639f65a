CREATE TABLE store_fact (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE access_virtual_key (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  hint TEXT NOT NULL,
  alias TEXT,
  user_id TEXT,
  team_id TEXT,
  models TEXT NOT NULL,
  metadata TEXT NOT NULL,
  max_budget_nano INTEGER,
  rpm_limit INTEGER,
  expires_at_ms INTEGER,
  blocked INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  revoked_at_ms INTEGER,
  changed_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX access_virtual_key_hash ON access_virtual_key (hash) WHERE revoked_at_ms IS NULL;
CREATE UNIQUE INDEX access_virtual_key_alias ON access_virtual_key (alias) WHERE revoked_at_ms IS NULL;
CREATE INDEX access_virtual_key_changed ON access_virtual_key (changed_seq, id);

-- One row. Whoever changes a key raises it first, in the same transaction: commits come in the order of the numbers.
CREATE TABLE access_change (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq INTEGER NOT NULL
) STRICT;
INSERT INTO access_change (one, seq) VALUES (1, 0);

CREATE TABLE catalog_price_version (
  version TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  tiers TEXT NOT NULL,
  first_seen_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_account (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  debits_posted INTEGER NOT NULL CHECK (debits_posted >= 0),
  credits_posted INTEGER NOT NULL CHECK (credits_posted >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_transfer (
  id TEXT PRIMARY KEY,
  debit_account TEXT NOT NULL,
  credit_account TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  kind TEXT NOT NULL,
  exchange_id TEXT NOT NULL,
  price_version TEXT,
  reverses TEXT,
  created_at_ms INTEGER NOT NULL,
  CHECK (debit_account <> credit_account)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER ledger_transfer_no_update BEFORE UPDATE ON ledger_transfer
BEGIN
  SELECT RAISE(ABORT, 'ledger_transfer is append-only');
END;

CREATE TRIGGER ledger_transfer_no_delete BEFORE DELETE ON ledger_transfer
BEGIN
  SELECT RAISE(ABORT, 'ledger_transfer is append-only');
END;

CREATE TABLE ledger_pot (
  pot TEXT NOT NULL,
  writer TEXT NOT NULL,
  posted INTEGER NOT NULL,
  changed_seq INTEGER NOT NULL,
  PRIMARY KEY (pot, writer)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_pot_changed ON ledger_pot (changed_seq);

CREATE TABLE ledger_change (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq INTEGER NOT NULL
) STRICT;
INSERT INTO ledger_change (one, seq) VALUES (1, 0);
