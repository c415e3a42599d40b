-- What the browser that registered may see of its mails.

-- Caused by that browser: by registering, or by asking for a further code. A mail that somebody asked for
-- elsewhere, or that a password reset led to, would tell a stranger what the owner of an address does, and
-- whether it has an account.
ALTER TABLE mail_trail ADD COLUMN asked_here boolean NOT NULL DEFAULT false;
