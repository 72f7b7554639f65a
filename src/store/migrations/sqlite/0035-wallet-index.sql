-- Wallets are looked through every second; there are few of them among a pot for each key.
CREATE INDEX ledger_pot_wallet ON ledger_pot (pot) WHERE pot LIKE 'wallet:%';
