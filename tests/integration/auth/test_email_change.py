"""Another address for an account."""

import asyncio
from datetime import timedelta

import pytest

from auth_service.accounts.refusals import (
    AddressTaken,
    CodeRejected,
    Field,
    InputRefused,
    LoginRejected,
    Problem,
    TooOften,
)
from auth_service.accounts.tokens import draw_token, token_digest
from auth_service.flows.sessions import SessionGone
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD, anyone

OLD, NEW, OTHER = "jan@dezon.example", "jan@nieuw.example", "piet@demaan.example"


@pytest.fixture
async def owner(make_account, log_in):
    await make_account()
    return await log_in()


@pytest.fixture
def ask(services, owner, outbox, sql):
    """Ask for an address; returns the mails by who gets them."""

    async def ask(email=NEW, who=owner):
        await services.email_change.ask(who, email, anyone())
        mails = {mail.to: mail for mail in await outbox.mails()}
        await sql.execute("DELETE FROM outbox")
        return mails

    return ask


@pytest.fixture
def confirm(services, owner):
    async def confirm(code, who=owner, visitor=None):
        return await services.email_change.confirm(who, code, visitor or anyone(), token=draw_token())

    return confirm


async def test_the_code_goes_to_the_new_address_and_a_warning_to_the_old_one(ask, services):
    mails = await ask(f" {NEW} ")

    assert {to: mail.kind for to, mail in mails.items()} == {
        NEW: "email_change_code_issued",
        OLD: "email_changed",
    }
    assert mails[OLD].data["stage"] == "asked"
    # Asking changes nothing yet.
    assert await services.login.log_in(OLD, PASSWORD, visitor=anyone())


async def test_with_the_code_the_new_address_logs_in_and_the_old_one_no_longer_does(
    ask, confirm, services, outbox
):
    code = (await ask())[NEW].code

    await confirm(f" {code.upper()}\n")

    mails = await outbox.mails()
    assert {(mail.kind, mail.to, mail.data["stage"]) for mail in mails} == {
        ("email_changed", OLD, "done"),
        ("email_changed", NEW, "done"),
    }
    assert await services.login.log_in(NEW, PASSWORD, visitor=anyone())
    with pytest.raises(LoginRejected):
        await services.login.log_in(OLD, PASSWORD, visitor=anyone())


async def test_the_audit_trail_tells_of_the_change_without_an_address(ask, confirm, owner, sql):
    await confirm((await ask())[NEW].code)

    line = await sql.fetchrow("SELECT * FROM audit_trail")
    assert (line["act"], line["account_id"], line["actor_id"]) == (
        "email_changed",
        owner.account.id,
        owner.account.id,
    )
    assert "@" not in str(line)


async def test_the_change_ends_all_other_sessions_and_keeps_this_one(ask, confirm, log_in, sql, owner):
    await log_in()

    await confirm((await ask())[NEW].code)

    assert await sql.fetch("SELECT id FROM sessions") == [(owner.session.id,)]


async def test_the_session_that_is_kept_gets_a_new_token(ask, services, owner):
    code, token = (await ask())[NEW].code, draw_token()

    await services.email_change.confirm(owner, code, anyone(), token=token)

    logged_in = await services.sessions.logged_in(token)
    assert (logged_in.session.id, logged_in.account.email.text) == (owner.session.id, NEW)
    assert logged_in.token_digest != owner.token_digest


async def test_after_the_change_only_this_browser_is_known(ask, confirm, services, sql):
    known = await services.login.log_in(OLD, PASSWORD, visitor=anyone())
    assert await sql.fetchval("SELECT count(*) FROM known_browsers") > 1

    browser = await confirm((await ask())[NEW].code, visitor=anyone(browser=known.browser))

    assert await sql.fetch("SELECT token_digest FROM known_browsers") == [(token_digest(browser),)]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", Problem.EMPTY),
        ("jan", Problem.WRONG),
        (OLD, Problem.SAME_EMAIL),
        (OLD.upper(), Problem.SAME_EMAIL),
    ],
)
async def test_what_can_not_be_the_new_address_is_told(services, owner, outbox, typed, problem):
    before = len(await outbox.mails())

    with pytest.raises(InputRefused) as refusal:
        await services.email_change.ask(owner, typed, anyone())

    (violation,) = refusal.value.violations
    assert (violation.field, violation.problem) == (Field.EMAIL, problem)
    assert len(await outbox.mails()) == before


async def test_an_empty_code_is_asked_for(ask, confirm):
    await ask()

    with pytest.raises(InputRefused) as refusal:
        await confirm(" ")
    assert refusal.value.violations[0].field is Field.CODE


# Known and unknown alike


TABLES = ("codes", "outbox", "mail_trail")


async def rows_of(sql):
    return {table: await sql.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}  # noqa: S608 - the names above.


async def test_an_address_with_an_account_costs_the_same_and_its_owner_is_told(
    owner, services, make_account, outbox, sql
):
    await make_account(email=OTHER)
    await sql.execute("DELETE FROM outbox")
    counts = [await rows_of(sql)]
    for email in (NEW, OTHER):
        await services.email_change.ask(owner, email, anyone())
        counts.append(await rows_of(sql))

    start, unknown, known = counts
    assert {table: known[table] - unknown[table] for table in TABLES} == {
        table: unknown[table] - start[table] for table in TABLES
    }
    (told,) = [mail for mail in await outbox.mails() if mail.to == OTHER]
    assert (told.kind, told.code) == ("registration_for_existing_account", None)
    assert told.data.get("companyName") is None


async def test_the_mail_to_the_owner_of_a_known_address_is_in_his_trail(ask, make_account, sql):
    await make_account(email=OTHER)

    await ask(OTHER)

    kinds = await sql.fetch(
        "SELECT accounts.email FROM mail_trail JOIN accounts ON accounts.id = account_id"
        " WHERE kind = 'registration_for_existing_account'"
    )
    assert [row["email"] for row in kinds] == [OTHER]


# Codes


async def test_asking_anew_voids_the_codes_of_before(ask, confirm):
    first = (await ask())[NEW].code
    second = (await ask("jan@anders.example"))["jan@anders.example"].code

    with pytest.raises(CodeRejected):
        await confirm(first)
    await confirm(second)


async def test_a_code_is_for_the_account_that_asked(ask, confirm, make_account, log_in, services):
    await make_account(email=OTHER)
    other = await log_in(OTHER)
    code = (await ask())[NEW].code

    with pytest.raises(CodeRejected):
        await confirm(code, who=other)
    await ask("piet@nieuw.example", who=other)
    with pytest.raises(CodeRejected):
        await confirm(code, who=other)

    await confirm(code)


async def test_a_code_works_once(ask, confirm, log_in):
    code = (await ask())[NEW].code
    await confirm(code)

    with pytest.raises(CodeRejected):
        await confirm(code, who=await log_in(NEW))


async def test_a_code_expires_after_a_day(ask, confirm, clock, services):
    code = (await ask())[NEW].code
    clock.advance(timedelta(hours=24))

    with pytest.raises(CodeRejected):
        await confirm(code)


async def test_a_code_of_another_purpose_proves_no_address(ask, confirm, services, outbox):
    await ask()
    await services.mail_requests.ask_password_reset(OLD, anyone())
    await services.mail_requests.answer_next()

    with pytest.raises(CodeRejected):
        await confirm(await outbox.code())


async def test_a_reset_of_the_password_voids_the_change(ask, confirm, services, outbox, owner):
    code = (await ask())[NEW].code
    await services.mail_requests.ask_password_reset(OLD, anyone())
    await services.mail_requests.answer_next()

    await services.password_reset.set_password(await outbox.code(), OTHER_PASSWORD, anyone())

    assert await services.email_change.waiting_for(owner.account.id) is None
    with pytest.raises(CodeRejected):
        await confirm(code)


async def test_the_change_voids_every_code_that_was_mailed_to_the_former_address(
    ask, confirm, services, outbox, sql
):
    code = (await ask())[NEW].code
    await services.mail_requests.ask_password_reset(OLD, anyone())
    await services.mail_requests.answer_next()
    reset = await outbox.code()

    await confirm(code)

    with pytest.raises(CodeRejected):
        await services.password_reset.set_password(reset, OTHER_PASSWORD, anyone())


async def test_an_address_that_was_taken_meanwhile_is_refused_in_clear_words(
    ask, confirm, make_account, services, sql
):
    code = (await ask())[NEW].code
    await make_account(email=NEW, password=OTHER_PASSWORD)
    await sql.execute("DELETE FROM outbox")

    with pytest.raises(AddressTaken):
        await confirm(code)

    assert await sql.fetchval("SELECT count(*) FROM outbox") == 0
    assert await services.login.log_in(OLD, PASSWORD, visitor=anyone())
    assert await services.login.log_in(NEW, OTHER_PASSWORD, visitor=anyone())


async def test_a_registration_of_the_new_address_can_not_be_confirmed_any_more(
    ask, confirm, make_pending, services, sql
):
    registered, receipt = await make_pending(email=NEW, password=OTHER_PASSWORD)
    await confirm((await ask())[NEW].code)

    with pytest.raises(CodeRejected):
        await services.activation.activate(registered, password="", visitor=anyone(receipt))
    # Nor with a code that is asked for now, which its owner never gets.
    assert await sql.fetchval("SELECT count(*) FROM pending_registrations") == 1
    assert await services.login.log_in(NEW, PASSWORD, visitor=anyone())


# Tries


async def test_wrong_codes_are_counted(ask, confirm):
    await ask()
    visitor = anyone()
    for _ in range(60):
        with pytest.raises(CodeRejected):
            await confirm("0" * 48, visitor=visitor)

    with pytest.raises(TooOften):
        await confirm("0" * 48, visitor=visitor)


async def test_asking_over_and_over_is_slowed_down(ask):
    for number in range(5):
        await ask(f"jan{number}@nieuw.example")

    with pytest.raises(TooOften):
        await ask("nog@nieuw.example")


async def test_many_accounts_can_not_fill_one_inbox(ask, make_account, log_in, sql):
    for number in range(8):
        await make_account(email=f"jan{number}@dezon.example")
        await ask(NEW, who=await log_in(f"jan{number}@dezon.example"))

    with pytest.raises(TooOften):
        await ask(NEW)


# At once


async def test_of_many_confirmations_at_once_one_succeeds(ask, confirm, outbox):
    code = (await ask())[NEW].code

    outcomes = await asyncio.gather(*(confirm(code) for _ in range(8)), return_exceptions=True)

    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1
    # Those that began before it was done hold a token that is no longer good; the others, a code that isn't.
    assert sum(isinstance(outcome, SessionGone | CodeRejected) for outcome in outcomes) == 7
    assert len(await outbox.mails()) == 2


async def test_asking_and_confirming_at_once(ask, confirm, log_in, services, owner, sql, clock):
    for number in range(10):
        clock.advance(timedelta(hours=1))
        current = await sql.fetchval("SELECT email FROM accounts")
        here = await log_in(current)
        wanted, other = f"jan{number}@nieuw.example", f"jan{number}@anders.example"
        code = (await ask(wanted, who=here))[wanted].code

        confirmed, asked = await asyncio.gather(
            confirm(code, who=here),
            services.email_change.ask(here, other, anyone()),
            return_exceptions=True,
        )

        # Whichever came first: what was asked is not lost, and what is void changes nothing.
        assert [type(confirmed), type(asked)] in ([str, SessionGone], [CodeRejected, type(None)])
        waiting = await services.email_change.waiting_for(owner.account.id)
        assert (waiting.email.text if waiting else None) == (None if asked else other)
        assert await sql.fetchval("SELECT email FROM accounts") == (wanted if asked else current)
        await sql.execute("DELETE FROM outbox")


async def test_two_accounts_that_want_one_address_at_once(ask, confirm, make_account, log_in, owner, sql):
    await make_account(email=OTHER)
    other = await log_in(OTHER)
    mine = (await ask())[NEW].code
    theirs = (await ask(NEW, who=other))[NEW].code

    outcomes = await asyncio.gather(confirm(mine), confirm(theirs, who=other), return_exceptions=True)

    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, AddressTaken) for outcome in outcomes) == 1
    assert await sql.fetchval("SELECT count(*) FROM accounts WHERE email = $1", NEW) == 1


async def test_whoever_is_logged_out_meanwhile_changes_nothing(ask, confirm, services, owner, sql):
    code = (await ask())[NEW].code
    await sql.execute("DELETE FROM sessions")

    with pytest.raises(SessionGone):
        await services.email_change.ask(owner, NEW, anyone())
    with pytest.raises(SessionGone):
        await confirm(code)
    assert await sql.fetchval("SELECT email FROM accounts") == OLD
