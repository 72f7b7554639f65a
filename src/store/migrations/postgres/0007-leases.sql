-- What callers were charged, and what processes have leased, under the limit. `excess`: how far a limit was lowered below
-- that, or a charge went beyond its hold; no lease is given while it is not 0. Without a limit nothing is leased.
CREATE TABLE ledger_pot_whole (
  pot TEXT PRIMARY KEY,
  limit_nano BIGINT,
  posted BIGINT NOT NULL DEFAULT 0,
  leased BIGINT NOT NULL DEFAULT 0 CHECK (leased >= 0),
  excess BIGINT NOT NULL DEFAULT 0 CHECK (excess >= 0),
  CONSTRAINT ledger_pot_within_limit CHECK (posted + leased <= limit_nano + excess)
);
INSERT INTO ledger_pot_whole (pot, posted) SELECT pot, sum(posted) FROM ledger_pot GROUP BY pot;
DROP TABLE ledger_pot;
ALTER TABLE ledger_pot_whole RENAME TO ledger_pot;
DROP TABLE ledger_change;

-- A running process that leases. `epoch` tells it from one of the same name whose leases were taken away.
CREATE TABLE ledger_writer (
  writer TEXT PRIMARY KEY,
  epoch BIGINT NOT NULL,
  expires_at_ms BIGINT NOT NULL
);

-- Since the writer started: `taken` from the pot, and `flushed` of that into `posted`; the rest is leased. `op` is the
-- number of the writer's last operation: one that comes late, or twice, changes nothing.
CREATE TABLE ledger_lease (
  pot TEXT NOT NULL,
  writer TEXT NOT NULL,
  taken BIGINT NOT NULL,
  flushed BIGINT NOT NULL,
  op BIGINT NOT NULL,
  PRIMARY KEY (pot, writer)
);
CREATE INDEX ledger_lease_writer ON ledger_lease (writer);

-- One round trip and one row lock for a lease. The same decision is `decideLease` in the program; the contract suite
-- compares the two.
CREATE FUNCTION ledger_ask_lease(
  the_pot TEXT, the_writer TEXT, the_op BIGINT, the_limit BIGINT,
  keep BIGINT, need BIGINT, asked BIGINT, ample BIGINT, sole INTEGER,
  OUT epoch BIGINT, OUT given BIGINT, OUT taken BIGINT, OUT flushed BIGINT,
  OUT posted BIGINT, OUT leased BIGINT, OUT free BIGINT
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  writers BIGINT;
  others BIGINT;
  base BIGINT;
  reachable BIGINT;
  is_late BOOLEAN;
  the_lease ledger_lease%ROWTYPE;
  the_row ledger_pot%ROWTYPE;
BEGIN
  given := 0;
  SELECT w.epoch INTO epoch FROM ledger_writer AS w WHERE w.writer = the_writer;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  INSERT INTO ledger_pot AS p (pot, limit_nano) VALUES (the_pot, the_limit)
  ON CONFLICT (pot) DO UPDATE SET
    limit_nano = excluded.limit_nano,
    excess = greatest(0, p.posted + p.leased - excluded.limit_nano)
  RETURNING * INTO the_row;
  INSERT INTO ledger_lease (pot, writer, taken, flushed, op) VALUES (the_pot, the_writer, 0, 0, 0)
  ON CONFLICT (pot, writer) DO NOTHING;
  SELECT * INTO the_lease FROM ledger_lease AS l WHERE l.pot = the_pot AND l.writer = the_writer;
  SELECT greatest(1, count(*)) INTO writers FROM ledger_writer AS w
  WHERE w.expires_at_ms > (extract(epoch FROM clock_timestamp()) * 1000)::bigint;

  is_late := the_op <= the_lease.op;
  base := CASE WHEN is_late THEN the_lease.taken ELSE least(the_lease.taken, keep) END;
  others := the_row.leased - greatest(0, the_lease.taken - the_lease.flushed);
  free := the_row.limit_nano - the_row.posted - others - greatest(0, base - the_lease.flushed);
  reachable := CASE WHEN free <= 0 THEN 0 ELSE greatest(base, the_lease.flushed) + free - base END;
  given := CASE WHEN is_late THEN 0
    WHEN sole = 1 THEN reachable
    WHEN reachable < need THEN 0
    ELSE least(reachable, greatest(asked, least(reachable / (2 * writers), ample))) END;
  taken := base + given;
  flushed := the_lease.flushed;
  posted := the_row.posted;
  leased := others + greatest(0, base + given - the_lease.flushed);
  free := the_row.limit_nano - the_row.posted - leased;
  IF NOT is_late THEN
    UPDATE ledger_lease AS l SET taken = base + given, op = the_op WHERE l.pot = the_pot AND l.writer = the_writer;
    UPDATE ledger_pot AS p SET
      leased = others + greatest(0, base + given - the_lease.flushed),
      excess = greatest(0, p.posted + others + greatest(0, base + given - the_lease.flushed) - p.limit_nano)
    WHERE p.pot = the_pot;
  END IF;
END
$$;
