-- How people sign in. A session, and a link that is opened once, are known by the sha256 of their secret.
CREATE TABLE access_session (
  hash TEXT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  user_id TEXT,
  method TEXT NOT NULL,
  bound_to TEXT,
  provider TEXT,
  provider_session TEXT,
  provider_subject TEXT,
  provider_token TEXT,
  address TEXT,
  agent TEXT,
  created_at_ms INTEGER NOT NULL,
  seen_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX access_session_user ON access_session (user_id);
CREATE INDEX access_session_expiry ON access_session (expires_at_ms);
CREATE INDEX access_session_provider ON access_session (provider, provider_subject) WHERE provider IS NOT NULL;

-- argon2id of the password under the pepper that virtual keys have.
CREATE TABLE access_password (
  user_id TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  changed_at_ms INTEGER NOT NULL
) STRICT;

-- Who somebody is at an identity provider, and of when what it said of them is.
CREATE TABLE access_identity (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  user_id TEXT NOT NULL,
  linked_at_ms INTEGER NOT NULL,
  claims_at_ms INTEGER NOT NULL,
  PRIMARY KEY (issuer, subject)
) STRICT;
CREATE INDEX access_identity_user ON access_identity (user_id);

-- Failed attempts to sign in, by account and by address: all processes count together, and a restart forgets none.
CREATE TABLE access_attempt (
  subject TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  last_at_ms INTEGER NOT NULL,
  closed_until_ms INTEGER NOT NULL
) STRICT;

-- Links that make somebody an administrator, and invitations.
CREATE TABLE access_link (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  purpose TEXT NOT NULL,
  user_id TEXT,
  created_at_ms INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  updated_by TEXT NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  used_at_ms INTEGER
) STRICT;
CREATE INDEX access_link_user ON access_link (user_id) WHERE user_id IS NOT NULL;

-- What an identity provider sent and must not be taken again, until it is too old to be taken anyhow.
CREATE TABLE access_seen (
  hash TEXT PRIMARY KEY,
  until_ms INTEGER NOT NULL
) STRICT;
