-- What somebody sees of his own sessions, and forms that outlive one.

-- By names of ours, read from what the browser called itself; null where we know it by none.
ALTER TABLE sessions ADD COLUMN browser text;
ALTER TABLE sessions ADD COLUMN system text;

-- What somebody had filled in when his session turned out to be over, or to owe a factor. Sealed with SEALING_KEYS,
-- by the key of that fingerprint, for that very account; the browser holds the token.
CREATE TABLE kept_forms (
    token_digest bytea PRIMARY KEY CHECK (octet_length(token_digest) = 32),
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    path text NOT NULL,
    sealed_fields text NOT NULL,
    key_fingerprint text NOT NULL,
    kept_until timestamptz NOT NULL
);
CREATE INDEX ON kept_forms (account_id);
