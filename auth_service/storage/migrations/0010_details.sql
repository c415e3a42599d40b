-- What people change about their own account.

-- An address that was asked for and is not proven yet; one for each account. Its codes are mailed there.
CREATE TABLE email_changes (
    account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    email text NOT NULL,
    email_key text NOT NULL,
    requested_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
