-- Lists of keys in use, newest first, searched by their aliases, and how many there are: from the index alone. The last
-- column is there for SQLite, which asks the row for it otherwise; in front it would be taken for a good way to one key.
CREATE INDEX access_virtual_key_in_use ON access_virtual_key (created_at_ms, id, alias, revoked_at_ms)
  WHERE revoked_at_ms IS NULL;
