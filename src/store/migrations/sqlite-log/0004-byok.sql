-- The calls that went out by a credential of the caller's own, or of its team: 1; null in all other rows.
ALTER TABLE telemetry_request_log ADD COLUMN byok INTEGER;
