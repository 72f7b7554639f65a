-- When the window of a budget is over nobody holds from its pot any more; null: it has no end, or is from before this
-- version.
ALTER TABLE ledger_pot ADD COLUMN ends_at_ms INTEGER;
CREATE INDEX ledger_pot_ends ON ledger_pot (ends_at_ms) WHERE ends_at_ms IS NOT NULL;
