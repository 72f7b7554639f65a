-- Names that mean another model for a key, as a JSON object.
ALTER TABLE access_virtual_key ADD COLUMN aliases TEXT NOT NULL DEFAULT '{}';
