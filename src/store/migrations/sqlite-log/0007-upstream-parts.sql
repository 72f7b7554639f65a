-- Upstreams' ids come in no order: in one index over all of them each new one changes another page, and a page is 16 KB.
-- Rows that come one after the other share a part, so that its end alone is written to. Those from before are in part 0.
ALTER TABLE telemetry_request_log ADD COLUMN upstream_part INTEGER NOT NULL DEFAULT 0;
DROP INDEX telemetry_request_log_upstream;
CREATE INDEX telemetry_request_log_upstream ON telemetry_request_log (upstream_part, upstream_id)
  WHERE upstream_id IS NOT NULL;
