-- The pots that a charge was posted to, a JSON array; only of charges that may have to be corrected.
ALTER TABLE ledger_transfer ADD COLUMN pots TEXT;
CREATE INDEX ledger_transfer_reverses ON ledger_transfer (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX ledger_transfer_uncertain ON ledger_transfer (kind, created_at_ms)
WHERE kind IN ('orphan_charge', 'estimated_charge', 'overage');
