-- Who changed what, each entry with the hash of the one before it.
CREATE TABLE telemetry_audit (
  seq BIGINT PRIMARY KEY,
  at_ms BIGINT NOT NULL,
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
);
CREATE INDEX telemetry_audit_target ON telemetry_audit (kind, target);
CREATE INDEX telemetry_audit_at ON telemetry_audit (at_ms);

CREATE FUNCTION telemetry_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'telemetry_audit is append-only';
END
$$;

CREATE TRIGGER telemetry_audit_no_change BEFORE UPDATE OR DELETE ON telemetry_audit
FOR EACH ROW EXECUTE FUNCTION telemetry_audit_refuse();

CREATE TRIGGER telemetry_audit_no_truncate BEFORE TRUNCATE ON telemetry_audit
FOR EACH STATEMENT EXECUTE FUNCTION telemetry_audit_refuse();
