-- What slows down guessing and mail bombing, and what spares the owner from it.

-- How much of a budget is used up, by the digest of what is counted; no address is kept in clear. From
-- `rested_at` on the budget is whole again and the row says nothing any more.
CREATE TABLE throttle (
    key bytea PRIMARY KEY CHECK (octet_length(key) = 32),
    rested_at timestamptz NOT NULL
);
CREATE INDEX ON throttle (rested_at);

-- Browsers in which an account was used; they have a budget of their own, which no stranger can use up.
CREATE TABLE known_browsers (
    token_digest bytea CHECK (octet_length(token_digest) = 32),
    account_id uuid REFERENCES accounts ON DELETE CASCADE,
    first_used_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    PRIMARY KEY (token_digest, account_id)
);
CREATE INDEX ON known_browsers (account_id);
CREATE INDEX ON known_browsers (last_used_at);

-- For the clean-up.
CREATE INDEX ON sessions (last_seen_at);
CREATE INDEX ON mail_trail (created_at);
