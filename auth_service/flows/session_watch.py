"""How long a session goes on, for a page that warns before it ends."""

from auth_service.accounts.sessions import SessionLimits, TimeLeft
from auth_service.accounts.tokens import token_digest
from auth_service.storage.database import Database
from shared.clock import Clock


class SessionWatch:
    def __init__(self, database: Database, limits: SessionLimits, clock: Clock) -> None:
        self._database = database
        self._limits = limits
        self._clock = clock

    async def time_left(self, token: str) -> TimeLeft | None:
        """None where it is over, or nobody's. To ask is no use of the session."""
        now = self._clock()
        async with self._database.autocommit() as tables:
            session = await tables.sessions.with_token(token_digest(token))
            if session is None or session.end(self._limits, now):
                return None
            account = await tables.accounts.with_id(session.account_id)
        if account is None or not account.may_be_used:
            return None
        return session.time_left(self._limits, now)
