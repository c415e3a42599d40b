"""Addresses that a mail server says to be none: mailed no more, and how that ends."""

import asyncio
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from auth_service.accounts.mail_hitches import MailHitch
from auth_service.accounts.mail_progress import MailState
from auth_service.accounts.suppression import SUPPRESSED_FOR
from auth_service.messaging.delivery_reports import DeliveryReports
from auth_service.storage.mail_trail_table import MailReport
from shared.broker import BrokerLink, publish_event
from shared.broker_topology import EVENTS, SEND_QUEUE
from shared.mail_contract import MailBounced, MailDelivered, decode, report_event
from tests.integration.auth.at_the_broker import became_true, next_message, nothing_unrecorded
from tests.integration.auth.browsing import ADDRESS, REGISTRATION
from tests.integration.auth.scene import OTHER_PASSWORD, anyone, registration_form, suppress

NO_SUCH_USER = "550 5.1.1 <jan@dezon.example>: No such user"
HELD_BACK = f"suppressed: {NO_SUCH_USER}"


@pytest.fixture
def newest_mail(sql):
    async def look():
        return await sql.fetchval("SELECT event_id FROM mail_trail ORDER BY created_at DESC LIMIT 1")

    return look


@pytest.fixture
def report(database, clock, newest_mail):
    """As the mailer reports of a mail, the newest one unless told."""

    async def report(state=MailState.BOUNCED, about=None, *, address_unusable=True):
        event_id = about or await newest_mail()
        said = MailReport(event_id, state, 1, NO_SUCH_USER, None, clock(), address_unusable)
        await DeliveryReports(database, clock, BrokerLink("reports")).record(said)

    return report


@pytest.fixture
def held_back(database, clock):
    """Why the mails that are to leave now are not sent; None of those that are."""

    async def look():
        async with database.transaction() as tx:
            return [row.held_back for row in await tx.outbox.take_due(clock(), most=10)]

    return look


@pytest.fixture
def ask_code(services, clock, sql):
    """A further mail to the address, a minute later; the outbox holds nothing else."""

    async def ask():
        await sql.execute("DELETE FROM outbox")
        await sql.execute("DELETE FROM throttle")
        clock.advance(timedelta(minutes=1))
        await services.mail_requests.ask_activation_code(ADDRESS, anyone())
        assert await services.mail_requests.answer_next()

    return ask


async def test_a_mail_that_comes_back_after_it_was_delivered_shows_by_itself(
    browser, channel, amqp_url, running_worker, sql, clock
):
    await browser.post("/registreren", REGISTRATION)
    about = await sql.fetchval("SELECT event_id FROM outbox")
    delivered = MailDelivered(at=clock(), attempt=3, reply="250 2.0.0 Ok")
    bounced = MailBounced(at=clock(), attempt=1, reply=NO_SUCH_USER, address_unusable=True)
    exchange = await channel.get_exchange(EVENTS)
    pages = []

    async with running_worker(amqp_url):
        for report in (delivered, bounced):
            event = report_event(uuid4(), report, about=about)
            await publish_event(exchange, event, key=event.type)
            await became_true(partial(has_state, sql, about, report.outcome))
            pages.append(await (await browser.get("/registreren/gelukt")).text())
        await became_true(lambda: nothing_unrecorded(channel))

    # The script goes on asking for the page until it says that this is settled.
    assert 'data-mail-progress="under-way"' in pages[0]
    assert 'data-mail-progress="settled"' in pages[1]
    assert "Het e-mailadres bestaat niet, of het wordt niet meer gebruikt." in pages[1]
    assert NO_SUCH_USER not in pages[1]
    assert await sql.fetchval("SELECT attempts FROM mail_trail") == 3
    assert await sql.fetchval("SELECT email_key FROM suppressed_addresses") == ADDRESS


async def has_state(sql, event_id, state):
    return await sql.fetchval("SELECT state = $2 FROM mail_trail WHERE event_id = $1", event_id, state)


async def test_to_such_an_address_nothing_is_published_and_its_trail_says_why(
    services, channel, amqp_url, running_worker, sql, clock
):
    await suppress(sql, ADDRESS, clock(), NO_SUCH_USER)
    receipt = await services.registration.register(registration_form(), anyone())
    clock.advance(timedelta(seconds=1))
    await services.registration.register(registration_form(email="piet@dezon.example"), anyone())

    with capture_logs() as logs:
        async with running_worker(amqp_url):
            message = await next_message(channel, SEND_QUEUE)
            await became_true(lambda: outbox_is_empty(sql))

    assert decode(message.body).data.to == "piet@dezon.example"
    trail = await sql.fetch("SELECT state, reply, published_at IS NULL FROM mail_trail ORDER BY created_at")
    assert [tuple(row) for row in trail] == [("refused", HELD_BACK, True), ("queued", None, False)]
    (mail,) = (await services.registration_progress.newest(receipt)).mails
    assert (mail.state, mail.hitch) == (MailState.REFUSED, MailHitch.ADDRESS_UNKNOWN)
    assert [entry["to"] for entry in logs if entry["event"] == "mail_held_back"] == ["ja***@dezon.example"]
    assert ADDRESS not in str(logs)


async def outbox_is_empty(sql):
    return await sql.fetchval("SELECT count(*) FROM outbox") == 0


@pytest.mark.parametrize("state", [MailState.REFUSED, MailState.BOUNCED])
async def test_an_address_is_mailed_no_more_for_thirty_days(
    make_pending, report, ask_code, held_back, clock, state
):
    await make_pending()
    await report(state)

    await ask_code()
    assert await held_back() == [HELD_BACK]

    clock.advance(SUPPRESSED_FOR - timedelta(minutes=1))
    assert await held_back() == [None]


@pytest.mark.parametrize("state", [MailState.REFUSED, MailState.BOUNCED])
async def test_a_mail_refused_for_another_reason_says_nothing_of_the_address(
    make_pending, report, ask_code, held_back, state
):
    await make_pending()

    await report(state, address_unusable=False)
    await ask_code()

    assert await held_back() == [None]


async def test_a_doubled_report_changes_nothing_and_one_of_no_mail_of_ours_neither(
    make_pending, report, sql, clock
):
    await make_pending()
    with capture_logs() as logs:
        await report()
        before = await sql.fetchrow("SELECT * FROM suppressed_addresses")
        clock.advance(timedelta(hours=1))
        await report()
        await report(about=uuid4())

    assert [tuple(row) for row in await sql.fetch("SELECT * FROM suppressed_addresses")] == [tuple(before)]
    assert [entry["event"] for entry in logs].count("address_suppressed") == 1
    assert ADDRESS not in str(logs)


async def test_an_older_mail_that_comes_back_after_the_lift_does_not_undo_it(
    make_pending, report, ask_code, newest_mail, held_back, database, clock
):
    await make_pending()
    older = await newest_mail()
    clock.advance(timedelta(seconds=1))
    await ask_code()
    await report()
    clock.advance(timedelta(hours=1))
    async with database.transaction() as tx:
        assert await tx.suppressions.lift(ADDRESS, clock())

    await report(about=older)
    await ask_code()
    assert await held_back() == [None]

    await report()
    await ask_code()
    assert await held_back() == [HELD_BACK]


async def test_a_code_from_a_mail_that_did_arrive_proves_the_address(
    services, make_pending, report, held_back, ask_code, sql
):
    code, receipt = await make_pending()
    await ask_code()
    await report()

    await services.activation.activate(code, password="", visitor=anyone(receipt))
    await services.mail_requests.ask_password_reset(ADDRESS, anyone())
    await sql.execute("DELETE FROM outbox")
    assert await services.mail_requests.answer_next()

    assert await held_back() == [None]


async def test_so_does_one_that_resets_the_password(services, make_account, outbox, report, held_back, clock):
    await make_account()
    clock.advance(timedelta(minutes=1))
    await services.mail_requests.ask_password_reset(ADDRESS, anyone())
    await services.mail_requests.answer_next()
    code = await outbox.code()
    await report()

    await services.password_reset.set_password(code, OTHER_PASSWORD, anyone())

    assert await held_back() == [None]


async def test_so_does_one_that_confirms_another_address(
    services, make_account, log_in, outbox, sql, clock, held_back
):
    await make_account()
    logged_in = await log_in()
    await services.email_change.ask(logged_in, "jan@nieuw.example", anyone())
    (code,) = [mail.code for mail in await outbox.mails() if mail.code]
    await sql.execute("DELETE FROM outbox")
    await suppress(sql, "jan@nieuw.example", clock())

    await services.email_change.confirm(logged_in, code, anyone(), token="x" * 43)

    assert await held_back() == [None, None]


async def test_a_mail_whose_code_was_used_says_nothing_when_a_copy_of_it_comes_back(
    services, make_pending, report, newest_mail, sql, clock
):
    code, receipt = await make_pending()
    mail = await newest_mail()
    clock.advance(timedelta(minutes=1))
    await services.activation.activate(code, password="", visitor=anyone(receipt))

    await report(about=mail)

    assert await sql.fetchval("SELECT count(*) FROM suppressed_addresses") == 0


async def test_of_a_bounce_and_the_code_at_the_same_time_the_proof_wins(
    services, make_pending, report, newest_mail, database, clock
):
    for number in range(6):
        address = f"jan{number}@dezon.example"
        code, receipt = await make_pending(email=address)
        mail = await newest_mail()
        clock.advance(timedelta(minutes=1))

        await asyncio.gather(
            services.activation.activate(code, password="", visitor=anyone(receipt)), report(about=mail)
        )

        async with database.transaction() as tx:
            assert await tx.suppressions.of_address(address, clock()) is None


async def test_what_the_former_release_left_in_the_outbox_is_mailed(services, held_back, sql, clock):
    await suppress(sql, ADDRESS, clock())
    await services.registration.register(registration_form(), anyone())
    await sql.execute("UPDATE outbox SET recipient_key = NULL")

    assert await held_back() == [None]


async def test_a_mail_of_which_something_was_heard_keeps_that(
    make_pending, report, newest_mail, database, sql, clock
):
    """Published, and then the worker was killed before it noted that."""
    await make_pending()
    await report(MailState.DELIVERED, address_unusable=False)

    async with database.transaction() as tx:
        await tx.mail_trail.hold_back({await newest_mail(): HELD_BACK}, clock())

    assert await sql.fetchval("SELECT state FROM mail_trail") == "delivered"
