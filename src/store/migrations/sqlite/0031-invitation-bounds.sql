-- What whoever is invited may have at most when the link is opened, as JSON; NULL: an operator invited.
ALTER TABLE access_link ADD COLUMN bounds TEXT;
