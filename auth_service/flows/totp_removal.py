"""What taking two-factor authentication away is made of, whoever does it and whenever."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.audit import Actor, AuditedAct, AuditLine, told_to
from auth_service.accounts.identification import Identification
from auth_service.accounts.one_time_codes import CodePurpose
from auth_service.accounts.two_factor import Reset, ResetBy
from auth_service.flows.account_notices import AccountNotices
from auth_service.storage.database import Transaction

log = structlog.get_logger()


@dataclass(frozen=True)
class ResetOrder:
    """Who wants it, as what, and why; the owner of the account gives no reason."""

    actor: Actor
    by: ResetBy
    reason: str | None = None
    identification: Identification | None = None


class TotpRemoval:
    def __init__(self, notices: AccountNotices) -> None:
        self._notices = notices

    async def remove(self, tx: Transaction, account: Account, order: ResetOrder, now: datetime) -> None:
        """From an account that is locked and enrolled: its sessions end, and its owner is told by mail."""
        await tx.totp.forget(account.id)
        # One that waits would take away what is set up anew by then.
        await tx.reset_waits.forget(account.id)
        # Those of a former reset: a code enrols after the reset that its mail told of, and no other.
        await tx.codes.void_for(account.id, CodePurpose.TOTP_ENROLMENT, now)
        await tx.known_browsers.forget_factors(account.id)
        await tx.sessions.end_all(account.id)
        await tx.audit.add(line_about(AuditedAct.TOTP_RESET, account, order, now))
        await self._tell(tx, account, order, now)
        log.info("totp_reset", account=str(account.id), actor=str(order.actor.id), reset_by=order.by)

    async def _tell(self, tx: Transaction, account: Account, order: ResetOrder, now: datetime) -> None:
        # He may be whoever others reset it for: the owner of the account can object to that as before.
        gemeente = await tx.gemeenten.existing(account.gemeente_code)
        if order.by is ResetBy.OWNER:
            await self._notices.totp_reset_by_owner(tx, account, gemeente, now)
            return
        reset = Reset(order.by, now)
        await tx.accounts.note_totp_reset(account.id, reset)
        await self._notices.totp_reset_by_other(tx, account, gemeente, now, reset=reset)


def line_about(act: AuditedAct, account: Account, order: ResetOrder, now: datetime) -> AuditLine:
    return AuditLine(
        act,
        now,
        order.actor,
        account_id=account.id,
        gemeente_code=told_to(account),
        reason=order.reason,
        identification=order.identification,
    )
