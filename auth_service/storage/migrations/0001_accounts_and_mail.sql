-- Gemeenten, registrations, accounts, codes, sessions, and the mails that leave.

CREATE TYPE account_role AS ENUM ('ondernemer', 'gebruiker', 'gemeentemedewerker', 'beheerder');
CREATE TYPE account_state AS ENUM ('active', 'blocked', 'closed');
CREATE TYPE code_purpose AS ENUM ('activation', 'password_reset');
-- In the order of their rank: a report only ever raises it.
CREATE TYPE mail_state AS ENUM ('queued', 'deferred', 'delivered', 'refused', 'expired', 'bounced');

CREATE TABLE gemeenten (
    code text PRIMARY KEY CHECK (code ~ '^GM[0-9]{4}$'),
    name text NOT NULL,
    -- In every mail: one that can't be an address would stop them all.
    email text NOT NULL CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
    phone text,
    -- Host name of its own pages; links in its mails lead there.
    host text UNIQUE,
    participating boolean NOT NULL DEFAULT true
);

CREATE TABLE places (
    -- The name as accounts.places.place_key folds it; the same name can lie in several gemeenten.
    key text NOT NULL,
    gemeente_code text NOT NULL REFERENCES gemeenten,
    name text NOT NULL,
    PRIMARY KEY (key, gemeente_code)
);

CREATE TABLE companies (
    id uuid PRIMARY KEY,
    gemeente_code text NOT NULL REFERENCES gemeenten,
    name text NOT NULL,
    street_address text NOT NULL,
    postcode text NOT NULL,
    place text NOT NULL,
    kvk_number text,
    phone text,
    sleeping_places integer NOT NULL CHECK (sleeping_places > 0),
    accommodation text NOT NULL,
    registered_at timestamptz NOT NULL
);

CREATE TABLE accounts (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    email_key text NOT NULL UNIQUE,
    password_hash text NOT NULL,
    role account_role NOT NULL,
    state account_state NOT NULL DEFAULT 'active',
    company_id uuid REFERENCES companies,
    gemeente_code text NOT NULL REFERENCES gemeenten,
    created_at timestamptz NOT NULL,
    password_changed_at timestamptz NOT NULL,
    last_login_at timestamptz,
    CHECK ((company_id IS NOT NULL) = (role IN ('ondernemer', 'gebruiker')))
);
CREATE INDEX ON accounts (company_id);

-- What somebody typed who has not confirmed the address yet. Several may exist for one address: each has its own
-- company, password and codes, so that nobody can get another person to confirm his password.
CREATE TABLE pending_registrations (
    id uuid PRIMARY KEY,
    receipt_digest bytea NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    password_hash text NOT NULL,
    gemeente_code text NOT NULL REFERENCES gemeenten,
    name text NOT NULL,
    street_address text NOT NULL,
    postcode text NOT NULL,
    place text NOT NULL,
    kvk_number text,
    phone text,
    sleeping_places integer NOT NULL,
    accommodation text NOT NULL,
    registered_at timestamptz NOT NULL,
    kept_until timestamptz NOT NULL
);
CREATE INDEX ON pending_registrations (email_key, registered_at);
CREATE INDEX ON pending_registrations (receipt_digest);

-- Used, voided and expired codes stay for a while: they are refused all the same, but the log can tell why.
CREATE TABLE codes (
    digest bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
    purpose code_purpose NOT NULL,
    registration_id uuid REFERENCES pending_registrations ON DELETE SET NULL,
    account_id uuid REFERENCES accounts ON DELETE CASCADE,
    -- The address it was mailed to must still be the address.
    mailed_to_key text NOT NULL,
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    voided_at timestamptz
);
CREATE INDEX ON codes (registration_id);
CREATE INDEX ON codes (account_id);
CREATE INDEX ON codes (expires_at);

CREATE TABLE sessions (
    token_digest bytea PRIMARY KEY CHECK (octet_length(token_digest) = 32),
    -- What a list of sessions shows; the token itself is never stored.
    id uuid NOT NULL UNIQUE,
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    started_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    password_proven_at timestamptz NOT NULL,
    totp_proven_at timestamptz
);
CREATE INDEX ON sessions (account_id);

-- "Send a code to this address": one row for any address, so that known and unknown ones cost the same;
-- the worker looks it up.
CREATE TABLE mail_requests (
    id uuid PRIMARY KEY,
    purpose code_purpose NOT NULL,
    email_key text NOT NULL,
    receipt_digest bytea,
    requested_at timestamptz NOT NULL,
    next_try_at timestamptz NOT NULL
);
CREATE INDEX ON mail_requests (next_try_at);

-- Messages on their way to the broker, written together with the fact and forgotten once the broker has them.
CREATE TABLE outbox (
    event_id uuid PRIMARY KEY,
    event jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    next_try_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    last_error text
);
CREATE INDEX ON outbox (next_try_at);

-- What became of each mail.
CREATE TABLE mail_trail (
    event_id uuid PRIMARY KEY,
    kind text NOT NULL,
    recipient text NOT NULL,
    registration_id uuid REFERENCES pending_registrations ON DELETE SET NULL,
    account_id uuid REFERENCES accounts ON DELETE SET NULL,
    state mail_state NOT NULL DEFAULT 'queued',
    attempts integer NOT NULL DEFAULT 0,
    reply text,
    next_try_at timestamptz,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    reported_at timestamptz
);
CREATE INDEX ON mail_trail (registration_id);
CREATE INDEX ON mail_trail (account_id);
