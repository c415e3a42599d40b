-- What somebody sees of his own sessions.

-- By names of ours, read from what the browser called itself; null where we know it by none.
ALTER TABLE sessions ADD COLUMN browser text;
ALTER TABLE sessions ADD COLUMN system text;
