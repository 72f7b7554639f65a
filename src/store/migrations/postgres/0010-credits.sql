-- What organizations were given to spend, and what was given back: one row for each transfer into a wallet or out of it
-- that is no charge. `id` is the idempotency key that its maker chose.
CREATE TABLE ledger_credit (
  id TEXT PRIMARY KEY,
  wallet TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('grant', 'refund')),
  category TEXT NOT NULL CHECK (category IN ('paid', 'promotional')),
  amount BIGINT NOT NULL CHECK (amount > 0),
  note TEXT,
  created_by TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL
);
CREATE INDEX ledger_credit_wallet ON ledger_credit (wallet, created_at_ms);
