"""Counting tries: committed before anything is judged, so that no refusal undoes it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from operator import itemgetter
from uuid import UUID

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.attempt_budgets import (
    Claim,
    MailKind,
    OwnBrowser,
    Suspicion,
    activation_password_claims,
    announcement_claims,
    code_claims,
    correction_claims,
    email_change_claims,
    enrolment_claims,
    form_claims,
    helping_mail_claims,
    invitation_claims,
    invitation_password_claims,
    lifting_claims,
    login_claims,
    login_work_claims,
    mail_claims,
    new_device_claims,
    own_act_claims,
    reset_for_others_claims,
    reset_password_claims,
    suspicion_claims,
    trail_export_claims,
)
from auth_service.accounts.refusals import (
    CodeRejected,
    LoginRejected,
    PasswordRejected,
    Refusal,
    TooBusy,
    TooOften,
    Unavailable,
)
from auth_service.accounts.second_factor import SecondFactorRejected
from auth_service.accounts.tokens import token_digest
from auth_service.accounts.visitors import Visitor
from auth_service.flows.sessions import FactorOwed, SessionGone
from auth_service.storage.database import Autocommit, Database, Tables
from shared.clock import Clock

Claims = tuple[Claim, ...]

NO_WAIT = timedelta(0)

log = structlog.get_logger()


class Throttle:
    """Each method that counts raises TooOften where a budget is used up; that try then counts nowhere."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @asynccontextmanager
    async def counting_only_guesses(self, guess: Claims) -> AsyncIterator[None]:
        """For a block that judges a login: of its refusals only LoginRejected stays counted."""
        try:
            yield
        except LoginRejected:
            raise
        except (Refusal, Unavailable):
            # Not a guess that failed: nobody could judge it, or the password was right.
            await self._give_back(guess)
            raise

    @asynccontextmanager
    async def counting_passwords(self, account: Account, visitor: Visitor) -> AsyncIterator[None]:
        """For a block that checks the password of who is logged in: only PasswordRejected stays counted.

        On the budgets of logging in: whoever took over a session must not guess any quicker.
        """
        async with self._database.autocommit() as tables:
            known = await known_browser(tables, visitor, account.email.key)
            guess = login_claims(visitor, account.email.key, known_browser=known)
            await self._count(tables, (*guess, *login_work_claims(visitor, known_browser=known)))
        async with self._giving_back(guess, unless=PasswordRejected):
            yield

    @asynccontextmanager
    async def counting_codes(self, account: Account, visitor: Visitor) -> AsyncIterator[None]:
        """For a block that judges a second factor: only SecondFactorRejected stays counted."""
        async with self._database.autocommit() as tables:
            proven = await proven_browser(tables, visitor, account)
            claims = code_claims(visitor, account.id, proven_browser=proven)
            await self._count(tables, claims)
        async with self._giving_back(claims, unless=SecondFactorRejected):
            yield

    @asynccontextmanager
    async def counting_enrolment(self, account: Account) -> AsyncIterator[None]:
        """For a block that judges an app's first code, and a mailed one: only wrong codes stay counted."""
        claims = enrolment_claims(account.id)
        await self._count_apart(claims)
        async with self._giving_back(claims, unless=(SecondFactorRejected, CodeRejected)):
            yield

    @asynccontextmanager
    async def _giving_back(
        self, claims: Claims, *, unless: type[Refusal] | tuple[type[Refusal], ...]
    ) -> AsyncIterator[None]:
        """Once the block has judged: what was right, or could not be judged, counts for nothing."""
        try:
            yield
        except unless:
            raise
        except (Refusal, SessionGone, Unavailable):
            await self._give_back(claims)
            raise
        await self._give_back(claims)

    async def count_mail(self, visitor: Visitor, email_key: str, kind: MailKind) -> Claims:
        """One mail to this address; returns what was counted, to be given back where none came of it."""
        async with self._database.autocommit() as tables:
            own = await self._own_browser(tables, visitor, email_key)
            claims = mail_claims(visitor, email_key, kind, own=own)
            await self._count(tables, claims)
        return claims

    @asynccontextmanager
    async def counting_a_mail(self, visitor: Visitor, email_key: str, kind: MailKind) -> AsyncIterator[None]:
        """For a block that causes a mail; what was counted is given back where nobody had time for it."""
        claims = await self.count_mail(visitor, email_key, kind)
        try:
            yield
        except TooBusy:
            await self._give_back(claims)
            raise

    async def count_new_device(self, account: Account) -> None:
        """A mail about a login from elsewhere."""
        await self._count_apart(new_device_claims(account.id))

    async def count_form(self, visitor: Visitor) -> None:
        """A registration, a code that is wrong, or a form that is kept for somebody who was logged out."""
        await self._count_apart(form_claims(visitor))

    async def count_activation_password(self, code_digest: bytes) -> None:
        await self._count_apart(activation_password_claims(code_digest))

    async def count_reset_password(self, code_digest: bytes) -> None:
        await self._count_apart(reset_password_claims(code_digest))

    async def count_invitation_password(self, code_digest: bytes) -> None:
        await self._count_apart(invitation_password_claims(code_digest))

    async def count_invitation(self, visitor: Visitor, inviter_id: UUID, email_key: str) -> None:
        """A mail to somebody who didn't ask for it."""
        await self._count_apart(invitation_claims(visitor, inviter_id, email_key))

    @asynccontextmanager
    async def counting_lift(self, company_id: UUID, email_key: str) -> AsyncIterator[None]:
        """For a block that has an address mailed again on the word of a company; its refusals don't count."""
        claims = lifting_claims(company_id, email_key)
        await self._count_apart(claims)
        try:
            yield
        except (Refusal, FactorOwed, SessionGone, Unavailable):
            await self._give_back(claims)
            raise

    async def count_own_act(self, account_id: UUID) -> None:
        """What somebody does to his own account, or decides for others."""
        await self._count_apart(own_act_claims(account_id))

    async def count_helping_mail(self, email_key: str) -> None:
        """A mail that staff send to an address, to help who reads it."""
        await self._count_apart(helping_mail_claims(email_key))

    async def count_announcement(self, gemeente_code: str) -> None:
        """A mail to each of its entrepreneurs who has no second factor."""
        await self._count_apart(announcement_claims(gemeente_code))

    async def count_correction(self, actor_id: UUID, email_key: str) -> None:
        """A mail that staff send to an address in place of the one that somebody registered with."""
        await self._count_apart(correction_claims(actor_id, email_key))

    async def count_suspicion(self, account_id: UUID, suspicion: Suspicion) -> None:
        """A mail about guesses."""
        await self._count_apart(suspicion_claims(account_id, suspicion))

    async def count_trail_export(self, account_id: UUID) -> None:
        await self._count_apart(trail_export_claims(account_id))

    async def count_reset_for_others(self, account_id: UUID) -> None:
        """`account_id`: of whoever resets the second factor of somebody else."""
        await self._count_apart(reset_for_others_claims(account_id))

    async def count_email_change(self, visitor: Visitor, account_id: UUID, email_key: str) -> None:
        """A mail to the address that an account wants, and one to the address that it has."""
        await self._count_apart(email_change_claims(visitor, account_id, email_key))

    async def _own_browser(self, tables: Tables, visitor: Visitor, email_key: str) -> OwnBrowser | None:
        if known := await known_browser(tables, visitor, email_key):
            return OwnBrowser(known, is_proven=True)
        if visitor.receipt:
            digest = token_digest(visitor.receipt)
            if await tables.registrations.with_receipt(email_key, digest, self._clock()):
                return OwnBrowser(digest, is_proven=False)
        return None

    async def _count_apart(self, claims: Claims) -> None:
        async with self._database.autocommit() as tables:
            await self._count(tables, claims)

    async def _count(self, tables: Autocommit, claims: Claims) -> None:
        now = self._clock()
        refuse_used_up(claims, await tables.throttle.count(claims, now), now)

    async def _give_back(self, claims: Claims) -> None:
        # What was judged stands, and what couldn't be is told already: a try lost does less harm than either.
        with suppress(Unavailable):
            async with self._database.autocommit() as tables:
                await tables.throttle.give_back(claims, self._clock())


def refuse_used_up(claims: Claims, rested: Sequence[datetime], now: datetime) -> None:
    """Raises TooOften, with the longest wait, where a try would have moved the moments of rest too far."""
    waits = [
        (claim.budget.wait(rested_at, now), claim.budget)
        for claim, rested_at in zip(claims, rested, strict=True)
    ]
    wait, budget = max(waits, key=itemgetter(0))
    if wait > NO_WAIT:
        log.warning("slowed_down", budget=budget.name, wait_seconds=round(wait.total_seconds()))
        raise TooOften(budget.act, wait)


async def known_browser(tables: Tables, visitor: Visitor, email_key: str) -> bytes | None:
    """As what his browser is counted; None where the account of this address was never used in it."""
    if visitor.browser is None:
        return None
    return await tables.known_browsers.counted_as(token_digest(visitor.browser), email_key)


async def proven_browser(tables: Tables, visitor: Visitor, account: Account) -> bytes | None:
    """The same, None also where only its password was proven there."""
    if visitor.browser is None:
        return None
    return await tables.known_browsers.proven_as(token_digest(visitor.browser), account.id)
