-- Until when a grant is good, and what became of it so far: `spent` by charges, `refunded`, `expired`. A grant that is
-- over and not used up is `ending` as long as calls in flight hold some of it.
ALTER TABLE ledger_credit ADD COLUMN expires_at_ms BIGINT;
ALTER TABLE ledger_credit ADD COLUMN spent BIGINT NOT NULL DEFAULT 0 CHECK (spent >= 0);
ALTER TABLE ledger_credit ADD COLUMN refunded BIGINT NOT NULL DEFAULT 0 CHECK (refunded >= 0);
ALTER TABLE ledger_credit ADD COLUMN expired BIGINT NOT NULL DEFAULT 0 CHECK (expired >= 0);
ALTER TABLE ledger_credit ADD COLUMN standing TEXT NOT NULL DEFAULT 'open' CHECK (standing IN ('open', 'ending', 'ended'));
CREATE INDEX ledger_credit_expiry ON ledger_credit (expires_at_ms) WHERE expires_at_ms IS NOT NULL AND standing <> 'ended';
