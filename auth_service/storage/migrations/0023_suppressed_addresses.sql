-- Addresses that are mailed no more, since a mail server said that they never take a mail.

CREATE TABLE suppressed_addresses (
    -- As accounts compare them.
    email_key text PRIMARY KEY,
    -- The mail that showed it, what became of that, and what the server said.
    event_id uuid NOT NULL,
    outcome mail_state NOT NULL CHECK (outcome IN ('refused', 'bounced')),
    reply text,
    suppressed_at timestamptz NOT NULL,
    -- By itself, or earlier: then the row stays, so that a report of a mail of before can't renew it.
    ends_at timestamptz NOT NULL
);

-- By which the relay knows them; null in rows of the release before this one, which are mailed.
ALTER TABLE outbox ADD COLUMN recipient_key text;

ALTER TYPE audited_act ADD VALUE 'suppression_lifted';
