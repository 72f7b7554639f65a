ALTER TABLE telemetry_request_log ADD COLUMN organization_id TEXT;
ALTER TABLE telemetry_request_log ADD COLUMN project_id TEXT;
-- A JSON array.
ALTER TABLE telemetry_request_log ADD COLUMN tags TEXT;
