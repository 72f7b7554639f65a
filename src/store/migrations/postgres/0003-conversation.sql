CREATE TABLE conversation_response (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  previous_id TEXT,
  deployment TEXT,
  created_at_ms BIGINT NOT NULL,
  expires_at_ms BIGINT NOT NULL,
  input TEXT NOT NULL,
  response TEXT NOT NULL
);
CREATE INDEX conversation_response_expires ON conversation_response (expires_at_ms);
