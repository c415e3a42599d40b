"""All that is held about somebody, for himself."""

import json

import pytest

from auth_service.accounts.mail_progress import MailState
from auth_service.accounts.sealing import AccountSeal
from auth_service.storage.mail_trail_table import MailReport
from auth_service.web.mail_kinds_nl import KINDS
from shared.mail_facts import FACTS
from tests.integration.auth.browsing import ADDRESS
from tests.integration.auth.scene import PASSWORD, SEALING_KEY, anyone

EXPORT = "/account/gegevens/export"
# What holds somebody's account id, and where it is found in the export.
EXPORTED = {
    "accounts": "account",
    "email_changes": "gevraagdEmailadres",
    "sessions": "sessies",
    "mail_trail": "emails",
    "known_browsers": "browsers",
    "audit_trail": "gebeurtenissen",
    # When it was enrolled; the secret itself is nobody's to see.
    "totp_enrolments": "account",
}
LEFT_OUT = {
    "invitations": "addresses of others; that he invited somebody stands in the audit trail",
    "codes": "digests of codes for a day or so; the mails that carried them are told",
    "totp_reset_waits": "for a week at most; who asked for it, and why, stands in the audit trail",
    "kept_forms": "sealed, for an hour; the page itself shows them to him",
    "recovery_codes": "digests that say nothing; their owner has the codes",
}


@pytest.fixture
async def owner(browser, make_account):
    await make_account()
    await browser.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})
    return browser


async def exported(browser):
    return json.loads(await (await browser.get(EXPORT)).text())


async def test_the_export_is_a_file_to_read(owner):
    response = await owner.get(EXPORT)

    assert (response.status, response.content_type) == (200, "application/json")
    assert response.headers["Content-Disposition"] == 'attachment; filename="nachregister-gegevens.json"'
    assert response.headers["Cache-Control"] == "no-store"
    assert '\n  "account": {\n    "email": "jan@dezon.example"' in await response.text()


async def test_everything_that_is_held_is_told(owner, services, log_in, database, sql, clock):
    await services.email_change.ask(await log_in(), "jan@nieuw.example", anyone())
    event_id = await sql.fetchval("SELECT event_id FROM mail_trail WHERE kind = 'activation_code_issued'")
    async with database.transaction() as tx:
        await tx.mail_trail.record(MailReport(event_id, MailState.DELIVERED, 1, "250 secret", None, clock()))
    await sql.execute(
        "INSERT INTO audit_trail (id, happened_at, act, account_id, actor_role, reason,"
        " identified_by) SELECT gen_random_uuid(), $1, 'totp_reset', id, 'gemeentemedewerker',"
        " 'Telefoon kwijt', 'called_back'"
        " FROM accounts",
        clock(),
    )

    now = "2026-11-23T13:05:00Z"
    session = {
        "gestartOp": now,
        "laatstGebruiktOp": now,
        "wachtwoordBewezenOp": now,
        "codeBewezenOp": None,
        "browser": None,
        "systeem": None,
    }
    assert await exported(owner) == {
        "gemaaktOp": now,
        "account": {
            "email": ADDRESS,
            "rol": "ondernemer",
            "gemeente": "Zeedorp",
            "gemaaktOp": now,
            "laatstIngelogdOp": now,
            "wachtwoordGewijzigdOp": now,
            "tweefactorauthenticatieSinds": None,
            "mailstopSinds": None,
        },
        "gevraagdEmailadres": {
            "email": "jan@nieuw.example",
            "gevraagdOp": now,
            "verlooptOp": "2026-11-24T13:05:00Z",
        },
        "bedrijf": {
            "naamOnderneming": "Pension De Zon",
            "adres": "Dorpsstraat 12",
            "postcode": "1234AB",
            "woonplaats": "Zeedorp",
            "kvkNummer": None,
            "telefoonnummer": None,
            "aantalSlaapplekken": 4,
            "accommodatie": "pension",
        },
        "sessies": [session] * 2,
        "emails": [
            {
                "onderwerp": "E-mailadres bevestigen",
                "aan": ADDRESS,
                "status": "afgeleverd",
                "gemaaktOp": now,
                "statusSinds": now,
            },
            {
                "onderwerp": "E-mailadres gewijzigd",
                "aan": ADDRESS,
                "status": "inWachtrij",
                "gemaaktOp": now,
                "statusSinds": None,
            },
        ],
        # Where it was activated, and where it was used since.
        "browsers": [{"eerstGebruiktOp": now, "laatstGebruiktOp": now}] * 3,
        "gebeurtenissen": [
            {
                "wat": "2FA is gereset",
                "door": "een medewerker van de gemeente",
                "op": now,
                "reden": "Telefoon kwijt",
                "identificatie": "Teruggebeld op het bekende telefoonnummer",
            }
        ],
    }


async def test_no_table_with_an_account_in_it_is_forgotten(sql):
    rows = await sql.fetch(
        "SELECT DISTINCT holder.relname FROM pg_constraint"
        " JOIN pg_class AS holder ON holder.oid = conrelid JOIN pg_class AS held ON held.oid = confrelid"
        " WHERE contype = 'f' AND held.relname IN ('accounts', 'totp_enrolments')"
        " UNION SELECT table_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'account_id'"
    )

    tables = {row["relname"] for row in rows}
    assert tables | {"accounts"} == set(EXPORTED) | set(LEFT_OUT)
    assert not set(EXPORTED) & set(LEFT_OUT)


async def test_the_export_holds_what_it_is_said_to_hold(owner):
    assert set(EXPORTED.values()) < set(await exported(owner))


async def test_no_hash_no_digest_and_no_seal_is_told(owner, sql):
    account_id = await sql.fetchval("SELECT id FROM accounts")
    sealed = AccountSeal([SEALING_KEY]).seal(account_id, "the secret")
    await sql.execute(
        "INSERT INTO totp_enrolments VALUES ($1, $2, $2, $3, now(), 0)",
        account_id,
        sealed.token,
        sealed.fingerprint,
    )
    await sql.execute("UPDATE sessions SET totp_proven_at = password_proven_at")

    told = await (await owner.get(EXPORT)).text()

    secrets = await sql.fetch(
        "SELECT password_hash FROM accounts UNION ALL SELECT encode(token_digest, 'hex') FROM sessions"
        " UNION ALL SELECT encode(token_digest, 'hex') FROM known_browsers"
        " UNION ALL SELECT encode(digest, 'hex') FROM codes"
        " UNION ALL SELECT sealed_secret FROM totp_enrolments"
        " UNION ALL SELECT key_fingerprint FROM totp_enrolments"
    )
    assert json.loads(told)["account"]["tweefactorauthenticatieSinds"]
    assert len(secrets) >= 6
    assert [secret for (secret,) in secrets if secret in told] == []


async def test_whether_a_wanted_address_has_an_account_is_not_told(
    owner, services, log_in, make_account, sql
):
    await sql.execute("DELETE FROM outbox")
    await make_account(email="piet@demaan.example")
    logged_in = await log_in()
    told = []
    for email in ("piet@demaan.example", "piet@denaam.example"):
        await services.email_change.ask(logged_in, email, anyone())
        told.append((await exported(owner))["emails"])
        await sql.execute("DELETE FROM mail_trail WHERE kind = 'email_changed'")

    assert told[0] == told[1]


def test_every_kind_of_mail_has_a_name():
    assert {fact.kind for fact in FACTS} <= set(KINDS)
