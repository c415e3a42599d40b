-- What a helpdesk looks through: the companies of its gemeente, and the registrations that wait for their code.

-- In the order in which activation writes them, so that it and this never wait for each other.
LOCK TABLE companies, accounts, totp_enrolments, pending_registrations IN SHARE ROW EXCLUSIVE MODE;

-- Letters and digits only, in lower case and without accents: as accounts.places.place_key has it.
CREATE FUNCTION folded(typed text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(
        lower(normalize(replace(replace(typed, 'ß', 'ss'), 'ẞ', 'ss'), NFKD) COLLATE "C"), '[^0-9a-z]+', '', 'g'
    )
$$;

-- One row for each of them, narrow, and kept by triggers alone: the release before this one writes it as well.
CREATE TABLE company_search (
    -- Of a registration, which becomes that of its company.
    id uuid PRIMARY KEY,
    gemeente_code text NOT NULL,
    registered_at timestamptz NOT NULL,
    -- Both null for a company.
    email_key text,
    kept_until timestamptz,
    -- Each part folded, with spaces between them; it begins with the name.
    search_text text NOT NULL,
    -- Of any of its people; also blocked is whose second factor nobody can set up.
    is_blocked boolean NOT NULL,
    lacks_totp boolean NOT NULL,
    awaits_approval boolean NOT NULL
);
CREATE INDEX ON company_search (gemeente_code, registered_at DESC, id);
CREATE INDEX ON company_search (email_key) WHERE email_key IS NOT NULL;
CREATE INDEX mail_trail_failed ON mail_trail (created_at) WHERE state IN ('refused', 'bounced');

CREATE VIEW company_search_source AS
SELECT
    companies.id, companies.gemeente_code, companies.registered_at,
    NULL::text AS email_key, NULL::timestamptz AS kept_until,
    concat_ws(
        ' ', folded(name), folded(street_address), folded(postcode), folded(place), kvk_number, people.emails
    ) AS search_text,
    coalesce(people.is_blocked, false) AS is_blocked,
    coalesce(people.lacks_totp, false) AS lacks_totp,
    companies.state = 'awaiting_approval' AS awaits_approval
FROM companies LEFT JOIN LATERAL (
    SELECT
        string_agg(folded(email), ' ' ORDER BY created_at, accounts.id) AS emails,
        bool_or(state = 'blocked' OR state = 'active' AND enrolment_frozen_at IS NOT NULL) AS is_blocked,
        bool_or(state = 'active' AND enrolled_at IS NULL) AS lacks_totp
    FROM accounts LEFT JOIN totp_enrolments ON totp_enrolments.account_id = accounts.id
    WHERE accounts.company_id = companies.id
) AS people ON true
UNION ALL
SELECT
    id, gemeente_code, registered_at, email_key, kept_until,
    concat_ws(
        ' ', folded(name), folded(street_address), folded(postcode), folded(place), kvk_number, folded(email)
    ),
    false, false, false
FROM pending_registrations WHERE NOT EXISTS (SELECT FROM companies WHERE companies.id = pending_registrations.id);

CREATE FUNCTION refresh_company_search(sought uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- First, so that of two at once the second reads what the first has written.
    PERFORM FROM company_search WHERE id = sought FOR NO KEY UPDATE;
    INSERT INTO company_search
        (id, gemeente_code, registered_at, email_key, kept_until, search_text, is_blocked, lacks_totp, awaits_approval)
    SELECT
        id, gemeente_code, registered_at, email_key, kept_until, search_text, is_blocked, lacks_totp, awaits_approval
    FROM company_search_source WHERE id = sought
    ON CONFLICT (id) DO UPDATE SET
        gemeente_code = EXCLUDED.gemeente_code, registered_at = EXCLUDED.registered_at,
        email_key = EXCLUDED.email_key, kept_until = EXCLUDED.kept_until, search_text = EXCLUDED.search_text,
        is_blocked = EXCLUDED.is_blocked, lacks_totp = EXCLUDED.lacks_totp,
        awaits_approval = EXCLUDED.awaits_approval;
    IF NOT FOUND THEN
        DELETE FROM company_search WHERE id = sought;
    END IF;
END
$$;

CREATE FUNCTION company_search_by_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refresh_company_search(CASE TG_OP WHEN 'DELETE' THEN OLD.id ELSE NEW.id END);
    RETURN NULL;
END
$$;

CREATE FUNCTION company_search_by_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.company_id IS NOT NULL THEN
        PERFORM refresh_company_search(OLD.company_id);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.company_id IS NOT NULL
        AND (TG_OP = 'INSERT' OR NEW.company_id IS DISTINCT FROM OLD.company_id)
    THEN
        PERFORM refresh_company_search(NEW.company_id);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION company_search_by_enrolment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM refresh_company_search(company_id) FROM accounts
    WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.account_id ELSE NEW.account_id END AND company_id IS NOT NULL;
    RETURN NULL;
END
$$;

CREATE TRIGGER company_search AFTER INSERT OR DELETE
    OR UPDATE OF gemeente_code, name, street_address, postcode, place, kvk_number, registered_at, state
    ON companies FOR EACH ROW EXECUTE FUNCTION company_search_by_id();
CREATE TRIGGER company_search AFTER INSERT OR UPDATE OR DELETE
    ON pending_registrations FOR EACH ROW EXECUTE FUNCTION company_search_by_id();
CREATE TRIGGER company_search AFTER INSERT OR DELETE OR UPDATE OF email, state, company_id, enrolment_frozen_at
    ON accounts FOR EACH ROW EXECUTE FUNCTION company_search_by_account();
CREATE TRIGGER company_search AFTER INSERT OR DELETE
    ON totp_enrolments FOR EACH ROW EXECUTE FUNCTION company_search_by_enrolment();

INSERT INTO company_search
    (id, gemeente_code, registered_at, email_key, kept_until, search_text, is_blocked, lacks_totp, awaits_approval)
SELECT
    id, gemeente_code, registered_at, email_key, kept_until, search_text, is_blocked, lacks_totp, awaits_approval
FROM company_search_source;
