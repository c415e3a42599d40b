"""Counting tries: committed before anything is judged, so that no refusal undoes it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog

from auth_service.accounts.attempt_budgets import (
    Claim,
    MailKind,
    OwnBrowser,
    activation_password_claims,
    form_claims,
    login_claims,
    login_work_claims,
    mail_claims,
    reset_password_claims,
)
from auth_service.accounts.refusals import LoginRejected, Refusal, TooBusy, TooOften
from auth_service.accounts.tokens import token_digest
from auth_service.accounts.visitors import Visitor
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

Claims = tuple[Claim, ...]

log = structlog.get_logger()


class Throttle:
    """Each method raises TooOften where a budget is used up; that try then counts nowhere."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def count_login(self, tx: Transaction, visitor: Visitor, email_key: str) -> Claims:
        """A try to log in; `tx` must be committed before it is judged.

        Returns what was counted as a wrong password, which is given back in the transaction that starts the
        session, see `give_back`. That somebody's password had to be checked stays counted.
        """
        known = await is_known_browser(tx, visitor, email_key)
        claims = login_claims(visitor, email_key, known_browser=known)
        await self._count(tx, (*claims, *login_work_claims(visitor, known_browser=known)))
        return claims

    @asynccontextmanager
    async def counting_only_guesses(self, claims: Claims) -> AsyncIterator[None]:
        """For a block that judges a login: of its refusals only LoginRejected stays counted."""
        try:
            yield
        except LoginRejected:
            raise
        except Refusal:
            # Not a guess that failed: nobody could judge it, or the password was right.
            async with self._database.transaction() as tx:
                await self.give_back(tx, claims)
            raise

    async def give_back(self, tx: Transaction, claims: Claims) -> None:
        """Undo one try; at the end of `tx`, because others may count on the same budgets meanwhile."""
        await tx.throttle.give_back(pauses_of(claims))

    async def count_mail(self, visitor: Visitor, email_key: str, kind: MailKind) -> Claims:
        """One mail to this address; returns what was counted, to be given back where none came of it."""
        async with self._database.transaction() as tx:
            own = await self._own_browser(tx, visitor, email_key)
            claims = mail_claims(visitor, email_key, kind, own=own)
            await self._count(tx, claims)
        return claims

    @asynccontextmanager
    async def counting_a_mail(self, visitor: Visitor, email_key: str, kind: MailKind) -> AsyncIterator[None]:
        """For a block that causes a mail; what was counted is given back where nobody had time for it."""
        claims = await self.count_mail(visitor, email_key, kind)
        try:
            yield
        except TooBusy:
            async with self._database.transaction() as tx:
                await self.give_back(tx, claims)
            raise

    async def count_form(self, visitor: Visitor) -> None:
        """A registration, or a code that is wrong."""
        async with self._database.transaction() as tx:
            await self._count(tx, form_claims(visitor))

    async def count_activation_password(self, code_digest: bytes) -> None:
        async with self._database.transaction() as tx:
            await self._count(tx, activation_password_claims(code_digest))

    async def count_reset_password(self, code_digest: bytes) -> None:
        async with self._database.transaction() as tx:
            await self._count(tx, reset_password_claims(code_digest))

    async def _own_browser(self, tx: Transaction, visitor: Visitor, email_key: str) -> OwnBrowser | None:
        if visitor.browser and await is_known_browser(tx, visitor, email_key):
            return OwnBrowser(visitor.browser, is_proven=True)
        if visitor.receipt:
            digest = token_digest(visitor.receipt)
            if await tx.registrations.with_receipt(email_key, digest, self._clock()):
                return OwnBrowser(visitor.receipt, is_proven=False)
        return None

    async def _count(self, tx: Transaction, claims: Claims) -> None:
        now = self._clock()
        rested = await tx.throttle.count(pauses_of(claims), now)
        longest = max(claims, key=lambda claim: claim.budget.wait(rested[claim.key], now))
        wait = longest.budget.wait(rested[longest.key], now)
        if wait.total_seconds() > 0:
            log.warning("slowed_down", budget=longest.budget.name, wait_seconds=round(wait.total_seconds()))
            # Ends the transaction without a commit, so that this try isn't counted after all.
            raise TooOften(longest.budget.act, wait)


def pauses_of(claims: Claims) -> dict[bytes, timedelta]:
    return {claim.key: claim.budget.pause for claim in claims}


async def is_known_browser(tx: Transaction, visitor: Visitor, email_key: str) -> bool:
    if visitor.browser is None:
        return False
    return await tx.known_browsers.knows(token_digest(visitor.browser), email_key)
