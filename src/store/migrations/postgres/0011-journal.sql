-- Journals of instances without a disk of their own (`journal: db`). A writer may write as long as it has a row here that
-- has not ended; `instance` is whose drain books it.
CREATE TABLE telemetry_journal_writer (
  writer TEXT PRIMARY KEY,
  instance TEXT NOT NULL,
  ended INTEGER NOT NULL
);

-- What one commit put into a journal: records, one in a line.
CREATE TABLE telemetry_journal (
  writer TEXT NOT NULL,
  number BIGINT NOT NULL,
  records TEXT NOT NULL,
  PRIMARY KEY (writer, number)
);
