-- When an account was closed, and when what was personal about it was removed.

ALTER TABLE accounts ADD COLUMN closed_at timestamptz;
ALTER TABLE accounts ADD COLUMN anonymised_at timestamptz;
UPDATE accounts SET closed_at = coalesce(
    (SELECT max(happened_at) FROM audit_trail WHERE account_id = accounts.id AND act = 'account_closed'), now()
) WHERE state = 'closed';
CREATE INDEX ON accounts (closed_at) WHERE state = 'closed' AND anonymised_at IS NULL;
CREATE INDEX ON companies (decided_at) WHERE state = 'rejected';
CREATE INDEX ON invitations (expires_at);

-- Also where the release before this one closes it, which knows of no such column.
CREATE FUNCTION note_when_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.closed_at = coalesce(NEW.closed_at, now());
    RETURN NEW;
END
$$;
CREATE TRIGGER noted_when_closed BEFORE UPDATE OF state ON accounts
    FOR EACH ROW WHEN (NEW.state = 'closed' AND OLD.state <> 'closed') EXECUTE FUNCTION note_when_closed();
