-- What was brought over from elsewhere: which row here came of which row there, what was read of it, and the change of
-- the row here that wrote it. Another change since then is somebody's here, and is not written over.
CREATE TABLE administration_import (
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  source_id TEXT NOT NULL,
  target_id TEXT NOT NULL,
  source_hash TEXT NOT NULL,
  changed_seq INTEGER NOT NULL,
  opened_nano INTEGER NOT NULL,
  opened_window TEXT NOT NULL,
  openings INTEGER NOT NULL,
  PRIMARY KEY (source, kind, source_id)
) STRICT, WITHOUT ROWID;
