-- When the second factor was proven there, too: only that gives a browser a budget of its own for codes. The password
-- alone, or a mailed code, must not.
ALTER TABLE known_browsers ADD COLUMN factor_proven_at timestamptz;
