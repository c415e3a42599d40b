"""Its owner is told when many networks guess at an account, and nobody else is."""

import asyncio
from datetime import timedelta

import pytest

from auth_service.accounts.attempt_budgets import CODE_ACCOUNT, LOGIN_ACCOUNT
from auth_service.accounts.refusals import LoginRejected, TooOften
from auth_service.accounts.second_factor import SecondFactorRejected
from auth_service.flows.account_notices import AccountNotices
from auth_service.flows.fact_writer import FactWriter
from auth_service.flows.suspicious_logins import SuspiciousLogins
from auth_service.flows.throttling import Throttle
from shared.sealing import MessageSeal
from tests.integration.auth.scene import OTHER_PASSWORD, anyone
from tests.integration.auth.two_factor.conftest import ADDRESS


@pytest.fixture
def suspicious_logins(settings, database, clock):
    seal = MessageSeal(settings.message_sealing_keys)
    notices = AccountNotices(FactWriter(settings.code_lifetimes, seal))
    return SuspiciousLogins(database, notices, Throttle(database, clock), clock)


@pytest.fixture
def told(suspicious_logins, outbox):
    """What the owner has been told after one look."""

    async def look():
        assert await suspicious_logins.look() is False
        mails = [mail for mail in await outbox.mails() if mail.kind == "suspicious_logins"]
        return [(mail.to, mail.data["passwordWasRight"]) for mail in mails]

    return look


@pytest.fixture
def guess_passwords(services):
    async def guess(tries, address=ADDRESS):
        for _ in range(tries):
            with pytest.raises(LoginRejected):
                await services.login.log_in(address, OTHER_PASSWORD, visitor=anyone())

    return guess


async def test_he_is_told_once_of_passwords_from_many_networks(person, guess_passwords, told):
    await guess_passwords(LOGIN_ACCOUNT.at_once - 1)
    assert await told() == []

    await guess_passwords(1)
    assert await told() == [(person.email, False)]
    assert await told() == [(person.email, False)]


async def test_a_day_later_he_is_told_again(person, guess_passwords, told, clock):
    await guess_passwords(LOGIN_ACCOUNT.at_once)
    await told()
    clock.advance(timedelta(days=1))
    assert len(await told()) == 1

    await guess_passwords(LOGIN_ACCOUNT.at_once)

    assert len(await told()) == 2


async def test_one_network_alone_alarms_nobody(person, services, told):
    visitor = anyone()
    for _ in range(LOGIN_ACCOUNT.at_once):
        with pytest.raises((LoginRejected, TooOften)):
            await services.login.log_in(person.email, OTHER_PASSWORD, visitor=visitor)

    assert await told() == []


async def test_of_an_address_without_an_account_nobody_is_told(person, guess_passwords, told):
    await guess_passwords(LOGIN_ACCOUNT.at_once, "niemand@dezon.example")

    assert await told() == []


async def test_of_a_closed_account_nobody_is_told(person, guess_passwords, told, sql):
    await guess_passwords(LOGIN_ACCOUNT.at_once)
    await sql.execute("UPDATE accounts SET state = 'closed'")

    assert await told() == []


async def test_guessed_codes_are_told_of_too(enrolled, told, services, guess_passwords):
    for _ in range(CODE_ACCOUNT.at_once):
        thief = await enrolled.log_in()
        with pytest.raises(SecondFactorRejected):
            await thief.prove("000000")
    assert await told() == [(enrolled.email, True)]

    await guess_passwords(LOGIN_ACCOUNT.at_once)

    assert sorted(await told()) == [(enrolled.email, False), (enrolled.email, True)]


async def test_of_two_workers_one_tells(person, guess_passwords, suspicious_logins, outbox):
    await guess_passwords(LOGIN_ACCOUNT.at_once)

    await asyncio.gather(*(suspicious_logins.look() for _ in range(2)))

    assert [mail.kind for mail in await outbox.mails()].count("suspicious_logins") == 1
