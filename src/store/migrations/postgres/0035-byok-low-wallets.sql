-- The calls that went out by a credential of the caller's own, or of its team: 1; null in all other rows.
ALTER TABLE telemetry_request_log ADD COLUMN byok INTEGER;

-- Wallets whose balance is low, and has been told to be.
CREATE TABLE ledger_low_wallet (
  wallet TEXT PRIMARY KEY,
  since_ms BIGINT NOT NULL
);
