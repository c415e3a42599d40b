"""What a browser sees of the mails that its registration caused, and what it must not learn from them."""

from datetime import timedelta

import pytest

from auth_service.accounts.mail_hitches import MailHitch
from auth_service.accounts.mail_progress import MailState
from auth_service.storage.mail_trail_table import MailReport
from tests.integration.auth.browsing import ADDRESS, REGISTRATION, comparable
from tests.integration.auth.scene import PASSWORD, anyone, registration_form

PAGE = "/registreren/gelukt"
RESEND = "/activeren/nieuwe-code"
FORGOTTEN = "/wachtwoord-vergeten"
# Alike in the first two letters, which the page shows.
KNOWN, UNKNOWN = "jan.bekend@dezon.example", "jan.onbeke@dezon.example"
RAW = "queue id 4D1F2 of jan"
REPORTS = [
    (MailState.QUEUED, None),
    (MailState.DELIVERED, f"250 2.0.0 Ok: {RAW}"),
    (MailState.DEFERRED, f"451 4.7.1 Greylisted {RAW}"),
    (MailState.DEFERRED, f"452 4.2.2 Mailbox full {RAW}"),
    (MailState.REFUSED, f"550 5.1.1 No such user {RAW}"),
    (MailState.REFUSED, f"550 5.7.1 Spam {RAW}"),
    (MailState.REFUSED, None),
    (MailState.EXPIRED, None),
    (MailState.BOUNCED, f"552 5.2.2 Mailbox full {RAW}"),
]


@pytest.fixture
def report_newest(database, sql, clock):
    """As the mailer reports about the mail that left last."""

    async def report(state, reply=None):
        newest = await sql.fetchval("SELECT event_id FROM mail_trail ORDER BY created_at DESC LIMIT 1")
        next_try_at = clock() + timedelta(minutes=5) if state is MailState.DEFERRED else None
        async with database.transaction() as tx:
            assert await tx.mail_trail.record(MailReport(newest, state, 1, reply, next_try_at, clock()))

    return report


@pytest.fixture
def answer_requests(services):
    async def answer():
        while await services.mail_requests.answer_next():
            pass

    return answer


@pytest.fixture
def states(services):
    """The states of the mails that a browser may see, the newest first; None where it sees none at all."""

    async def look(receipt):
        progress = await services.registration_progress.newest(receipt)
        return progress and [mail.state for mail in progress.mails]

    return look


async def test_a_registration_shows_what_becomes_of_its_mail(services, make_pending, report_newest, clock):
    _, receipt = await make_pending()
    queued = await services.registration_progress.newest(receipt)
    clock.advance(timedelta(seconds=2))
    await report_newest(MailState.DEFERRED, "452 4.2.2 Mailbox full")
    deferred = await services.registration_progress.newest(receipt)

    assert (queued.email, queued.gemeente.name) == (ADDRESS, "Zeedorp")
    assert [mail.state for mail in queued.mails] == [MailState.QUEUED]
    (mail,) = deferred.mails
    assert (mail.state, mail.hitch, mail.at) == (MailState.DEFERRED, MailHitch.MAILBOX_FULL, clock())
    assert mail.next_try_at == clock() + timedelta(minutes=5)
    assert not deferred.is_settled


async def test_further_codes_asked_in_this_browser_come_first_and_five_are_shown(
    services, make_pending, answer_requests, report_newest, states, clock
):
    _, receipt = await make_pending()
    await report_newest(MailState.REFUSED, "552 5.2.2 Mailbox full")
    for _ in range(5):
        clock.advance(timedelta(hours=1))
        await services.mail_requests.ask_activation_code(ADDRESS, anyone(receipt))
        await answer_requests()
        await report_newest(MailState.DELIVERED)

    assert await states(receipt) == [MailState.DELIVERED] * 5


async def test_a_mail_asked_for_elsewhere_is_not_shown(
    services, make_pending, answer_requests, report_newest, states, clock
):
    _, receipt = await make_pending()
    await report_newest(MailState.DELIVERED)
    clock.advance(timedelta(minutes=1))

    # The only registration of the address, so both lead to a mail with a code for it.
    await services.mail_requests.ask_activation_code(ADDRESS, anyone())
    await services.mail_requests.ask_password_reset(ADDRESS, anyone(receipt))
    await answer_requests()

    assert await states(receipt) == [MailState.DELIVERED]


async def test_a_correction_leaves_only_the_mail_that_it_caused(
    services, make_pending, report_newest, states, clock, sql
):
    _, receipt = await make_pending(email="jan@dezom.example")
    await report_newest(MailState.REFUSED, "550 5.1.1 No such user")
    pending = await services.registration.typed_before(receipt)
    clock.advance(timedelta(minutes=1))

    await services.registration.correct(pending.id, registration_form(), anyone(receipt))

    assert await states(receipt) == [MailState.QUEUED]
    assert await sql.fetchval("SELECT count(*) FROM mail_trail") == 2


async def test_of_several_registrations_the_newest_is_shown(services, make_pending, states, clock):
    _, receipt = await make_pending(email="piet@dezon.example")
    clock.advance(timedelta(minutes=1))
    await make_pending(receipt)

    progress = await services.registration_progress.newest(receipt)

    assert progress.email == ADDRESS
    assert len(progress.mails) == 1


async def test_nothing_is_shown_to_somebody_else_nor_after_the_activation(services, make_pending, states):
    code, receipt = await make_pending()

    assert await states("a-receipt-of-nobody") is None
    assert await states(receipt) == [MailState.QUEUED]
    await services.activation.activate(code, password="", visitor=anyone(receipt))
    assert await states(receipt) is None


@pytest.fixture
def open_waiting(open_browser):
    """A browser that has just registered an address."""

    async def register(email):
        browser = await open_browser()
        answer = await browser.post("/registreren", {**REGISTRATION, "email": email})
        assert answer.headers["Location"] == PAGE
        return browser

    return register


async def page_of(browser):
    return await (await browser.get(PAGE)).text()


async def test_the_page_says_it_in_fixed_sentences(open_waiting, report_newest, clock):
    browser = await open_waiting(ADDRESS)
    assert "We versturen de e-mail." in await page_of(browser)

    clock.advance(timedelta(minutes=1))
    await report_newest(MailState.DEFERRED, f"451 4.7.1 Greylisted {RAW}")
    late = await page_of(browser)
    assert "We proberen het om 14.11 uur opnieuw." in late
    assert 'data-mail-progress="under-way"' in late

    await report_newest(MailState.DELIVERED, f"250 2.0.0 Ok: {RAW}")
    delivered = await page_of(browser)
    assert "De e-mail is om 14.06 uur verstuurd." in delivered
    assert 'data-mail-progress="under-way"' in delivered
    assert "ja***@dezon.example" in delivered
    assert RAW not in late + delivered
    assert ADDRESS not in late + delivered


async def test_the_page_of_a_known_address_is_that_of_an_unknown_one_in_every_state(
    open_waiting, make_account, report_newest, clock
):
    # Its owner writes it differently, and his gemeente is another.
    await make_account(email=KNOWN.capitalize(), place="Bergen")
    for state, reply in REPORTS:
        # A day apart: so often nobody is slowed down.
        clock.advance(timedelta(days=1))
        seen = []
        for email in (KNOWN, UNKNOWN):
            # Or of two mails of one moment either could be the newest.
            clock.advance(timedelta(seconds=1))
            browser = await open_waiting(email)
            if state is not MailState.QUEUED:
                await report_newest(state, reply)
            seen.append(await comparable(browser, await browser.get(PAGE)))

        assert seen[0][0] == 200
        assert RAW not in seen[0][1]
        assert seen[0] == seen[1], (state, reply)


@pytest.mark.parametrize("path", [RESEND, FORGOTTEN])
@pytest.mark.parametrize("asks_here", [True, False])
async def test_asking_for_a_mail_shows_no_difference_either(
    open_waiting, open_browser, make_account, answer_requests, clock, path, asks_here
):
    await make_account(email=KNOWN)
    seen = []
    for email in (KNOWN, UNKNOWN):
        waiting = await open_waiting(email)
        before = await page_of(waiting)
        asking = waiting if asks_here else await open_browser()
        await asking.post(path, {"email": email})
        await answer_requests()
        after = await page_of(waiting)
        seen.append((after, after.count("<li>Om"), after != before))

    assert seen[0] == seen[1]
    is_shown = asks_here and path == RESEND
    assert seen[0][1:] == (int(is_shown), is_shown)


async def test_mails_that_nobody_reports_are_too_late_for_known_and_unknown_addresses_at_once(
    open_waiting, make_account, clock
):
    await make_account(email=KNOWN)
    browsers = [await open_waiting(email) for email in (KNOWN, UNKNOWN)]

    clock.advance(timedelta(hours=23, minutes=59))
    waiting = [await page_of(browser) for browser in browsers]
    clock.advance(timedelta(minutes=1))
    late = [await page_of(browser) for browser in browsers]

    assert waiting[0] == waiting[1]
    assert "We versturen de e-mail." in waiting[0]
    assert late[0] == late[1]
    assert "De e-mail is niet op tijd bezorgd." in late[0]


async def test_looking_is_no_try_and_keeps_no_session_alive(open_waiting, make_account, sql):
    await make_account(email=KNOWN)
    browser = await open_waiting(UNKNOWN)
    await browser.post("/inloggen", {"email": KNOWN, "wachtwoord": PASSWORD})
    before = [await sql.fetch(f"SELECT * FROM {table}") for table in ("sessions", "throttle")]  # noqa: S608 - names of ours.

    for _ in range(100):
        answer = await browser.get(PAGE)
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
        assert "Set-Cookie" not in answer.headers

    assert before == [await sql.fetch(f"SELECT * FROM {table}") for table in ("sessions", "throttle")]  # noqa: S608 - names of ours.


async def test_asking_for_a_new_code_starts_with_the_address_registered_here(open_waiting, open_browser):
    here, elsewhere = await open_waiting(ADDRESS), await open_browser()

    assert f'value="{ADDRESS}"' in await (await here.get(RESEND)).text()
    assert ADDRESS not in await (await here.get(f"{RESEND}?verstuurd=1")).text()
    assert ADDRESS not in await (await elsewhere.get(RESEND)).text()
