-- As what whoever blocked an account did so: nobody of a lower standing takes that back. Null where it isn't blocked.
ALTER TABLE accounts ADD COLUMN blocked_by reset_by;
-- Until now only an operator could, in the table itself.
UPDATE accounts SET blocked_by = 'platform' WHERE state = 'blocked';
