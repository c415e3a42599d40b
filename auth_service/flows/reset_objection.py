"""The owner of an account says that a reset of its two-factor authentication wasn't his doing.

A reset that still waits isn't done. After one that was done, whoever has the password and reads the mailbox
may have set it up anew: then nobody gets in, also not with the password alone, until staff have spoken with
its owner.
"""

from datetime import datetime
from enum import StrEnum

import structlog

from auth_service.accounts.account import Account, AccountState, Role
from auth_service.accounts.audit import AuditedAct, AuditLine, told_to
from auth_service.accounts.one_time_codes import CodePurpose, code_digest, read_code
from auth_service.accounts.refusals import (
    AlreadyObjected,
    CodeRejected,
    Field,
    InputRefused,
    Problem,
    ResetOpenToObjection,
    Violation,
)
from auth_service.accounts.two_factor import Reset, ResetBy
from auth_service.accounts.visitors import Visitor
from auth_service.flows.account_notices import AccountNotices
from auth_service.flows.throttling import Throttle
from auth_service.flows.totp_reset import actor_of
from auth_service.storage.code_table import ObjectingCode
from auth_service.storage.database import Database, Transaction
from auth_service.storage.reset_wait_table import WaitingReset
from shared.clock import Clock

RESET_BY = {
    Role.ONDERNEMER: ResetBy.COMPANY,
    Role.GEMEENTEMEDEWERKER: ResetBy.GEMEENTE,
    Role.BEHEERDER: ResetBy.PLATFORM,
}

log = structlog.get_logger()


class Objected(StrEnum):
    """What came of it."""

    PREVENTED = "prevented"
    FROZEN = "frozen"


class ResetObjection:
    def __init__(self, database: Database, notices: AccountNotices, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._notices = notices
        self._throttle = throttle
        self._clock = clock

    async def object_to_reset(self, typed_code: str, visitor: Visitor) -> Objected:
        """With the code of a mail about the reset.

        Raises InputRefused, CodeRejected, AlreadyObjected and TooOften.
        """
        if not typed_code.strip():
            raise InputRefused(Violation(Field.CODE, Problem.EMPTY))
        code = read_code(typed_code)
        digest = code_digest(code) if code else None
        if digest and (objected := await self._object(digest)):
            return objected
        await self._throttle.count_form(visitor)
        if digest and await self._has_objected(digest):
            raise AlreadyObjected
        raise CodeRejected

    async def _has_objected(self, digest: bytes) -> bool:
        async with self._database.transaction() as tx:
            return await tx.codes.has_objected(digest)

    async def _object(self, digest: bytes) -> Objected | None:
        now = self._clock()
        async with self._database.transaction() as tx:
            found = await tx.codes.objecting(digest, now)
            account = await tx.accounts.lock(found.account_id) if found else None
            # Anew: of many at once one passes here.
            if found is None or account is None or await tx.codes.objecting(digest, now) is None:
                log.info(
                    "code_rejected", flow="reset_objection", why=await tx.codes.why_rejected(digest, now)
                )
                return None
            objected = await self._judge(tx, account, found, now)
        log.warning("totp_reset_disputed", account=str(account.id), outcome=objected)
        return objected

    async def _judge(
        self, tx: Transaction, account: Account, code: ObjectingCode, now: datetime
    ) -> Objected | None:
        if account.state is AccountState.CLOSED:
            return None
        wait = await tx.reset_waits.of_account(account.id)
        is_announced = code.purpose is CodePurpose.TOTP_RESET_OBJECTION
        if wait and is_announced:
            await undo_wait(tx, wait, now)
            await self._tell(tx, account, Reset(wait.reset_by, wait.due_at), Objected.PREVENTED, now)
            return Objected.PREVENTED
        reset = account.two_factor.reset or await reset_of(tx, account)
        # One that was announced and never done says nothing about those before it.
        if reset is None or (is_announced and reset.at < code.issued_at):
            return None
        await self._freeze(tx, account, reset, now)
        await self._tell(tx, account, reset, Objected.FROZEN, now)
        return Objected.FROZEN

    async def _freeze(self, tx: Transaction, account: Account, reset: Reset, now: datetime) -> None:
        # Whoever set it up since may be the one to whom he objects.
        await tx.totp.forget(account.id)
        await tx.reset_waits.forget(account.id)
        await tx.known_browsers.forget_factors(account.id)
        await tx.sessions.end_all(account.id)
        await tx.accounts.note_totp_reset(account.id, reset)
        await tx.accounts.freeze_enrolment(account.id, now)
        await tx.codes.end_objecting(account.id, now)

    async def _tell(
        self, tx: Transaction, account: Account, reset: Reset, objected: Objected, now: datetime
    ) -> None:
        act = {
            Objected.PREVENTED: AuditedAct.TOTP_RESET_CANCELLED,
            Objected.FROZEN: AuditedAct.TOTP_RESET_DISPUTED,
        }[objected]
        line = AuditLine(act, now, actor_of(account), account_id=account.id, gemeente_code=told_to(account))
        await tx.audit.add(line)
        gemeente = await tx.gemeenten.existing(account.gemeente_code)
        await self._notices.totp_reset_disputed(
            tx, account, gemeente, now, reset=reset, prevented=objected is Objected.PREVENTED
        )


async def undo_wait(tx: Transaction, wait: WaitingReset, now: datetime) -> None:
    """To those that were done before its owner can object all the same."""
    await tx.reset_waits.forget(wait.account_id)
    await tx.codes.end_objecting_to_wait(wait.account_id, wait.asked_at, now)


async def refuse_while_objecting(tx: Transaction, account: Account, now: datetime) -> None:
    """Raises ResetOpenToObjection: whoever enrolled anew may not be the one whose account it is.

    He must not take it to where its owner can't object any more.
    """
    if until := await tx.codes.can_object_until(account.id, now):
        raise ResetOpenToObjection(until)


async def reset_of(tx: Transaction, account: Account) -> Reset | None:
    """The last one by somebody else, where the account was set up anew since and forgot it."""
    line = await tx.audit.last_reset_by_other(account.id)
    by = RESET_BY.get(line.actor.role) if line and line.actor.role else None
    return Reset(by, line.happened_at) if line and by else None
