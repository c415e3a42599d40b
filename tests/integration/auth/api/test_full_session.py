"""A call that needs a full session, whatever it is: who may, and who has to prove something first."""

import pytest
from aiohttp.test_utils import make_mocked_request

from auth_service.accounts.sessions import SessionState
from auth_service.flows.sessions import FactorOwed
from auth_service.web.api.callers import Asked, TokenRefused
from auth_service.web.api.json_bodies import NoBody
from auth_service.web.api.signed_in import full_session
from auth_service.web.app import build_app
from tests.integration.auth.scene import PASSWORD, anyone

ADDRESS = "jan@dezon.example"
# What is asked of the account once its session runs, and what that then owes.
OWING = {
    "UPDATE gemeenten SET totp_required = true": SessionState.AWAITING_TOTP_SETUP,
    "INSERT INTO totp_enrolments SELECT id, 'sealed', 'sealed', 'a key', now(), 0 FROM accounts": (
        SessionState.AWAITING_TOTP
    ),
}


@pytest.fixture
async def asked(services, make_account):
    await make_account()
    token = (await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())).token
    headers = {"Authorization": f"Bearer {token}"}
    return Asked(make_mocked_request("GET", "/v1/iets", headers, app=build_app(services)), NoBody())


async def test_a_session_that_owes_nothing_is_let_in(asked):
    assert (await full_session(asked)).account.email.text == ADDRESS


@pytest.mark.parametrize("change", OWING)
async def test_a_session_that_owes_a_factor_is_refused_from_then_on(asked, sql, change):
    await sql.execute(change)

    with pytest.raises(FactorOwed) as owed:
        await full_session(asked)

    assert owed.value.state is OWING[change]


async def test_a_token_of_nobody_is_refused(asked, sql):
    await sql.execute("DELETE FROM sessions")

    with pytest.raises(TokenRefused):
        await full_session(asked)
