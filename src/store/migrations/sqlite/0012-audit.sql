-- Who changed what, each entry with the hash of the one before it.
CREATE TABLE telemetry_audit (
  seq INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL,
  changed_by TEXT,
  ip TEXT,
  action TEXT NOT NULL,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  before_value TEXT,
  after_value TEXT,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX telemetry_audit_target ON telemetry_audit (kind, target);
CREATE INDEX telemetry_audit_at ON telemetry_audit (at_ms);

CREATE TRIGGER telemetry_audit_no_update BEFORE UPDATE ON telemetry_audit
BEGIN
  SELECT RAISE(ABORT, 'telemetry_audit is append-only');
END;

CREATE TRIGGER telemetry_audit_no_delete BEFORE DELETE ON telemetry_audit
BEGIN
  SELECT RAISE(ABORT, 'telemetry_audit is append-only');
END;
