-- What callers were charged, and what processes have leased, under the limit. `excess`: how far a limit was lowered below
-- that, or a charge went beyond its hold; no lease is given while it is not 0. Without a limit nothing is leased.
CREATE TABLE ledger_pot_whole (
  pot TEXT PRIMARY KEY,
  limit_nano INTEGER,
  posted INTEGER NOT NULL DEFAULT 0,
  leased INTEGER NOT NULL DEFAULT 0 CHECK (leased >= 0),
  excess INTEGER NOT NULL DEFAULT 0 CHECK (excess >= 0),
  CHECK (posted + leased <= limit_nano + excess)
) STRICT, WITHOUT ROWID;
INSERT INTO ledger_pot_whole (pot, posted) SELECT pot, sum(posted) FROM ledger_pot GROUP BY pot;
DROP TABLE ledger_pot;
ALTER TABLE ledger_pot_whole RENAME TO ledger_pot;
DROP TABLE ledger_change;

-- A running process that leases. `epoch` tells it from one of the same name whose leases were taken away.
CREATE TABLE ledger_writer (
  writer TEXT PRIMARY KEY,
  epoch INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Since the writer started: `taken` from the pot, and `flushed` of that into `posted`; the rest is leased. `op` is the
-- number of the writer's last operation: one that comes late, or twice, changes nothing.
CREATE TABLE ledger_lease (
  pot TEXT NOT NULL,
  writer TEXT NOT NULL,
  taken INTEGER NOT NULL,
  flushed INTEGER NOT NULL,
  op INTEGER NOT NULL,
  PRIMARY KEY (pot, writer)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_lease_writer ON ledger_lease (writer);
