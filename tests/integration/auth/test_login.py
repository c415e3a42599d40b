"""Logging in: one answer and one amount of work for every address."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest
from argon2 import PasswordHasher

from auth_service.accounts.attempt_budgets import login_claims
from auth_service.accounts.refusals import (
    AccountBlocked,
    Field,
    InputRefused,
    LoginRejected,
    NotActivated,
)
from auth_service.accounts.sessions import Session, SessionEnd
from auth_service.accounts.visitors import Device
from auth_service.flows.login import Login
from auth_service.flows.sessions import SessionOver
from auth_service.flows.throttling import Throttle
from auth_service.storage.login_table import LoginTable, SessionStart
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD, anyone, until_waiting

ADDRESS = "jan@dezon.example"


class CountingHashing:
    """The real hashing, with a count of what it was asked to verify."""

    def __init__(self, hashing):
        self._hashing = hashing
        self.verified = []

    def __getattr__(self, name):
        return getattr(self._hashing, name)

    async def verify(self, password_hash, password):
        self.verified.append(password_hash)
        return await self._hashing.verify(password_hash, password)


@pytest.fixture
def counting(hashing):
    return CountingHashing(hashing)


@pytest.fixture
def counted_login(database, counting, new_devices, clock):
    return Login(database, counting, new_devices, Throttle(database, clock), clock)


async def test_address_and_password_open_a_session(services, make_account):
    await make_account()

    token = (await services.login.log_in(" Jan@DeZon.example ", PASSWORD, visitor=anyone())).token

    logged_in = await services.sessions.logged_in(token)
    assert logged_in.account.email.text == ADDRESS
    assert logged_in.gemeente.name == "Zeedorp"


async def test_only_a_digest_of_the_token_is_stored(services, make_account, sql):
    await make_account()

    token = (await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())).token

    assert token not in str(await sql.fetch("SELECT sessions::text FROM sessions"))


@pytest.mark.parametrize("address", [ADDRESS, "niemand@dezon.example"])
async def test_a_wrong_password_and_an_unknown_address_are_one_refusal(services, make_account, address):
    await make_account()

    with pytest.raises(LoginRejected):
        await services.login.log_in(address, OTHER_PASSWORD, visitor=anyone())


async def test_known_unknown_and_pending_addresses_cost_one_verification(
    counted_login, counting, make_account, make_pending
):
    await make_account()
    await make_pending(email="wacht@dezon.example")

    for address in (ADDRESS, "niemand@dezon.example", "wacht@dezon.example"):
        counting.verified.clear()
        with pytest.raises(LoginRejected):
            await counted_login.log_in(address, OTHER_PASSWORD, visitor=anyone())
        assert len(counting.verified) == 1


async def test_in_the_browser_that_registered_both_hashes_are_always_verified(
    counted_login, counting, make_account, make_pending
):
    await make_account()
    _, receipt_of_known = await make_pending(password=OTHER_PASSWORD)
    _, receipt_of_new = await make_pending(email="nieuw@dezon.example", password=OTHER_PASSWORD)

    for address, receipt in ((ADDRESS, receipt_of_known), ("nieuw@dezon.example", receipt_of_new)):
        counting.verified.clear()
        with pytest.raises(NotActivated):
            await counted_login.log_in(address, OTHER_PASSWORD, visitor=anyone(receipt))
        assert len(counting.verified) == 2


async def test_the_right_password_before_activation_says_so_only_in_the_browser_that_registered(
    services, make_pending
):
    _, receipt = await make_pending()

    with pytest.raises(NotActivated):
        await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone(receipt))
    with pytest.raises(LoginRejected):
        await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())
    with pytest.raises(LoginRejected):
        await services.login.log_in(ADDRESS, OTHER_PASSWORD, visitor=anyone(receipt))


async def test_empty_fields_are_named_together(services):
    with pytest.raises(InputRefused) as refusal:
        await services.login.log_in("", "", visitor=anyone())

    assert [violation.field for violation in refusal.value.violations] == [Field.EMAIL, Field.PASSWORD]


async def test_a_blocked_account_is_told_only_after_the_right_password(services, make_account, sql):
    await make_account()
    await sql.execute("UPDATE accounts SET state = 'blocked'")

    with pytest.raises(LoginRejected):
        await services.login.log_in(ADDRESS, OTHER_PASSWORD, visitor=anyone())
    with pytest.raises(AccountBlocked) as refusal:
        await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())
    assert (refusal.value.gemeente, refusal.value.contact) == ("Zeedorp", "help@zeedorp.example")


async def test_blocking_ends_a_running_session(services, make_account, sql):
    await make_account()
    token = (await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())).token

    await sql.execute("UPDATE accounts SET state = 'blocked'")

    assert await services.sessions.logged_in(token) is None


async def test_logging_in_again_ends_the_session_this_browser_had(services, make_account):
    await make_account()
    old = (await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())).token
    elsewhere = (await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())).token

    new = (await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone(), old_token=old)).token

    assert await services.sessions.logged_in(old) is None
    assert await services.sessions.logged_in(elsewhere)
    assert await services.sessions.logged_in(new)


async def test_a_login_that_waits_for_its_former_session_keeps_nobody_else_waiting(
    services, make_account, sql
):
    for address in (ADDRESS, "piet@dezon.example"):
        await make_account(email=address)
    # All at one network, whose budgets they share.
    visitor = anyone()
    former = (await services.login.log_in(ADDRESS, PASSWORD, visitor=visitor)).token

    async with sql.transaction():
        await sql.execute("SELECT FROM sessions FOR UPDATE")
        waiting = asyncio.create_task(
            services.login.log_in(ADDRESS, PASSWORD, visitor=visitor, old_token=former)
        )
        await until_waiting(sql)
        async with asyncio.timeout(10):
            assert await services.login.log_in("piet@dezon.example", PASSWORD, visitor=visitor)
        assert not waiting.done()

    assert await waiting


async def test_a_session_waits_for_no_disk(services, make_account, database_url, sql, clock):
    await make_account()
    account_id, changed_at = await sql.fetchrow("SELECT id, password_changed_at FROM accounts")
    session = Session(uuid4(), account_id, clock(), clock(), clock(), None)
    start = SessionStart(session, b"t" * 32, changed_at, "a hash", None, None, (), Device())
    connection = await asyncpg.connect(database_url)

    async with connection.transaction():
        assert await LoginTable(connection).complete(start)
        assert await connection.fetchval("SHOW synchronous_commit") == "off"
    assert await connection.fetchval("SHOW synchronous_commit") == "on"
    await connection.close()


async def test_a_hash_under_old_parameters_is_renewed_at_login(services, make_account, sql, hashing):
    await make_account()
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    await sql.execute("UPDATE accounts SET password_hash = $1", weak)

    await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())

    renewed = await sql.fetchval("SELECT password_hash FROM accounts")
    assert renewed != weak
    assert not hashing.is_outdated(renewed)
    assert await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())


async def test_a_password_that_changes_during_the_login_opens_no_session(
    services, database, hashing, new_devices, clock, make_account, sql
):
    await make_account()

    class ResetMeanwhile(CountingHashing):
        async def verify(self, password_hash, password):
            matches = await super().verify(password_hash, password)
            await sql.execute(
                "UPDATE accounts SET password_changed_at = password_changed_at + interval '1 s'"
            )
            return matches

    login = Login(database, ResetMeanwhile(hashing), new_devices, Throttle(database, clock), clock)
    visitor = anyone()
    former = (await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())).token
    sessions = await sql.fetch("SELECT * FROM sessions")
    browsers = await sql.fetch("SELECT * FROM known_browsers")

    with pytest.raises(LoginRejected):
        await login.log_in(ADDRESS, PASSWORD, visitor=visitor, old_token=former)

    assert await sql.fetch("SELECT * FROM sessions") == sessions
    assert await sql.fetch("SELECT * FROM known_browsers") == browsers
    # The try stays counted as a wrong password.
    guess = login_claims(visitor, ADDRESS, known_browser=None)
    kept = await sql.fetchval("SELECT count(*) FROM throttle WHERE key = ANY($1)", [one.key for one in guess])
    assert kept == len(guess)


async def test_a_session_ends_after_idling_and_use_keeps_it_alive(services, make_account, clock):
    await make_account()
    token = (await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())).token

    clock.advance(timedelta(minutes=29))
    assert await services.sessions.logged_in(token)
    clock.advance(timedelta(minutes=29))
    assert await services.sessions.logged_in(token)
    clock.advance(timedelta(minutes=30))
    with pytest.raises(SessionOver) as over:
        await services.sessions.logged_in(token)
    assert over.value.end is SessionEnd.IDLE


async def test_a_session_ends_after_its_longest_time_however_busy(services, make_account, clock):
    await make_account()
    token = (await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())).token

    for _ in range(35):
        clock.advance(timedelta(minutes=20))
        await services.sessions.logged_in(token)
    clock.advance(timedelta(minutes=20))

    with pytest.raises(SessionOver) as over:
        await services.sessions.logged_in(token)
    assert over.value.end is SessionEnd.TOO_OLD


async def test_logging_out_ends_the_session_on_the_server(services, make_account):
    await make_account()
    token = (await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())).token

    await services.sessions.log_out(token)

    assert await services.sessions.logged_in(token) is None
