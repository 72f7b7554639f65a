CREATE TABLE conversation_response (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  previous_id TEXT,
  deployment TEXT,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  input TEXT NOT NULL,
  response TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_response_expires ON conversation_response (expires_at_ms);
