"""Judging a second factor: each time step and each recovery code once, and a clock that is off explained."""

from datetime import datetime

import structlog

from auth_service.accounts.audit import AuditedAct, own_act
from auth_service.accounts.drift import Drift
from auth_service.accounts.recovery_codes import recovery_digest
from auth_service.accounts.sealing import AccountSeal
from auth_service.accounts.second_factor import Fault, ProofCode, RecoveryCode, TotpCode
from auth_service.accounts.sessions import Session
from auth_service.accounts.totp import drift_of, newest_fit, step_at
from auth_service.flows.account_notices import AccountNotices
from auth_service.flows.sessions import LoggedIn
from auth_service.storage.database import Transaction
from auth_service.storage.totp_table import Enrolment

log = structlog.get_logger()


class CodeProving:
    def __init__(self, seal: AccountSeal, notices: AccountNotices) -> None:
        self._seal = seal
        self._notices = notices

    async def judge(self, tx: Transaction, prover: LoggedIn, code: ProofCode, now: datetime) -> Fault | None:
        """None where the code is right, which uses it up; the account must be locked.

        What is noted about a refused code is for the transaction to keep: raise after it.
        """
        enrolment = await tx.totp.enrolment(prover.account.id)
        if enrolment is None:
            # Reset meanwhile; its sessions are over.
            return Fault.WRONG
        if isinstance(code, RecoveryCode):
            return await self._judge_recovery_code(tx, prover, enrolment, code, now)
        return await self._judge_totp(tx, prover, enrolment, code, now)

    async def _judge_totp(
        self, tx: Transaction, prover: LoggedIn, enrolment: Enrolment, code: TotpCode, now: datetime
    ) -> Fault | None:
        secret = self._seal.open(prover.account.id, enrolment.secret)
        step = step_at(now)
        fit = newest_fit(secret, code.text, step)
        if fit is not None:
            return None if await tx.totp.use_step(prover.account.id, fit) else Fault.USED
        steps = drift_of(secret, code.text, step)
        return await fault_of_clock(tx, prover.session, Drift(steps, step + steps) if steps else None)

    async def _judge_recovery_code(
        self, tx: Transaction, prover: LoggedIn, enrolment: Enrolment, code: RecoveryCode, now: datetime
    ) -> Fault | None:
        account = prover.account
        key = self._seal.open(account.id, enrolment.recovery_key)
        if not await tx.recovery_codes.use(account.id, recovery_digest(code.text, key), now):
            return Fault.WRONG_RECOVERY_CODE
        left = await tx.recovery_codes.left(account.id)
        await tx.audit.add(own_act(AuditedAct.RECOVERY_CODE_USED, account, now))
        await self._notices.recovery_code_used(tx, account, prover.gemeente, now, remaining=left)
        log.info("recovery_code_used", account=str(account.id), left=left)
        return None


async def fault_of_clock(tx: Transaction, session: Session, drift: Drift | None) -> Fault:
    """What a code is called that fits no step near now; the next one may tell more."""
    before = await tx.sessions.drift(session.id)
    await tx.sessions.note_drift(session.id, drift)
    if before is None or drift is None or not before.is_confirmed_by(drift):
        return Fault.WRONG
    return Fault.CLOCK_AHEAD if drift.steps > 0 else Fault.CLOCK_BEHIND
