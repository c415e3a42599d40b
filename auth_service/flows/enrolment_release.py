"""Staff let somebody set up two-factor authentication again who had objected to a reset of it."""

from uuid import UUID

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.audit import AuditedAct
from auth_service.accounts.identification import TypedIdentification
from auth_service.accounts.refusals import Field, NotAllowed, NotFrozen, OwnReset
from auth_service.flows.account_notices import AccountNotices
from auth_service.flows.acts_on_others import lock_both
from auth_service.flows.sessions import LoggedIn, require_fresh_proof
from auth_service.flows.throttling import Throttle
from auth_service.flows.totp_removal import ResetOrder, line_about
from auth_service.flows.totp_reset import actor_of, count_reset, read_grounds
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

log = structlog.get_logger()


class EnrolmentRelease:
    def __init__(self, database: Database, notices: AccountNotices, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._notices = notices
        self._throttle = throttle
        self._clock = clock

    async def release(
        self,
        logged_in: LoggedIn,
        account_id: UUID | None,
        typed_reason: str,
        identified: TypedIdentification | None,
    ) -> None:
        """After speaking with its owner, who gets a fresh code by mail; for staff only.

        Not for whoever did the reset that is disputed, or asked for it: it may have been he.
        Raises OwnReset, NotAllowed, NotFrozen, NoSuchAccount, InputRefused, ProofNeeded, FactorOwed, TooOften
        and SessionGone.
        """
        require_fresh_proof(logged_in)
        reason, identification = read_grounds(
            logged_in.account, typed_reason, identified, Field.RELEASE_REASON
        )
        if not logged_in.account.role.is_staff:
            raise NotAllowed
        await count_reset(self._throttle, logged_in.account)
        now = self._clock()
        async with self._database.transaction() as tx:
            actor, subject, reset_by = await lock_both(tx, logged_in, account_id, now)
            reset = subject.two_factor.reset
            if not subject.two_factor.is_frozen or reset is None:
                raise NotFrozen
            await refuse_own_reset(tx, actor, subject)
            await tx.accounts.release_enrolment(subject.id)
            await tx.codes.end_objecting(subject.id, now)
            order = ResetOrder(actor_of(actor), reset_by, reason, identification)
            await tx.audit.add(line_about(AuditedAct.ENROLMENT_RELEASED, subject, order, now))
            gemeente = await tx.gemeenten.existing(subject.gemeente_code)
            await self._notices.totp_reset_by_other(tx, subject, gemeente, now, reset=reset)
        log.info("enrolment_released", account=str(subject.id), actor=str(actor.id))


async def refuse_own_reset(tx: Transaction, actor: Account, subject: Account) -> None:
    """Raises OwnReset."""
    reset = await tx.audit.last_reset_by_other(subject.id)
    if reset is not None and reset.actor.id == actor.id:
        raise OwnReset
