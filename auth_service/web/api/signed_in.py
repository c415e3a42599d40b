"""Whose token a call carries, and whether its session may do what is asked."""

from auth_service.accounts.sessions import SessionState
from auth_service.flows.sessions import FactorOwed, LoggedIn
from auth_service.web.api.callers import Asked, TokenRefused
from auth_service.web.api.json_bodies import BodyT


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
