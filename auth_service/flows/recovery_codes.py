"""Codes on paper for who loses his phone: drawn, shown until they are kept, and drawn anew."""

from datetime import datetime, timedelta

import structlog

from auth_service.accounts.audit import AuditedAct, own_act
from auth_service.accounts.recovery_codes import draw_recovery_codes, recovery_digest
from auth_service.accounts.sealing import AccountSeal
from auth_service.accounts.second_factor import NotEnrolled
from auth_service.flows.account_notices import AccountNotices
from auth_service.flows.sessions import LoggedIn, lock_proven_session, require_fresh_proof
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

# Kept for longer they would be a second copy of what only paper should hold.
SHOWN_FOR = timedelta(minutes=10)

log = structlog.get_logger()

Codes = tuple[str, ...]


class RecoveryCodes:
    def __init__(
        self,
        database: Database,
        seal: AccountSeal,
        notices: AccountNotices,
        throttle: Throttle,
        clock: Clock,
    ) -> None:
        self._database = database
        self._seal = seal
        self._notices = notices
        self._throttle = throttle
        self._clock = clock

    async def put(self, tx: Transaction, logged_in: LoggedIn, recovery_key: str, now: datetime) -> Codes:
        """Draw them, in the place of those that the account may have, and show them in this session."""
        account_id = logged_in.account.id
        codes = draw_recovery_codes()
        await tx.recovery_codes.replace(account_id, [recovery_digest(code, recovery_key) for code in codes])
        await tx.recovery_codes.stop_showing(account_id)
        sealed = self._seal.seal(account_id, " ".join(codes))
        await tx.recovery_codes.show(logged_in.session.id, sealed, now + SHOWN_FOR)
        return codes

    async def make_new(self, logged_in: LoggedIn) -> Codes:
        """Raises ProofNeeded, FactorOwed, NotEnrolled, TooOften and SessionGone."""
        require_fresh_proof(logged_in)
        await self._throttle.count_own_act(logged_in.account.id)
        now = self._clock()
        async with self._database.transaction() as tx:
            account = await lock_proven_session(tx, logged_in, now)
            enrolment = await tx.totp.enrolment(account.id)
            if enrolment is None:
                raise NotEnrolled
            key = self._seal.open(account.id, enrolment.recovery_key)
            codes = await self.put(tx, logged_in, key, now)
            await tx.audit.add(own_act(AuditedAct.RECOVERY_CODES_MADE, account, now))
            await self._notices.recovery_codes_replaced(tx, account, logged_in.gemeente, now)
        log.info("recovery_codes_made", account=str(account.id))
        return codes

    async def shown(self, logged_in: LoggedIn) -> Codes | None:
        """Those that still are to be kept; None where they were, or were shown for long enough."""
        async with self._database.transaction() as tx:
            sealed = await tx.recovery_codes.shown(logged_in.session.id, self._clock())
        return tuple(self._seal.open(logged_in.account.id, sealed).split()) if sealed else None

    async def are_shown(self, logged_in: LoggedIn) -> bool:
        """Whether there are any, without opening them."""
        async with self._database.transaction() as tx:
            return await tx.recovery_codes.shown(logged_in.session.id, self._clock()) is not None

    async def are_kept(self, logged_in: LoggedIn) -> None:
        """Show them no longer."""
        async with self._database.transaction() as tx:
            await tx.recovery_codes.stop_showing(logged_in.account.id)

    async def left(self, logged_in: LoggedIn) -> int:
        async with self._database.transaction() as tx:
            return await tx.recovery_codes.left(logged_in.account.id)
