-- What a key may use besides its budget and its request limit, as JSON.
ALTER TABLE access_virtual_key ADD COLUMN terms TEXT NOT NULL DEFAULT '{}';
