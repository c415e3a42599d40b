"""Two things at once about one address: somebody wins, nobody meets an error, nothing is left behind."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from auth_service.accounts.mail_progress import MailState
from auth_service.accounts.refusals import CodeRejected
from auth_service.flows.activation import OpenedAccount
from auth_service.flows.mail_facts import MailFacts
from auth_service.storage.mail_trail_table import MailReport
from shared.clock import utc_now
from tests.integration.auth.scene import OTHER_PASSWORD, anyone, registration_form

ADDRESS = "jan@dezon.example"
# The locks decide in which order; enough rounds to see each.
ROUNDS = 15


async def at_once(*acts):
    """What each came to; anything but success and a rejected code is raised."""
    outcomes = await asyncio.gather(*acts, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, CodeRejected):
            raise outcome
    return outcomes


async def test_two_reset_codes_of_one_account_used_at_once(services, make_account, outbox, clock):
    await make_account()
    for number in range(ROUNDS):
        # Or the mails to this address would be too many.
        clock.advance(timedelta(hours=1))
        codes = []
        for _ in range(2):
            await services.mail_requests.ask_password_reset(ADDRESS, anyone())
            await services.mail_requests.answer_next()
            codes.append(await outbox.code())

        outcomes = await at_once(
            *(
                services.password_reset.set_password(code, f"{OTHER_PASSWORD} {number} {position}", anyone())
                for position, code in enumerate(codes)
            )
        )

        assert sum(isinstance(outcome, str) for outcome in outcomes) == 1
        assert (await outbox.newest()).kind == "password_changed"


async def test_activating_and_correcting_one_registration_at_once(services, make_pending, outbox, sql):
    for number in range(ROUNDS):
        code, receipt = await make_pending(email=f"jan{number}@dezom.example")
        pending = await services.registration.typed_before(receipt)
        form = registration_form(email=f"jan{number}@dezon.example", password="")

        activated, corrected = await at_once(
            services.activation.activate(code, password="", visitor=anyone(receipt)),
            services.registration.correct(pending.id, form, anyone(receipt)),
        )

        assert isinstance(activated, OpenedAccount) != corrected
        assert len(await outbox.mails()) == (1 if corrected else 0)
        await sql.execute("DELETE FROM outbox")


async def test_activating_while_a_further_code_is_issued(services, make_pending, sql):
    for number in range(ROUNDS):
        code, receipt = await make_pending(email=f"jan{number}@dezon.example")
        await services.mail_requests.ask_activation_code(f"jan{number}@dezon.example", anyone(receipt))

        await at_once(
            services.activation.activate(code, password="", visitor=anyone(receipt)),
            services.mail_requests.answer_next(),
        )

        assert await sql.fetchval("SELECT count(*) FROM mail_requests") == 0
        await sql.execute("DELETE FROM outbox")
    assert await sql.fetchval("SELECT count(*) FROM accounts") == ROUNDS


async def test_registering_an_address_while_it_is_activated_leaves_no_code_that_works(
    services, make_pending, outbox, sql
):
    for number in range(ROUNDS):
        address = f"jan{number}@dezon.example"
        code, receipt = await make_pending(email=address)

        await at_once(
            services.activation.activate(code, password="", visitor=anyone(receipt)),
            services.registration.register(registration_form(email=address), anyone()),
        )

        await assert_no_code_works(await outbox.newest(), services)
        assert await sql.fetchval("SELECT count(*) FROM accounts") == number + 1


@pytest.mark.parametrize(
    ("first", "mailed"),
    [("activation", "registration_for_existing_account"), ("registration", "activation_code_issued")],
)
async def test_whichever_comes_first_when_an_address_is_activated_and_registered(
    services, make_pending, outbox, sql, first, mailed
):
    code, receipt = await make_pending(email=ADDRESS)
    acts = {
        "activation": services.activation.activate(code, password="", visitor=anyone(receipt)),
        "registration": services.registration.register(registration_form(email=ADDRESS), anyone()),
    }

    await in_this_order(sql, ADDRESS, acts.pop(first), *acts.values())

    mail = await outbox.newest()
    assert mail.kind == mailed
    await assert_no_code_works(mail, services)
    # That it vanished would tell a stranger what the owner did.
    assert await sql.fetchval("SELECT count(*) FROM pending_registrations") == 1
    assert await sql.fetchval("SELECT count(*) FROM accounts") == 1


async def assert_no_code_works(mail, services):
    if mail.code:
        with pytest.raises(CodeRejected):
            await services.activation.activate(mail.code, password="", visitor=anyone())


async def in_this_order(sql, address, *acts):
    """Let the acts wait for the lock of the address, each behind the one before it, and then go on."""
    tasks = []
    async with sql.transaction():
        await sql.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", address)
        for act in acts:
            tasks.append(asyncio.create_task(act))
            async with asyncio.timeout(10):
                # Nothing tells of a lock that is waited for.
                while await waiting_for_an_address(sql) < len(tasks):
                    await asyncio.sleep(0.01)
    return await asyncio.gather(*tasks)


async def waiting_for_an_address(sql):
    return await sql.fetchval(
        """
        SELECT count(*) FROM pg_locks
        WHERE locktype = 'advisory' AND NOT granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """
    )


async def test_a_request_that_trips_a_bug_stops_nobody_elses_mail(
    services, make_account, outbox, clock, monkeypatch
):
    await make_account(email="kapot@dezon.example")
    await make_account()
    for address in ("kapot@dezon.example", ADDRESS):
        await services.mail_requests.ask_password_reset(address, anyone())
    sound = MailFacts.password_reset_requested

    async def trip(self, tx, account, *rest):
        if account.email.key.startswith("kapot"):
            raise ValueError("a bug")
        await sound(self, tx, account, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(MailFacts, "password_reset_requested", trip)
        while await services.mail_requests.answer_next():
            pass
    assert (await outbox.newest()).to == ADDRESS

    # The bug is mended within the time that a request is worth answering.
    clock.advance(timedelta(minutes=59))
    assert await services.mail_requests.answer_next()
    assert (await outbox.newest()).to == "kapot@dezon.example"


async def test_a_request_nobody_could_answer_in_time_is_dropped(services, make_account, outbox, clock):
    await make_account()
    await services.mail_requests.ask_password_reset(ADDRESS, anyone())
    clock.advance(timedelta(hours=1))

    assert await services.mail_requests.answer_next()
    assert not await services.mail_requests.answer_next()
    assert await outbox.mails() == []


async def test_a_value_that_no_column_holds_is_a_bug_not_an_outage(database):
    with pytest.raises(asyncpg.DataError):
        async with database.transaction() as tx:
            await tx.mail_trail.record(MailReport(uuid4(), MailState.DELIVERED, 2**31, None, None, utc_now()))
