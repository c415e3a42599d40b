-- Registrations of others outlive the activation of an address's owner, and mails are watched from when they left.

-- For voiding all codes that were mailed to an address.
CREATE INDEX ON codes (mailed_to_key);

-- When the broker took the mail, from when on its report is awaited; null for those of before.
ALTER TABLE mail_trail ADD COLUMN published_at timestamptz;
DROP INDEX mail_trail_open;
CREATE INDEX mail_trail_open ON mail_trail (published_at) WHERE state IN ('queued', 'deferred');

-- For the clean-up.
CREATE INDEX ON sessions (started_at);
