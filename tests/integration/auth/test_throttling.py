"""Guessing and mail bombing are slowed down; the owner is not kept out by it."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from auth_service.accounts.attempt_budgets import (
    FORM_NETWORK,
    LOGIN_ACCOUNT,
    LOGIN_HERE,
    LOGIN_KNOWN_BROWSER,
    LOGIN_NETWORK,
    LOGIN_WORK,
    MAIL_ADDRESS,
    MAIL_HERE,
    MAIL_NETWORK,
    MAIL_OWN_BROWSER,
    MAIL_REGISTERED,
    Act,
)
from auth_service.accounts.refusals import (
    CodeRejected,
    InputRefused,
    LoginRejected,
    NotActivated,
    TooBusy,
    TooOften,
    Unavailable,
)
from auth_service.accounts.visitors import Visitor
from auth_service.storage.login_table import LoginTable
from auth_service.storage.throttle_table import ThrottleTable
from auth_service.wiring import build_services
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD, anyone, registration_form

ADDRESS = "jan@dezon.example"
WRONG_PASSWORD = "de sleutel past niet op dit slot"
MINUTE = timedelta(minutes=1)


async def guess(services, visitor, address=ADDRESS):
    """What comes of a wrong password: "judged" or the wait."""
    try:
        await services.login.log_in(address, WRONG_PASSWORD, visitor=visitor)
    except LoginRejected:
        return "judged"
    except TooOften as refusal:
        return refusal.wait
    raise AssertionError("a wrong password was right")


async def guess_until_slowed_down(services, visitor, address=ADDRESS):
    judged = 0
    while (outcome := await guess(services, visitor, address)) == "judged":
        judged += 1
    return judged, outcome


def batched(everybody, size):
    return [everybody[start : start + size] for start in range(0, len(everybody), size)]


async def drain_account(services, address=ADDRESS):
    """Strangers at many networks use up what all of them have together."""
    for _ in range(LOGIN_ACCOUNT.at_once // LOGIN_HERE.at_once):
        await guess_until_slowed_down(services, anyone(), address)


async def test_after_a_few_wrong_passwords_the_next_try_waits_for_a_minute(services, make_account, clock):
    await make_account()
    visitor = anyone()

    assert await guess_until_slowed_down(services, visitor) == (LOGIN_HERE.at_once, MINUTE)

    with pytest.raises(TooOften) as refusal:
        await services.login.log_in(ADDRESS, PASSWORD, visitor=visitor)
    assert (refusal.value.act, refusal.value.retry_after) == (Act.LOGIN, 60)
    clock.advance(MINUTE)
    assert await services.login.log_in(ADDRESS, PASSWORD, visitor=visitor)


async def test_tries_that_are_refused_do_not_lengthen_the_wait(services, make_account, clock):
    await make_account()
    visitor = anyone()
    await guess_until_slowed_down(services, visitor)

    for _ in range(20):
        clock.advance(timedelta(seconds=2))
        await guess(services, visitor)

    assert await guess(services, visitor) == timedelta(seconds=20)


async def test_of_many_tries_at_once_no_more_are_judged_than_the_budget_has(services, make_account):
    await make_account()
    visitor = anyone()

    outcomes = await asyncio.gather(*(guess(services, visitor) for _ in range(20)))

    assert outcomes.count("judged") == LOGIN_HERE.at_once


async def test_right_passwords_use_up_no_guesses(services, make_account):
    await make_account()
    visitor = anyone()

    for _ in range(2 * LOGIN_HERE.at_once):
        await services.login.log_in(ADDRESS, PASSWORD, visitor=visitor)

    assert await guess_until_slowed_down(services, visitor) == (LOGIN_HERE.at_once, MINUTE)


async def test_logging_in_before_confirming_uses_up_no_guesses(services, make_pending):
    _, receipt = await make_pending()

    for _ in range(2 * LOGIN_HERE.at_once):
        with pytest.raises(NotActivated):
            await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone(receipt))


async def test_a_try_that_nobody_had_time_to_judge_uses_up_no_guesses(services, busy, make_account):
    await make_account()
    visitor = anyone()

    for _ in range(2 * LOGIN_HERE.at_once):
        with pytest.raises(TooBusy):
            await busy.login.log_in(ADDRESS, PASSWORD, visitor=visitor)

    assert await services.login.log_in(ADDRESS, PASSWORD, visitor=visitor)


async def unreachable(*_):
    raise Unavailable


async def test_a_right_password_whose_session_could_not_be_opened_uses_up_no_guesses(
    services, make_account, monkeypatch
):
    await make_account()
    visitor = anyone()
    with monkeypatch.context() as away:
        away.setattr(LoginTable, "complete", unreachable)
        for _ in range(2 * LOGIN_HERE.at_once):
            with pytest.raises(Unavailable):
                await services.login.log_in(ADDRESS, PASSWORD, visitor=visitor)

    assert await services.login.log_in(ADDRESS, PASSWORD, visitor=visitor)


async def test_what_is_refused_stays_refused_where_the_try_cannot_be_given_back(
    services, make_pending, monkeypatch
):
    _, receipt = await make_pending()
    monkeypatch.setattr(ThrottleTable, "give_back", unreachable)

    with pytest.raises(NotActivated):
        await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone(receipt))


async def test_a_registration_that_nobody_had_time_for_uses_up_no_mail(services, busy):
    visitor = anyone()

    for _ in range(2 * MAIL_HERE.at_once):
        with pytest.raises(TooBusy):
            await busy.registration.register(registration_form(), visitor)

    assert await services.registration.register(registration_form(), visitor)


async def test_passwords_that_are_right_are_bounded_too_because_each_is_work(services, make_account, clock):
    await make_account()
    neighbours = anyone()

    async def log_in():
        await services.login.log_in(ADDRESS, PASSWORD, visitor=neighbours)

    assert await ask_until_slowed_down(log_in) == (LOGIN_WORK.at_once, Act.LOGIN)
    with pytest.raises(TooOften):
        await services.login.log_in("piet@dezon.example", PASSWORD, visitor=neighbours)
    clock.advance(LOGIN_WORK.pause)
    await log_in()


async def test_many_addresses_from_one_network_share_what_it_may_guess(services):
    visitor = anyone()
    judged = 0

    for number in range(LOGIN_NETWORK.at_once + 5):
        judged += (await guess(services, visitor, f"nr{number}@dezon.example")) == "judged"

    assert judged == LOGIN_NETWORK.at_once


async def test_a_thousand_guesses_from_a_hundred_networks_keep_to_the_budget_and_not_the_owner_out(
    services, make_account, clock
):
    await make_account()
    opened = await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())
    strangers = [anyone() for _ in range(100)]

    judged = 0
    for _ in range(10):
        for few in batched(strangers, 20):
            outcomes = await asyncio.gather(*(guess(services, stranger) for stranger in few))
            judged += outcomes.count("judged")
        clock.advance(MINUTE)

    assert LOGIN_ACCOUNT.at_once <= judged <= LOGIN_ACCOUNT.at_once + 10 * MINUTE / LOGIN_ACCOUNT.pause
    # From his own browser he doesn't even notice.
    assert await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone(browser=opened.browser))


async def test_somebody_at_a_new_browser_gets_in_after_the_wait_he_was_told(services, make_account, clock):
    await make_account()
    await drain_account(services)
    owner = anyone()
    with pytest.raises(TooOften) as refusal:
        await services.login.log_in(ADDRESS, PASSWORD, visitor=owner)
    assert refusal.value.wait <= LOGIN_ACCOUNT.pause

    clock.advance(refusal.value.wait)

    assert await services.login.log_in(ADDRESS, PASSWORD, visitor=owner)


async def test_a_reset_makes_a_new_browser_known_however_many_guess(services, make_account, outbox):
    await make_account()
    await drain_account(services)
    await services.mail_requests.ask_password_reset(ADDRESS, anyone())
    await services.mail_requests.answer_next()

    browser = await services.password_reset.set_password(await outbox.code(), OTHER_PASSWORD, anyone())

    assert await services.login.log_in(ADDRESS, OTHER_PASSWORD, visitor=anyone(browser=browser))


async def test_a_reset_makes_every_other_browser_unknown(services, make_account, outbox, sql):
    await make_account()
    opened = await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())
    await services.mail_requests.ask_password_reset(ADDRESS, anyone())
    await services.mail_requests.answer_next()
    await services.password_reset.set_password(await outbox.code(), OTHER_PASSWORD, anyone())
    await drain_account(services)

    with pytest.raises(TooOften):
        await services.login.log_in(ADDRESS, OTHER_PASSWORD, visitor=anyone(browser=opened.browser))


async def test_a_known_browser_is_slowed_down_too(services, make_account):
    await make_account()
    opened = await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())

    slowed = await guess_until_slowed_down(services, anyone(browser=opened.browser))

    assert slowed == (LOGIN_KNOWN_BROWSER.at_once, MINUTE)


async def test_a_browser_is_known_only_to_the_accounts_used_in_it(services, make_account):
    await make_account()
    await make_account(email="piet@dezon.example")
    opened = await services.login.log_in("piet@dezon.example", PASSWORD, visitor=anyone())
    await drain_account(services)

    with pytest.raises(TooOften):
        await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone(browser=opened.browser))


async def test_two_accounts_used_in_one_browser_are_both_known_to_it(services, make_account):
    await make_account()
    await make_account(email="piet@dezon.example")
    first = await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())
    visitor = anyone(browser=first.browser)

    second = await services.login.log_in("piet@dezon.example", PASSWORD, visitor=visitor)

    both = anyone(browser=second.browser)
    for address in (ADDRESS, "piet@dezon.example"):
        await drain_account(services, address)
        assert await services.login.log_in(address, PASSWORD, visitor=both)


async def test_a_browser_token_that_another_account_was_known_by_is_worth_nothing_afterwards(
    services, make_account, outbox
):
    """Whoever uses a browser before others do may keep a copy of what it is known by."""
    await make_account()
    await make_account(email="piet@dezon.example")
    copied = (await services.login.log_in("piet@dezon.example", PASSWORD, visitor=anyone())).browser
    opened = await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone(browser=copied))

    assert opened.browser != copied
    guesser = anyone(browser=copied)
    assert await guess_until_slowed_down(services, guesser) == (LOGIN_HERE.at_once, MINUTE)
    assert await guess_until_slowed_down(services, guesser, "piet@dezon.example") == (
        LOGIN_HERE.at_once,
        MINUTE,
    )


async def test_another_account_that_logs_in_there_brings_no_further_guesses(services, make_account):
    await make_account()
    for name in ("piet", "klaas"):
        await make_account(email=f"{name}@dezon.example")
    visitor = anyone(browser=(await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())).browser)
    for name in ("piet", "klaas"):
        await guess_until_slowed_down(services, visitor)
        opened = await services.login.log_in(f"{name}@dezon.example", PASSWORD, visitor=visitor)
        visitor = anyone(browser=opened.browser)

    assert await guess(services, visitor) == MINUTE


async def test_a_browser_token_that_was_not_drawn_here_is_replaced(services, make_account):
    await make_account()

    opened = await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone(browser="planted"))

    assert opened.browser != "planted"


async def test_known_unknown_and_pending_addresses_are_slowed_down_alike(
    services, make_account, make_pending
):
    await make_account()
    await make_pending(email="wachtend@dezon.example")

    slowed = [
        await guess_until_slowed_down(services, anyone(), address)
        for address in (ADDRESS, "wachtend@dezon.example", "niemand@dezon.example")
    ]

    assert slowed == [(LOGIN_HERE.at_once, MINUTE)] * 3


async def test_replicas_count_together(services, settings, database, hashing, clock, make_account):
    await make_account()
    visitor = anyone()
    other = build_services(settings, database, hashing, clock)
    for _ in range(LOGIN_HERE.at_once):
        await guess(other, visitor)

    assert await guess(services, visitor) == MINUTE


async def test_no_mail_or_network_address_is_kept_in_clear(services, make_account, sql):
    await make_account()
    await guess(services, Visitor("192.0.2.55"))

    kept = str(await sql.fetch("SELECT throttle::text FROM throttle"))

    assert kept != "[]"
    assert "192.0.2.55" not in kept
    assert ADDRESS not in kept


@pytest.fixture
def busy(settings, database, hashing, clock):
    """The flows while more passwords wait than can be hashed in time."""

    class Full:
        dummy_hash = hashing.dummy_hash

        async def verify(self, *_):
            raise TooBusy(2)

        async def hash(self, *_):
            raise TooBusy(2)

    return build_services(settings, database, Full(), clock)


async def ask_until_slowed_down(ask):
    asked = 0
    try:
        while True:
            await ask()
            asked += 1
    except TooOften as refusal:
        return asked, refusal.act


async def test_mails_to_one_address_are_counted_over_all_kinds(services, make_account):
    await make_account()
    visitor = anyone()
    await services.registration.register(registration_form(), visitor)
    await services.mail_requests.ask_activation_code(ADDRESS, visitor)

    asked = await ask_until_slowed_down(lambda: services.mail_requests.ask_password_reset(ADDRESS, visitor))

    assert asked == (MAIL_HERE.at_once - 2, Act.MAIL)
    with pytest.raises(TooOften):
        await services.registration.register(registration_form(), visitor)


@pytest.mark.parametrize("address", [ADDRESS, "wachtend@dezon.example", "niemand@dezon.example"])
async def test_asking_for_mail_is_slowed_down_alike_for_every_address(
    services, make_account, make_pending, address
):
    await make_account()
    await make_pending(email="wachtend@dezon.example")
    visitor = anyone()

    asked = await ask_until_slowed_down(lambda: services.mail_requests.ask_password_reset(address, visitor))

    # One mail of the registration or two went to some of them already, from another network.
    assert asked == (MAIL_HERE.at_once, Act.MAIL)


async def test_however_many_networks_ask_an_address_gets_no_more_than_its_share(services, make_account, sql):
    await make_account()

    outcomes = await asyncio.gather(
        *(services.mail_requests.ask_password_reset(ADDRESS, anyone()) for _ in range(50)),
        return_exceptions=True,
    )

    assert outcomes.count(None) == MAIL_ADDRESS.at_once
    assert await sql.fetchval("SELECT count(*) FROM mail_requests") == MAIL_ADDRESS.at_once


async def test_a_tag_makes_no_other_inbox(services):
    outcomes = await asyncio.gather(
        *(
            services.mail_requests.ask_password_reset(f"jan+{number}@dezon.example", anyone())
            for number in range(50)
        ),
        return_exceptions=True,
    )

    assert outcomes.count(None) == MAIL_ADDRESS.at_once


async def test_one_network_cannot_mail_one_address_after_the_other(services):
    visitor = anyone()
    numbers = iter(range(1_000))

    async def ask():
        await services.mail_requests.ask_password_reset(f"nr{next(numbers)}@dezon.example", visitor)

    assert await ask_until_slowed_down(ask) == (MAIL_NETWORK.at_once, Act.FORM)


async def test_asking_for_one_kind_of_mail_uses_up_no_other(services, outbox):
    """Resets of an unknown address send nothing, so they must not keep anybody from registering it."""
    await asyncio.gather(
        *(services.mail_requests.ask_password_reset(ADDRESS, anyone()) for _ in range(50)),
        *(services.mail_requests.ask_activation_code(ADDRESS, anyone()) for _ in range(50)),
        return_exceptions=True,
    )

    await services.registration.register(registration_form(), anyone())

    assert (await outbox.newest()).kind == "activation_code_issued"


async def test_receipts_of_an_address_do_not_add_up(services, make_pending):
    """Whoever registers somebody's address has a receipt of it, and from each network another one."""
    receipts = [(await make_pending())[1] for _ in range(MAIL_ADDRESS.at_once)]

    outcomes = await asyncio.gather(
        *(
            services.mail_requests.ask_activation_code(ADDRESS, anyone(receipt))
            for receipt in receipts
            for _ in range(MAIL_OWN_BROWSER.at_once)
        ),
        return_exceptions=True,
    )

    assert outcomes.count(None) == MAIL_REGISTERED.at_once


async def test_a_known_browser_gets_its_mail_whatever_a_guest_at_the_same_network_asks(
    services, make_account
):
    await make_account()
    opened = await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())
    guest = anyone()
    owner = Visitor(guest.address, browser=opened.browser)
    await ask_until_slowed_down(lambda: services.mail_requests.ask_password_reset(ADDRESS, guest))

    asked = await ask_until_slowed_down(lambda: services.mail_requests.ask_password_reset(ADDRESS, owner))

    assert asked == (MAIL_OWN_BROWSER.at_once, Act.MAIL)


async def test_a_mailed_code_works_whatever_a_guest_at_the_same_network_tries(services, make_pending, outbox):
    code, receipt = await make_pending()
    guest = anyone()

    async def try_code():
        with pytest.raises(CodeRejected):
            await services.activation.activate("0" * 48, password="", visitor=guest)

    await ask_until_slowed_down(try_code)
    owner = Visitor(guest.address, receipt)
    browser = (await services.activation.activate(code, password="", visitor=owner)).browser

    await services.mail_requests.ask_password_reset(ADDRESS, anyone(browser=browser))
    await services.mail_requests.answer_next()
    await services.password_reset.set_password(await outbox.code(), OTHER_PASSWORD, owner)


async def test_new_passwords_that_are_tried_with_one_code_are_bounded(services, make_account, outbox):
    await make_account()
    await services.mail_requests.ask_password_reset(ADDRESS, anyone())
    await services.mail_requests.answer_next()
    code = await outbox.code()

    async def choose_too_short_a_password():
        with pytest.raises(InputRefused):
            await services.password_reset.set_password(code, "kort", anyone())

    assert await ask_until_slowed_down(choose_too_short_a_password) == (20, Act.FORM)


async def test_one_stranger_who_never_stops_keeps_nobody_out_of_a_new_browser(services, make_account, clock):
    await make_account()
    stranger = anyone()

    for _ in range(12 * 12):
        await guess_until_slowed_down(services, stranger)
        clock.advance(5 * MINUTE)

    assert await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())


async def test_one_stranger_who_never_stops_keeps_no_mail_from_the_owner(services, make_pending, clock):
    stranger, (_, receipt) = anyone(), await make_pending()
    with_receipt = Visitor(stranger.address, receipt)

    for _ in range(12 * 6):
        for visitor in (stranger, with_receipt):
            await ask_until_slowed_down(partial(services.mail_requests.ask_password_reset, ADDRESS, visitor))
            await ask_until_slowed_down(partial(services.mail_requests.ask_activation_code, ADDRESS, visitor))
        clock.advance(10 * MINUTE)

    owner = anyone()
    receipt = await services.registration.register(registration_form(), owner)
    await services.mail_requests.ask_activation_code(ADDRESS, anyone(receipt))
    await services.mail_requests.ask_password_reset(ADDRESS, owner)


async def test_one_stranger_cannot_keep_an_owner_from_registering_or_getting_mail(services, outbox, clock):
    stranger, owner = anyone(), anyone()
    await ask_until_slowed_down(lambda: services.registration.register(registration_form(), stranger))
    clock.advance(timedelta(seconds=1))
    await services.registration.register(registration_form(company_name="Van de eigenaar"), owner)
    await services.mail_requests.ask_activation_code(ADDRESS, owner)

    while await services.mail_requests.answer_next():
        pass

    companies = [mail.data["companyName"] for mail in await outbox.mails()]
    assert companies.count("Pension De Zon") == MAIL_HERE.at_once
    assert companies.count("Van de eigenaar") == 2


async def test_strangers_cannot_keep_mail_from_the_browser_that_registered(services, make_pending):
    _, receipt = await make_pending()
    await asyncio.gather(
        *(services.mail_requests.ask_activation_code(ADDRESS, anyone()) for _ in range(50)),
        return_exceptions=True,
    )

    await services.mail_requests.ask_activation_code(ADDRESS, anyone(receipt))
    with pytest.raises(TooOften):
        await services.mail_requests.ask_activation_code(ADDRESS, anyone("a stranger's receipt"))


async def test_forms_from_one_network_are_slowed_down_before_they_cost_anything(services):
    visitor = anyone()

    async def try_code():
        with pytest.raises(CodeRejected):
            await services.activation.activate("0" * 48, password="", visitor=visitor)

    assert await ask_until_slowed_down(try_code) == (FORM_NETWORK.at_once, Act.FORM)
    with pytest.raises(TooOften):
        await services.password_reset.set_password("0" * 48, OTHER_PASSWORD, visitor)
    with pytest.raises(TooOften):
        await services.registration.register(registration_form(), visitor)


async def test_a_code_in_strange_hands_allows_few_guesses_at_its_password(services, make_pending):
    code, _ = await make_pending()

    async def guess_password():
        with pytest.raises(InputRefused):
            await services.activation.activate(code, password=OTHER_PASSWORD, visitor=anyone())

    assert await ask_until_slowed_down(guess_password) == (10, Act.FORM)
