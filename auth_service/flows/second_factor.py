"""The second factor at login (R-52): a code of the app, or a recovery code, makes a session full."""

import structlog

from auth_service.accounts.second_factor import (
    NothingOwed,
    ProofCode,
    SecondFactorRejected,
    recovery_code,
    totp_code,
)
from auth_service.accounts.sessions import SessionState
from auth_service.accounts.tokens import draw_token, token_digest
from auth_service.accounts.visitors import Visitor
from auth_service.flows.code_proving import CodeProving
from auth_service.flows.known_browsers import is_known_device, remember_proven_browser
from auth_service.flows.new_devices import NewDevices
from auth_service.flows.sessions import LoggedIn, OpenedSession, lock_session
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database
from auth_service.storage.session_table import Renewal
from shared.clock import Clock

log = structlog.get_logger()


class SecondFactor:
    """Each raises InputRefused, SecondFactorRejected, NothingOwed, TooOften and SessionGone."""

    def __init__(
        self,
        database: Database,
        proving: CodeProving,
        new_devices: NewDevices,
        throttle: Throttle,
        clock: Clock,
    ) -> None:
        self._database = database
        self._new_devices = new_devices
        self._proving = proving
        self._throttle = throttle
        self._clock = clock

    async def prove_totp(self, logged_in: LoggedIn, typed: str, visitor: Visitor) -> OpenedSession:
        return await self._prove(logged_in, totp_code(typed), visitor)

    async def prove_recovery_code(self, logged_in: LoggedIn, typed: str, visitor: Visitor) -> OpenedSession:
        return await self._prove(logged_in, recovery_code(typed), visitor)

    async def _prove(self, logged_in: LoggedIn, code: ProofCode, visitor: Visitor) -> OpenedSession:
        if logged_in.state is not SessionState.AWAITING_TOTP:
            raise NothingOwed
        # Committed: whatever is refused below, the try was counted.
        async with self._throttle.counting_codes(logged_in.account, visitor):
            return await self._complete(logged_in, code, visitor)

    async def _complete(self, logged_in: LoggedIn, code: ProofCode, visitor: Visitor) -> OpenedSession:
        now = self._clock()
        account, session = logged_in.account, logged_in.session
        token = draw_token()
        async with self._database.transaction() as tx:
            await lock_session(tx, logged_in)
            fault = await self._proving.judge(tx, logged_in, code, now)
            if fault is None:
                if not await is_known_device(tx, visitor, account.id):
                    await self._new_devices.tell(tx, account, logged_in.gemeente, visitor, now)
                browser = await remember_proven_browser(tx, visitor, account.id, now)
                renewal = Renewal(token_digest(token), session.password_proven_at, totp_proven_at=now)
                await tx.sessions.renew(session.id, renewal)
        if fault:
            log.info("second_factor_rejected", account=str(account.id), fault=fault)
            raise SecondFactorRejected(fault, now)
        log.info("second_factor_proven", account=str(account.id), session=str(session.id))
        return OpenedSession(token, SessionState.FULL, browser)
