-- What each process has seen of each circuit of late; an empty circuit is the whole credential.
CREATE TABLE routing_health (
  writer TEXT NOT NULL,
  credential TEXT NOT NULL,
  circuit TEXT NOT NULL,
  version TEXT NOT NULL,
  rest_cause TEXT,
  opened_ago_ms INTEGER,
  rest_ms INTEGER,
  summary TEXT,
  updated_at_ms INTEGER NOT NULL,
  PRIMARY KEY (writer, credential, circuit)
) STRICT, WITHOUT ROWID;
CREATE INDEX routing_health_updated ON routing_health (updated_at_ms);
