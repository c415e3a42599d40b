-- Two-factor authentication: who must have it, who has it, and what happened to it.

-- R-37, R-50: what a gemeente asks of its entrepreneurs unless it decides otherwise.
ALTER TABLE gemeenten ADD COLUMN totp_required boolean NOT NULL DEFAULT true;
-- R-51: of all users of a company.
ALTER TABLE companies ADD COLUMN totp_required boolean NOT NULL DEFAULT false;

ALTER TYPE code_purpose ADD VALUE 'totp_enrolment';
ALTER TYPE code_purpose ADD VALUE 'email_change';

-- Who reset the two-factor authentication of an account, as seen from its owner.
CREATE TYPE reset_by AS ENUM ('owner', 'company', 'gemeente', 'platform');
-- Set where it was somebody else: enrolling anew then also asks a code that is mailed.
ALTER TABLE accounts ADD COLUMN totp_reset_by reset_by;
ALTER TABLE accounts ADD COLUMN totp_reset_at timestamptz;

-- Sealed here and below: with SEALING_KEYS, by the key of that fingerprint, for that very account.
CREATE TABLE totp_enrolments (
    account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    sealed_secret text NOT NULL,
    -- What recovery codes are kept as a keyed digest with.
    sealed_recovery_key text NOT NULL,
    key_fingerprint text NOT NULL,
    enrolled_at timestamptz NOT NULL,
    -- The newest time step of which a code was accepted; it and all before it are used up.
    last_step bigint NOT NULL
);
CREATE INDEX ON totp_enrolments (key_fingerprint);

-- Secrets that were shown and that nobody has proven yet: one for each session and time step.
CREATE TABLE totp_offers (
    session_id uuid REFERENCES sessions (id) ON DELETE CASCADE,
    step bigint,
    sealed_secret text NOT NULL,
    key_fingerprint text NOT NULL,
    offered_at timestamptz NOT NULL,
    -- Stopped or copied: good for as long as the session.
    is_held boolean NOT NULL DEFAULT false,
    PRIMARY KEY (session_id, step)
);
CREATE INDEX ON totp_offers (key_fingerprint);

CREATE TABLE recovery_codes (
    account_id uuid REFERENCES totp_enrolments ON DELETE CASCADE,
    digest bytea CHECK (octet_length(digest) = 32),
    used_at timestamptz,
    PRIMARY KEY (account_id, digest)
);

-- Recovery codes that are still to be written down, as one sealed text.
CREATE TABLE shown_recovery_codes (
    session_id uuid PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    sealed_codes text NOT NULL,
    key_fingerprint text NOT NULL,
    show_until timestamptz NOT NULL
);
CREATE INDEX ON shown_recovery_codes (key_fingerprint);

-- A code that was refused but would fit a clock that runs this many steps ahead (or behind), and the step it is of.
ALTER TABLE sessions ADD COLUMN drift_steps smallint;
ALTER TABLE sessions ADD COLUMN drift_step bigint;

-- What was done to an account, by whom and why; for the person concerned, too.
CREATE TYPE audited_act AS ENUM (
    'totp_enabled', 'totp_reset', 'recovery_code_used', 'recovery_codes_made', 'totp_required', 'totp_not_required',
    'password_changed', 'email_changed', 'details_corrected', 'account_closed'
);
CREATE TABLE audit_trail (
    id uuid PRIMARY KEY,
    happened_at timestamptz NOT NULL,
    act audited_act NOT NULL,
    account_id uuid REFERENCES accounts ON DELETE CASCADE,
    company_id uuid REFERENCES companies ON DELETE CASCADE,
    gemeente_code text REFERENCES gemeenten,
    actor_id uuid REFERENCES accounts ON DELETE SET NULL,
    actor_role account_role NOT NULL,
    reason text
);
CREATE INDEX ON audit_trail (account_id, happened_at);
CREATE INDEX ON audit_trail (company_id, happened_at);
CREATE INDEX ON audit_trail (gemeente_code, happened_at);
