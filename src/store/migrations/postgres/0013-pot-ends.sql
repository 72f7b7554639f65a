-- When the window of a budget is over nobody holds from its pot any more; null: it has no end, or is from before this
-- version.
ALTER TABLE ledger_pot ADD COLUMN ends_at_ms BIGINT;
CREATE INDEX ledger_pot_ends ON ledger_pot (ends_at_ms) WHERE ends_at_ms IS NOT NULL;

DROP FUNCTION ledger_ask_lease(TEXT, TEXT, BIGINT, BIGINT, BIGINT, BIGINT, BIGINT, BIGINT, INTEGER);
-- One round trip and one row lock for a lease. The same decision is `decideLease` in the program; the contract suite
-- compares the two. Of a wallet nobody knows the limit but the books, and it is asked for with NULL.
CREATE FUNCTION ledger_ask_lease(
  the_pot TEXT, the_writer TEXT, the_op BIGINT, the_limit BIGINT,
  keep BIGINT, need BIGINT, asked BIGINT, ample BIGINT, sole INTEGER, the_end BIGINT,
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
  INSERT INTO ledger_pot AS p (pot, limit_nano, ends_at_ms) VALUES (the_pot, coalesce(the_limit, 0), the_end)
  ON CONFLICT (pot) DO UPDATE SET
    limit_nano = coalesce(the_limit, p.limit_nano, 0),
    ends_at_ms = excluded.ends_at_ms,
    excess = greatest(0, p.posted + p.leased - coalesce(the_limit, p.limit_nano, 0))
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
