"""Asking for a code by mail: one row for any address; a worker finds out what there is to send.

So the answer costs the same whether the address is known, pending or unknown (R-25, R-58).
"""

from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from auth_service.accounts.account import AccountState
from auth_service.accounts.attempt_budgets import MailKind
from auth_service.accounts.one_time_codes import CodePurpose
from auth_service.accounts.refusals import Field, FieldRefused, InputRefused, Unavailable, Violation
from auth_service.accounts.registration_form import read_email
from auth_service.accounts.tokens import token_digest
from auth_service.accounts.visitors import Visitor
from auth_service.flows.mail_facts import MailFacts
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database, Transaction
from auth_service.storage.mail_request_table import MailRequest
from shared.clock import Clock
from shared.correlation import continuing, current_origin

# Long enough not to fill the log, short enough to try again before the request is too old.
SET_ASIDE = timedelta(minutes=10)

MAIL_KINDS = {CodePurpose.ACTIVATION: MailKind.CODE, CodePurpose.PASSWORD_RESET: MailKind.RESET}

log = structlog.get_logger()


class MailRequests:
    def __init__(
        self,
        database: Database,
        mail_facts: MailFacts,
        throttle: Throttle,
        longest_wait: timedelta,
        clock: Clock,
    ) -> None:
        """`longest_wait`: after it a request is no longer answered."""
        self._database = database
        self._longest_wait = longest_wait
        self._mail_facts = mail_facts
        self._throttle = throttle
        self._clock = clock

    async def ask_activation_code(self, typed_email: str, visitor: Visitor) -> None:
        """Ask for a further activation code; earlier ones stay good. Raises InputRefused and TooOften."""
        await self._ask(CodePurpose.ACTIVATION, typed_email, visitor)

    async def ask_password_reset(self, typed_email: str, visitor: Visitor) -> None:
        """Ask for a code that resets the password. Raises InputRefused and TooOften."""
        await self._ask(CodePurpose.PASSWORD_RESET, typed_email, visitor)

    async def _ask(self, purpose: CodePurpose, typed_email: str, visitor: Visitor) -> None:
        try:
            email = read_email(typed_email)
        except FieldRefused as refusal:
            raise InputRefused(Violation(Field.EMAIL, refusal.problem)) from None
        await self._throttle.count_mail(visitor, email.key, MAIL_KINDS[purpose])
        receipt_digest = token_digest(visitor.receipt) if visitor.receipt else None
        request = MailRequest(uuid4(), purpose, email.key, receipt_digest, self._clock(), current_origin())
        async with self._database.transaction() as tx:
            await tx.mail_requests.add(request)

    async def answer_next(self) -> bool:
        """Send what the oldest request asks for, if anything; False where nobody asked.

        A request that trips a bug is set aside, so that it stops nobody else's mail.
        """
        now = self._clock()
        request = None
        try:
            async with self._database.transaction() as tx:
                request = await tx.mail_requests.take_due(now)
                if request is not None:
                    with continuing(request.origin, "answer mail request"):
                        await self._answer(tx, request, now)
        except Unavailable:
            raise
        except Exception:
            # Whatever it is, it would come back with this row for ever, and keep all others waiting.
            if request is None:
                raise
            log.exception(
                "mail_request_set_aside",
                request_id=str(request.id),
                purpose=request.purpose,
                correlation_id=request.origin.correlation_id,
            )
            async with self._database.transaction() as tx:
                await tx.mail_requests.postpone(request.id, now + SET_ASIDE)
        return request is not None

    async def _answer(self, tx: Transaction, request: MailRequest, now: datetime) -> None:
        if now >= request.requested_at + self._longest_wait:
            # Whoever asked has given up, or asked again.
            log.warning("mail_request_too_old", request_id=str(request.id), purpose=request.purpose)
            return
        await tx.lock_address(request.email_key)
        is_reset = request.purpose is CodePurpose.PASSWORD_RESET
        if not (is_reset and await self._sent_reset(tx, request, now)):
            await self._send_activation(tx, request, now)

    async def _sent_reset(self, tx: Transaction, request: MailRequest, now: datetime) -> bool:
        account = await tx.accounts.with_address(request.email_key)
        if account is None:
            return False
        if account.state is not AccountState.CLOSED:
            gemeente = await tx.gemeenten.existing(account.gemeente_code)
            await self._mail_facts.password_reset_requested(tx, account, gemeente, now)
        return True

    async def _send_activation(self, tx: Transaction, request: MailRequest, now: datetime) -> None:
        """A further code for the registration of this browser, else for the newest one of the address.

        A pending address that asks for a password reset comes here too: it gets its activation mail again.
        """
        pending = await tx.registrations.newest(request.email_key, now, receipt_digest=request.receipt_digest)
        if pending is None:
            return
        account = await tx.accounts.with_address(request.email_key)
        gemeente = await tx.gemeenten.existing(account.gemeente_code if account else pending.gemeente_code)
        # Not a reset: that of an address with an account never comes here, and so would be told apart.
        is_for_code = request.purpose is CodePurpose.ACTIVATION
        asked_here = is_for_code and request.receipt_digest == pending.receipt_digest
        await self._mail_facts.registered(tx, pending, gemeente, account, now, asked_here=asked_here)
