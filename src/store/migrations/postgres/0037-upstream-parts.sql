-- SQLite's, whose one index needs it; here days have indexes of their own. Copies find the same columns in both.
ALTER TABLE telemetry_request_log ADD COLUMN upstream_part BIGINT NOT NULL DEFAULT 0;
