-- What others registered under an address outlives the activation of its owner, so that they learn nothing.

-- For voiding all codes that were mailed to an address.
CREATE INDEX ON codes (mailed_to_key);

-- When the broker took the mail, from when on its report is awaited; null for those of before.
ALTER TABLE mail_trail ADD COLUMN published_at timestamptz;

-- For the clean-up.
CREATE INDEX ON sessions (started_at);
