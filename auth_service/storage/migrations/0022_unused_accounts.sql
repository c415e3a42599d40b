-- When the owner of an account that nobody used was warned that it will be closed; null once he has logged in.

ALTER TABLE accounts ADD COLUMN unused_warned_at timestamptz;
