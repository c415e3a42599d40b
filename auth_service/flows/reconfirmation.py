"""Proving anew that it is he (herbevestiging): password, and a code where two-factor authentication is on."""

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.refusals import Field, InputRefused, PasswordRejected, Problem, Violation
from auth_service.accounts.second_factor import ProofCode, SecondFactorRejected, either_code
from auth_service.accounts.tokens import token_digest
from auth_service.accounts.visitors import Visitor
from auth_service.flows.code_proving import CodeProving
from auth_service.flows.sessions import LoggedIn, lock_session
from auth_service.flows.throttling import Throttle
from auth_service.password_hashing import PasswordHashing
from auth_service.storage.database import Database
from auth_service.storage.session_table import Renewal
from shared.clock import Clock

log = structlog.get_logger()


class Reconfirmation:
    def __init__(
        self,
        database: Database,
        hashing: PasswordHashing,
        proving: CodeProving,
        throttle: Throttle,
        clock: Clock,
    ) -> None:
        self._database = database
        self._hashing = hashing
        self._proving = proving
        self._throttle = throttle
        self._clock = clock

    async def confirm(
        self, logged_in: LoggedIn, password: str, typed_code: str, visitor: Visitor, *, token: str
    ) -> None:
        """What matters may be done for five minutes from now.

        `token` is what the session is known by from then on: its present one, or a fresh one.
        Raises InputRefused, PasswordRejected, SecondFactorRejected, TooOften, TooBusy and SessionGone.
        """
        code = read_proofs(logged_in.account, password, typed_code)
        async with self._throttle.counting_passwords(logged_in.account, visitor):
            if not await self._hashing.verify(logged_in.account.password_hash, password):
                log.info("password_rejected", account=str(logged_in.account.id))
                raise PasswordRejected
        if code is None:
            await self._note(logged_in, None, token)
            return
        async with self._throttle.counting_codes(logged_in.account, visitor):
            await self._note(logged_in, code, token)

    async def _note(self, logged_in: LoggedIn, code: ProofCode | None, token: str) -> None:
        now = self._clock()
        async with self._database.transaction() as tx:
            await lock_session(tx, logged_in)
            fault = await self._proving.judge(tx, logged_in, code, now) if code else None
            if fault is None:
                totp_proven_at = now if code else logged_in.session.totp_proven_at
                await tx.sessions.renew(
                    logged_in.session.id, Renewal(token_digest(token), now, totp_proven_at)
                )
        if fault:
            log.info("second_factor_rejected", account=str(logged_in.account.id), fault=fault)
            raise SecondFactorRejected(fault, now)


def read_proofs(account: Account, password: str, typed_code: str) -> ProofCode | None:
    """The code, None where the account has no two-factor authentication; raises InputRefused."""
    violations: list[Violation] = []
    code = None
    if not password:
        violations.append(Violation(Field.PASSWORD, Problem.NO_PASSWORD))
    if account.two_factor.is_enrolled:
        try:
            code = either_code(typed_code)
        except InputRefused as refusal:
            violations.extend(refusal.violations)
    if violations:
        raise InputRefused(*violations)
    return code
