CREATE TABLE store_fact (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE access_virtual_key (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  hint TEXT NOT NULL,
  alias TEXT,
  user_id TEXT,
  team_id TEXT,
  models TEXT NOT NULL,
  metadata TEXT NOT NULL,
  max_budget_nano BIGINT,
  rpm_limit BIGINT,
  expires_at_ms BIGINT,
  blocked INTEGER NOT NULL,
  created_at_ms BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  revoked_at_ms BIGINT,
  changed_seq BIGINT NOT NULL
);
CREATE UNIQUE INDEX access_virtual_key_hash ON access_virtual_key (hash) WHERE revoked_at_ms IS NULL;
CREATE UNIQUE INDEX access_virtual_key_alias ON access_virtual_key (alias) WHERE revoked_at_ms IS NULL;
CREATE INDEX access_virtual_key_changed ON access_virtual_key (changed_seq, id);

-- One row. Whoever changes a key raises it first, in the same transaction: commits come in the order of the numbers.
CREATE TABLE access_change (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq BIGINT NOT NULL
);
INSERT INTO access_change (one, seq) VALUES (1, 0);

CREATE TABLE catalog_price_version (
  version TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  tiers TEXT NOT NULL,
  first_seen_ms BIGINT NOT NULL
);

CREATE TABLE ledger_account (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  debits_posted BIGINT NOT NULL CHECK (debits_posted >= 0),
  credits_posted BIGINT NOT NULL CHECK (credits_posted >= 0)
);

CREATE TABLE ledger_transfer (
  id TEXT PRIMARY KEY,
  debit_account TEXT NOT NULL,
  credit_account TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount > 0),
  kind TEXT NOT NULL,
  exchange_id TEXT NOT NULL,
  price_version TEXT,
  reverses TEXT,
  created_at_ms BIGINT NOT NULL,
  CHECK (debit_account <> credit_account)
);

CREATE FUNCTION ledger_transfer_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ledger_transfer is append-only';
END
$$;

CREATE TRIGGER ledger_transfer_no_change BEFORE UPDATE OR DELETE ON ledger_transfer
FOR EACH ROW EXECUTE FUNCTION ledger_transfer_refuse();

CREATE TRIGGER ledger_transfer_no_truncate BEFORE TRUNCATE ON ledger_transfer
FOR EACH STATEMENT EXECUTE FUNCTION ledger_transfer_refuse();

CREATE TABLE ledger_pot (
  pot TEXT NOT NULL,
  writer TEXT NOT NULL,
  posted BIGINT NOT NULL,
  changed_seq BIGINT NOT NULL,
  PRIMARY KEY (pot, writer)
);
CREATE INDEX ledger_pot_changed ON ledger_pot (changed_seq);

CREATE TABLE ledger_change (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq BIGINT NOT NULL
);
INSERT INTO ledger_change (one, seq) VALUES (1, 0);
