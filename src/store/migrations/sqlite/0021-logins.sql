-- The name by which an identity provider knows a user (SCIM's userName), in lower case: one user's at a time.
ALTER TABLE access_party ADD COLUMN login TEXT;
CREATE UNIQUE INDEX access_party_login ON access_party (login) WHERE login IS NOT NULL AND deleted_at_ms IS NULL;
