-- An audit trail that is only ever added to, with where each act came from (BIO2 8.15.01 and 8.15.02).

ALTER TYPE audited_act ADD VALUE 'act_refused';
CREATE TYPE audit_result AS ENUM ('done', 'refused');
CREATE TYPE audit_origin AS ENUM ('page', 'api', 'command', 'worker');
ALTER TABLE audit_trail ADD COLUMN result audit_result NOT NULL DEFAULT 'done';
-- Through which door; null for what happened before this was noted.
ALTER TABLE audit_trail ADD COLUMN origin audit_origin;
-- With which its lines in the log are found.
ALTER TABLE audit_trail ADD COLUMN correlation_id text CHECK (length(correlation_id) <= 64);

-- What somebody did to his own account, or to his company, said nothing of a gemeente until now; of those who run
-- the platform no gemeente is told.
UPDATE audit_trail SET gemeente_code = accounts.gemeente_code
    FROM accounts WHERE accounts.id = account_id AND audit_trail.gemeente_code IS NULL AND role <> 'beheerder';
UPDATE audit_trail SET gemeente_code = companies.gemeente_code
    FROM companies WHERE companies.id = company_id AND audit_trail.gemeente_code IS NULL;

-- For the pages of a trail, newest first, and what is left of them once they are filtered.
CREATE INDEX ON audit_trail (gemeente_code, happened_at DESC, id DESC) INCLUDE (act);
DROP INDEX audit_trail_gemeente_code_happened_at_idx;
CREATE INDEX ON audit_trail (actor_id, happened_at);
CREATE INDEX ON audit_trail (happened_at);

-- Against mistakes of ours, and of whoever mends something by hand. Lines leave by `forget_audit_lines` alone, which
-- says so in a setting that ends with its transaction.
CREATE FUNCTION refuse_change_of_audit_trail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('dnr.forgets_audit_lines', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit trail is only added to' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON audit_trail
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audit_trail();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit_trail
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_trail();

-- Removes at most so many lines of before then, the way retention does; returns how many. Nothing of the last half
-- year, which the BIO asks to keep: whoever calls this by hand may mistake a date.
CREATE FUNCTION forget_audit_lines(before timestamptz, most integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    forgotten integer;
BEGIN
    PERFORM set_config('dnr.forgets_audit_lines', 'on', true);
    DELETE FROM audit_trail WHERE ctid IN (
        SELECT ctid FROM audit_trail WHERE happened_at <= least(before, now() - interval '180 days')
        LIMIT most FOR UPDATE SKIP LOCKED
    );
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    PERFORM set_config('dnr.forgets_audit_lines', 'off', true);
    RETURN forgotten;
END
$$;
