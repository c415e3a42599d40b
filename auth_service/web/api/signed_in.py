"""Whose token a call carries, and whether its session may do what is asked."""

from auth_service.accounts.places import Gemeente
from auth_service.accounts.sessions import SessionState
from auth_service.flows.sessions import FactorOwed, LoggedIn
from auth_service.web.api.callers import Asked, TokenRefused
from auth_service.web.api.json_bodies import BodyT

# Its name in the paths of calls.
GEMEENTE_CODE = "code"


async def any_session(asked: Asked[BodyT]) -> LoggedIn:
    """Whatever it still owes. Raises TokenRefused and SessionOver."""
    logged_in = await asked.services.sessions.logged_in(asked.token())
    if logged_in is None:
        raise TokenRefused(was_given=True)
    return logged_in


async def provable_session(asked: Asked[BodyT]) -> LoggedIn:
    """For a call that refuses with TOTP_NEEDED: all is proven that can be.

    Raises FactorOwed, and what any_session raises.
    """
    logged_in = await any_session(asked)
    if logged_in.state is SessionState.AWAITING_TOTP:
        raise FactorOwed(logged_in.state)
    return logged_in


async def full_session(asked: Asked[BodyT]) -> LoggedIn:
    """For a call that refuses with FACTOR_OWED. Raises FactorOwed, and what any_session raises."""
    logged_in = await any_session(asked)
    if logged_in.state is not SessionState.FULL:
        raise FactorOwed(logged_in.state)
    return logged_in


async def staff_session(asked: Asked[BodyT]) -> tuple[LoggedIn, Gemeente]:
    """Staff, and the gemeente of the code in the path: their own, or any where they are of the platform.

    For a call that refuses with FACTOR_OWED and NO_GEMEENTE. Raises NoSuchGemeente, also for one that isn't
    his, and what full_session raises.
    """
    logged_in = await full_session(asked)
    code = asked.request.match_info[GEMEENTE_CODE]
    return logged_in, await asked.services.served_gemeenten.with_code(logged_in, code)
