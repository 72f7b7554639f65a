-- What running instances share besides money. Nothing of it outlives a crash of the server, and nothing needs to: every
-- process tells what it has within a second.
CREATE UNLOGGED TABLE store_process (
  process TEXT PRIMARY KEY,
  heard_at_ms BIGINT NOT NULL,
  has_left BOOLEAN NOT NULL
);

-- How much of a limit a process may use. `pressed_at_ms`: when it last had too little.
CREATE UNLOGGED TABLE store_share (
  name TEXT NOT NULL,
  process TEXT NOT NULL,
  cap DOUBLE PRECISION NOT NULL,
  window_ms BIGINT,
  used DOUBLE PRECISION NOT NULL,
  pressed DOUBLE PRECISION NOT NULL,
  need DOUBLE PRECISION NOT NULL,
  op BIGINT NOT NULL,
  pressed_at_ms BIGINT,
  PRIMARY KEY (name, process)
);
CREATE INDEX store_share_pressed ON store_share (pressed_at_ms) WHERE pressed_at_ms IS NOT NULL;
CREATE INDEX store_share_process ON store_share (process);

-- What of a share counts: `weightOf` in the program. The contract suite holds the two to the same.
CREATE FUNCTION store_share_weight(
  cap DOUBLE PRECISION, window_ms BIGINT, is_live BOOLEAN, heard_at_ms BIGINT, now_ms BIGINT
) RETURNS DOUBLE PRECISION LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN is_live THEN cap
    WHEN window_ms IS NULL OR heard_at_ms IS NULL THEN 0
    ELSE ceil(cap * greatest(0, 1 - greatest(0, now_ms - heard_at_ms)::double precision / window_ms))
  END
$$;

-- One round trip for all limits of a process that have something to tell. Each limit is locked until it is committed.
CREATE FUNCTION store_share_round(
  the_process TEXT, the_op BIGINT, the_asks TEXT, live_ms BIGINT, pressed_ms BIGINT
) RETURNS TEXT LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  now_ms BIGINT := (extract(epoch FROM clock_timestamp()) * 1000)::bigint;
  ask RECORD;
  known RECORD;
  others JSONB;
  elsewhere DOUBLE PRECISION;
  given DOUBLE PRECISION;
  answers JSONB := '[]';
BEGIN
  INSERT INTO store_process (process, heard_at_ms, has_left) VALUES (the_process, now_ms, FALSE)
  ON CONFLICT (process) DO UPDATE SET heard_at_ms = excluded.heard_at_ms, has_left = FALSE;
  FOR ask IN
    SELECT * FROM jsonb_to_recordset(the_asks::jsonb) AS a(
      name TEXT, "limit" DOUBLE PRECISION, "windowMs" BIGINT, keep DOUBLE PRECISION, want DOUBLE PRECISION,
      used DOUBLE PRECISION, pressed DOUBLE PRECISION, need DOUBLE PRECISION
    ) ORDER BY hashtext(a.name), a.name
  LOOP
    PERFORM pg_advisory_xact_lock(729938, hashtext(ask.name));
    SELECT
      coalesce(jsonb_agg(jsonb_build_object(
        'process', r.process, 'cap', r.weight, 'used', r.used, 'need', r.need, 'isLive', r.is_live,
        'pressed', CASE WHEN r.is_live THEN r.pressed ELSE 0 END
      )), '[]'), coalesce(sum(r.weight), 0)
    INTO others, elsewhere
    FROM (
      SELECT s.process, s.used, s.pressed, s.need, l.is_live,
        store_share_weight(s.cap, s.window_ms, l.is_live, p.heard_at_ms, now_ms) AS weight
      FROM store_share AS s
      LEFT JOIN store_process AS p ON p.process = s.process
      CROSS JOIN LATERAL (SELECT coalesce(NOT p.has_left AND now_ms - p.heard_at_ms < live_ms, FALSE) AS is_live) AS l
      WHERE s.name = ask.name AND s.process <> the_process
    ) AS r
    WHERE r.is_live OR r.weight > 0;
    SELECT s.cap, s.op INTO known FROM store_share AS s WHERE s.name = ask.name AND s.process = the_process;
    IF FOUND AND known.op > the_op THEN
      given := known.cap;
    ELSE
      given := greatest(ask.keep, least(ask.want, ask."limit" - elsewhere), 0);
      IF given > 0 OR ask.pressed > 0 THEN
        INSERT INTO store_share AS s (name, process, cap, window_ms, used, pressed, need, op, pressed_at_ms)
        VALUES (ask.name, the_process, given, ask."windowMs", ask.used, ask.pressed, ask.need, the_op,
          CASE WHEN ask.pressed > 0 THEN now_ms END)
        ON CONFLICT (name, process) DO UPDATE SET
          cap = excluded.cap, window_ms = excluded.window_ms, used = excluded.used, pressed = excluded.pressed,
          need = excluded.need, op = excluded.op, pressed_at_ms = coalesce(excluded.pressed_at_ms, s.pressed_at_ms);
      ELSE
        DELETE FROM store_share WHERE name = ask.name AND process = the_process;
      END IF;
    END IF;
    answers := answers || jsonb_build_array(jsonb_build_object('name', ask.name, 'cap', given, 'others', others));
  END LOOP;
  RETURN jsonb_build_object(
    'nowMs', now_ms,
    'live', (SELECT count(*) FROM store_process AS p WHERE NOT p.has_left AND now_ms - p.heard_at_ms < live_ms),
    'pressed', (SELECT coalesce(jsonb_agg(DISTINCT s.name), '[]') FROM store_share AS s
      WHERE s.pressed_at_ms > now_ms - pressed_ms),
    'answers', answers
  )::text;
END $$;
