-- Resets of two-factor authentication that can be objected to, and announcements that it will be required.

-- How staff made sure of whom they helped.
CREATE TYPE identified_by AS ENUM ('called_back', 'document_seen', 'company_register', 'otherwise');
ALTER TABLE audit_trail ADD COLUMN identified_by identified_by;
-- Where it was otherwise: how.
ALTER TABLE audit_trail ADD COLUMN identified_how text;

-- Until when the owner of an account can object with this code to the reset that its mail told of, also once it has
-- enrolled him; null where it is about none.
ALTER TABLE codes ADD COLUMN objecting_until timestamptz;

-- Resets that are done when they are due, unless the owner of the account objects before.
CREATE TABLE totp_reset_waits (
    account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    -- Who asked, and as what. No reference: he may be gone when it is due, and then it isn't done.
    actor_id uuid NOT NULL,
    actor_role account_role NOT NULL,
    reset_by reset_by NOT NULL,
    reason text NOT NULL,
    identified_by identified_by,
    identified_how text,
    asked_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL
);
CREATE INDEX ON totp_reset_waits (due_at);

-- A wait that was made shorter goes on for as long as it was itself: whom it guards against may be who chose that.
ALTER TABLE gemeenten ADD COLUMN former_reset_wait interval;
ALTER TABLE gemeenten ADD COLUMN former_reset_wait_until timestamptz;
ALTER TABLE gemeenten ADD CHECK ((former_reset_wait IS NULL) = (former_reset_wait_until IS NULL));

-- Announcements that are being mailed; the row goes when everybody has been told.
CREATE TABLE totp_announcements (
    gemeente_code text PRIMARY KEY REFERENCES gemeenten,
    -- All accounts up to this one, in the order of their ids, have been told; null before the first.
    told_up_to uuid
);

-- For counting, and telling, the entrepreneurs of a gemeente who have no two-factor authentication.
CREATE INDEX accounts_of_entrepreneurs ON accounts (gemeente_code, id)
    WHERE company_id IS NOT NULL AND state = 'active';
