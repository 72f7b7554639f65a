-- What refusals for rate have taught: how often the rest has doubled, and how many calls at once are taken of a process.
ALTER TABLE routing_health ADD COLUMN doublings INTEGER;
ALTER TABLE routing_health ADD COLUMN learned_calls DOUBLE PRECISION;
ALTER TABLE routing_health ADD COLUMN throttled_ago_ms BIGINT;
