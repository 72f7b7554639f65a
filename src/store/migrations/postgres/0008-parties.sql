-- Who takes part in calls besides keys: organizations, projects, teams, users, members, customers, tags; and the budgets
-- that several of them share the terms of.
CREATE TABLE access_party (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  alias TEXT,
  organization_id TEXT,
  team_id TEXT,
  user_id TEXT,
  budget_id TEXT,
  role TEXT,
  email TEXT,
  models TEXT NOT NULL,
  aliases TEXT NOT NULL,
  metadata TEXT NOT NULL,
  max_budget_nano BIGINT,
  rpm_limit BIGINT,
  terms TEXT NOT NULL,
  settings TEXT NOT NULL,
  blocked INTEGER NOT NULL,
  created_at_ms BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  updated_at_ms BIGINT NOT NULL,
  updated_by TEXT NOT NULL,
  deleted_at_ms BIGINT,
  changed_seq BIGINT NOT NULL,
  PRIMARY KEY (kind, id)
);
CREATE INDEX access_party_changed ON access_party (changed_seq, kind, id);
CREATE INDEX access_party_organization ON access_party (organization_id) WHERE organization_id IS NOT NULL;
CREATE INDEX access_party_team ON access_party (team_id) WHERE team_id IS NOT NULL;
CREATE INDEX access_party_user ON access_party (user_id) WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX access_party_email ON access_party (email) WHERE email IS NOT NULL AND deleted_at_ms IS NULL;

ALTER TABLE access_virtual_key ADD COLUMN organization_id TEXT;
ALTER TABLE access_virtual_key ADD COLUMN project_id TEXT;
CREATE INDEX access_virtual_key_team ON access_virtual_key (team_id) WHERE team_id IS NOT NULL;
CREATE INDEX access_virtual_key_user ON access_virtual_key (user_id) WHERE user_id IS NOT NULL;

ALTER TABLE telemetry_request_log ADD COLUMN organization_id TEXT;
ALTER TABLE telemetry_request_log ADD COLUMN project_id TEXT;
ALTER TABLE telemetry_request_log ADD COLUMN tags TEXT;
