-- The keys that this installation's secrets are kept under, each wrapped under a secret key, which is told by its
-- fingerprint. While a secret key is being exchanged they are there twice.
CREATE TABLE access_wrapped_key (
  fingerprint TEXT NOT NULL,
  name TEXT NOT NULL,
  wrapped TEXT NOT NULL,
  made_at_ms BIGINT NOT NULL,
  PRIMARY KEY (fingerprint, name)
);
