-- Gemeenten and places as CBS lists them each year.

-- The year of the newest table that has it; null for those that no table had.
ALTER TABLE gemeenten ADD COLUMN listed_in smallint;
-- By which a place is recognised that lies in another gemeente since; null for those of no table.
ALTER TABLE places ADD COLUMN code text CHECK (code ~ '^WP[0-9]{4}$');
-- A place is found under several names, so that two of one gemeente can share a key.
ALTER TABLE places DROP CONSTRAINT places_pkey;
CREATE UNIQUE INDEX places_names ON places (key, gemeente_code, code) NULLS NOT DISTINCT;
