"""Each row of the README's table of what is kept is removed at its time, and not before."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from auth_service.accounts.one_time_codes import OBJECTION_LIFETIME
from auth_service.accounts.sessions import SessionLimits
from auth_service.flows.account_notices import AccountNotices
from auth_service.flows.anonymising import anonymise_closed
from auth_service.flows.clean_up import ANONYMISING, CleanUp
from auth_service.flows.fact_writer import FactWriter
from auth_service.flows.unused_accounts import UNUSED_BEFORE_WARNING, WARNED_BEFORE_CLOSING, UnusedAccounts
from shared.sealing import MessageSeal
from tests.integration.auth.scene import MESSAGE_KEY, anyone, suppress, until_waiting

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text()
PRIVACY = (ROOT / "auth_service/web/templates/privacy.html").read_text()
TABLE = README.partition("### What is kept, and for how long")[2].partition("###")[0]
ROW = re.compile(r"^\| `(?P<what>\w+)` \|.*\| (?P<count>\d+) (?P<unit>day|hour|minute)s? \|", re.MULTILINE)
KEPT = {row["what"]: timedelta(**{f"{row['unit']}s": int(row["count"])}) for row in ROW.finditer(TABLE)}
ADDRESS = "jan@dezon.example"
LIMITS = SessionLimits(idle=timedelta(minutes=30), longest=timedelta(hours=12))
A_MOMENT = timedelta(seconds=1)
PERSONAL = ("jan@dezon.example", "Pension De Zon", "Dorpsstraat", "1234 AB", "12345678", "0612345678")


async def a_registration(at):
    await at.make_pending()
    return "SELECT count(*) FROM pending_registrations"


async def a_code(at):
    await at.make_pending()
    at.clock.advance(timedelta(hours=24))
    return "SELECT count(*) FROM codes"


async def an_email_change(at):
    await at.make_account()
    await at.services.email_change.ask(await at.log_in(), "jan@nieuw.example", anyone())
    at.clock.advance(timedelta(hours=24))
    return "SELECT count(*) FROM email_changes"


async def a_session(at):
    await at.make_account()
    await at.log_in()
    at.clock.advance(LIMITS.idle)
    return "SELECT count(*) FROM sessions"


async def an_offer(at):
    await at.make_account()
    await at.services.two_factor.enrolment.offer(await at.log_in())
    return "SELECT count(*) FROM totp_offers"


async def shown_codes(at):
    await at.make_account()
    session = (await at.log_in()).session
    await at.sql.execute("INSERT INTO shown_recovery_codes VALUES ($1, '', '', $2)", session.id, at.clock())
    return "SELECT count(*) FROM shown_recovery_codes"


async def a_kept_form(at):
    await at.make_account()
    await at.sql.execute(
        "INSERT INTO kept_forms (token_digest, account_id, path, sealed_fields, key_fingerprint, kept_until)"
        " SELECT sha256(''), id, '/', '', '', $1 FROM accounts",
        at.clock() + timedelta(hours=1),
    )
    return "SELECT count(*) FROM kept_forms"


async def a_budget(at):
    await at.sql.execute("DELETE FROM throttle")
    await at.sql.execute("INSERT INTO throttle (key, rested_at) VALUES (sha256(''), $1)", at.clock())
    return "SELECT count(*) FROM throttle"


async def a_mail(at):
    await at.make_pending()
    return "SELECT count(*) FROM mail_trail"


async def a_suppressed_address(at):
    await suppress(at.sql, ADDRESS, at.clock())
    return "SELECT count(*) FROM suppressed_addresses"


async def a_browser(at):
    await at.make_account()
    await at.log_in()
    # That in which it was activated, and that in which somebody logged in.
    return "SELECT count(DISTINCT account_id) FROM known_browsers"


async def an_invitation(at):
    await at.sql.execute(
        "INSERT INTO invitations (id, email, email_key, role, gemeente_code, invited_at, expires_at)"
        " VALUES (gen_random_uuid(), $1, $1, 'gemeentemedewerker', 'GM9901', $2, $2)",
        ADDRESS,
        at.clock(),
    )
    return "SELECT count(*) FROM invitations"


async def a_line(at):
    # The database forgets nothing of what by its own clock is the last half year.
    at.clock.now = await at.sql.fetchval("SELECT now() - interval '2 years'")
    await at.sql.execute(
        "INSERT INTO audit_trail (id, happened_at, act) VALUES (gen_random_uuid(), $1, 'totp_reset')",
        at.clock(),
    )
    return "SELECT count(*) FROM audit_trail"


async def a_closed_account(at):
    await at.make_account()
    await at.services.account_closing.close(await at.log_in())
    await at.sql.execute("DELETE FROM outbox")
    return "SELECT count(*) FROM accounts WHERE email_key = 'jan@dezon.example'"


async def an_unused_account(at):
    await at.make_account()
    await at.log_in()
    at.clock.advance(UNUSED_BEFORE_WARNING)
    await at.unused.sweep()
    return "SELECT count(*) FROM accounts WHERE state = 'active'"


async def a_rejected_company(at):
    await at.make_account()
    await at.log_in()
    await at.sql.execute("UPDATE companies SET state = 'rejected', decided_at = $1", at.clock())
    return "SELECT count(*) FROM accounts WHERE email_key = 'jan@dezon.example'"


SCENES = {
    "registrations": a_registration,
    "codes": a_code,
    "email_changes": an_email_change,
    "sessions": a_session,
    "totp_offers": an_offer,
    "recovery_codes": shown_codes,
    "kept_forms": a_kept_form,
    "budgets": a_budget,
    "mail_trail": a_mail,
    "suppressions": a_suppressed_address,
    "known_browsers": a_browser,
    "invitations": an_invitation,
    "audit_trail": a_line,
    "unused_accounts": an_unused_account,
    "closed_accounts": a_closed_account,
    "rejected_registrations": a_rejected_company,
}


@pytest.fixture
def clean_up(database, clock):
    return CleanUp(database, LIMITS, clock)


@pytest.fixture
def unused(database, clock, settings):
    writer = FactWriter(settings.code_lifetimes, MessageSeal([MESSAGE_KEY]))
    return UnusedAccounts(database, AccountNotices(writer), clock)


@pytest.fixture
def at(services, sql, clock, unused, make_pending, make_account, log_in):
    return SimpleNamespace(
        unused=unused,
        services=services,
        sql=sql,
        clock=clock,
        make_pending=make_pending,
        make_account=make_account,
        log_in=log_in,
    )


def test_the_readme_tells_of_every_removal_and_each_has_a_test(clean_up, clock):
    removals = {*clean_up._removals(clock()), *ANONYMISING, "unused_accounts"}

    # The newest browsers of each account are told of with those that are too old.
    assert set(KEPT) == set(SCENES) == removals - {"surplus_browsers"}


@pytest.mark.parametrize("what", SCENES)
async def test_it_is_removed_at_its_time_and_not_before(what, at, clean_up, unused):
    left = await SCENES[what](at)
    due = at.clock() + KEPT[what]
    at.clock.now = due - A_MOMENT

    await clean_up.sweep()
    await unused.sweep()
    assert await at.sql.fetchval(left) == 1

    at.clock.now = due
    await clean_up.sweep()
    await unused.sweep()
    assert await at.sql.fetchval(left) == 0


@pytest.mark.parametrize("scene", [a_closed_account, a_rejected_company])
async def test_nothing_personal_is_left_and_the_address_can_be_registered_anew(scene, at, clean_up):
    await scene(at)
    at.clock.advance(timedelta(days=366))

    await clean_up.sweep()
    await clean_up.sweep()

    account = await at.sql.fetchrow("SELECT * FROM accounts")
    company = await at.sql.fetchrow("SELECT * FROM companies")
    assert account["email"] == f"removed-{account['id']}@removed.invalid"
    assert (account["state"], company["name"], company["kvk_number"]) == ("closed", "verwijderd", None)
    assert await at.sql.fetchval("SELECT count(*) FROM company_search") == 0
    kept = " ".join(map(str, (*account.values(), *company.values())))
    assert [text for text in PERSONAL if text in kept] == []
    lines = await at.sql.fetch(
        "SELECT account_id, actor_role, gemeente_code FROM audit_trail WHERE act = $1", DONE
    )
    assert [tuple(line) for line in lines] == [(account["id"], None, "GM9901")]
    for table in ("sessions", "known_browsers", "totp_enrolments", "kept_forms", "email_changes"):
        assert await at.sql.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608 - our own words.
    await at.make_account()
    assert (await at.log_in()).account.email.text == ADDRESS


DONE = "account_anonymised"


async def test_a_company_keeps_its_details_as_long_as_somebody_is_left(at, clean_up):
    await at.make_account(email="piet@dezon.example")
    await a_closed_account(at)
    await at.sql.execute("UPDATE accounts SET company_id = (SELECT company_id FROM accounts LIMIT 1)")
    at.clock.advance(timedelta(days=366))

    await clean_up.sweep()

    name = (
        "SELECT name FROM companies JOIN accounts ON company_id = companies.id WHERE email LIKE 'removed-%'"
    )
    assert await at.sql.fetchval(name) == "Pension De Zon"


async def test_a_company_is_corrected_while_somebody_of_it_is_made_anonymous(at, database):
    await at.make_account(email="piet@dezon.example")
    await a_closed_account(at)
    await at.sql.execute("UPDATE accounts SET company_id = (SELECT company_id FROM accounts LIMIT 1)")
    at.clock.advance(timedelta(days=366))

    async with at.sql.transaction():
        # As whoever corrects it does, or closes an account of it: the company, and then what is found of it.
        await at.sql.execute("SELECT FROM companies FOR NO KEY UPDATE")
        anonymising = asyncio.create_task(anonymise_closed(database, at.clock()))
        await until_waiting(at.sql)
        await at.sql.execute("UPDATE companies SET name = 'Pension De Maan'")

    assert await anonymising


async def test_who_is_not_gone_is_left_alone(at, clean_up):
    await at.make_account()
    at.clock.advance(timedelta(days=3_000))

    await clean_up.sweep()

    assert await at.sql.fetchval("SELECT email FROM accounts") == ADDRESS


async def test_an_account_that_the_former_release_closes_is_noted_as_closed(at):
    await at.make_account()

    await at.sql.execute("UPDATE accounts SET state = 'closed'")

    assert await at.sql.fetchval("SELECT closed_at IS NOT NULL FROM accounts")


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("registrations", "verwijderen we uw aanmelding na {} dagen"),
        ("mail_trail", "Of een e-mail is aangekomen, bewaren we {} dagen"),
        ("suppressions", "Dan onthouden we dat {} dagen en sturen we er zo lang geen e-mail naartoe"),
        ("invitations", "Een uitnodiging verwijderen we {} dagen nadat hij is verlopen"),
        ("audit_trail", "Wat er met uw account is gedaan, bewaren we {} dagen"),
        ("unused_accounts", "Logt u daarna nog {} dagen niet in? Dan sluiten we uw account."),
        ("closed_accounts", "Na {} dagen verwijderen we ook uw e-mailadres en uw wachtwoord"),
        ("rejected_registrations", "Dan verwijderen we uw gegevens {} dagen daarna"),
    ],
)
def test_the_privacy_page_promises_what_is_done(what, words):
    assert words.format(KEPT[what].days) in PRIVACY


def test_they_say_when_an_unused_account_is_warned():
    assert timedelta(days=730) == UNUSED_BEFORE_WARNING + WARNED_BEFORE_CLOSING
    assert f"nobody logged in for {UNUSED_BEFORE_WARNING.days} days, 22 months" in TABLE
    assert "Logt u 22 maanden niet in? Dan sturen we u een e-mail." in PRIVACY


def test_page_and_mail_say_for_how_long_one_can_object_to_a_reset():
    days = OBJECTION_LIFETIME.days
    mail = ROOT / "mailer_service/templates/totp_reset"

    assert f"kunt u {days} dagen lang melden dat u dit niet was" in PRIVACY
    assert f"{days} days after a mail about a reset by others" in TABLE
    for body in ("body.txt", "body.html"):
        assert f"Dat kan {days} dagen lang." in (mail / body).read_text()


def test_the_privacy_page_says_a_year_and_means_it():
    assert KEPT["known_browsers"] == timedelta(days=365)
    assert "Een browser die u een jaar niet heeft gebruikt, vergeten we." in PRIVACY
    assert KEPT["kept_forms"] + timedelta(hours=1) == timedelta(hours=2)
    assert "Dan bewaren we dat hooguit twee uur" in PRIVACY
