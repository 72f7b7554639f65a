-- Wallets whose balance is low, and has been told to be.
CREATE TABLE ledger_low_wallet (
  wallet TEXT PRIMARY KEY,
  since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
