"""Where an account was used: what strangers do elsewhere doesn't slow that down, and is told to its owner."""

from datetime import datetime
from uuid import UUID

from auth_service.accounts.sessions import Session
from auth_service.accounts.tokens import draw_token, token_digest
from auth_service.accounts.visitors import Visitor
from auth_service.storage.database import Tables, Transaction


async def remember_browser(tx: Transaction, visitor: Visitor, account_id: UUID, now: datetime) -> str | None:
    """Note that the account was used here; returns the browser's new token, None for a program."""
    token = new_token(visitor)
    await take_others_along(tx, visitor, token, account_id)
    await tx.known_browsers.note_use(known_as(visitor, token, account_id), account_id, now)
    return token


async def remember_proven_browser(
    tx: Transaction, visitor: Visitor, account_id: UUID, now: datetime
) -> str | None:
    """The same where the second factor was proven too: the browser gets a budget of its own for codes."""
    token = await remember_browser(tx, visitor, account_id, now)
    if token is not None:
        await tx.known_browsers.note_factor(token_digest(token), account_id, now)
    return token


async def remember_browser_of(
    tx: Transaction, visitor: Visitor, session: Session, now: datetime
) -> str | None:
    """As far as its session has proven who is there."""
    remember = remember_proven_browser if session.totp_proven_at else remember_browser
    return await remember(tx, visitor, session.account_id, now)


def new_token(visitor: Visitor) -> str | None:
    """By what the browser is known from now on; None for a program.

    Whoever used it before with an account of his own may have kept a copy of the former token: that gains him
    nothing with an account that is used here after his.
    """
    return None if visitor.is_program else draw_token()


async def take_others_along(tables: Tables, visitor: Visitor, token: str | None, account_id: UUID) -> None:
    """Let the other accounts of this browser know it by its new token; `account_id` is the one used now.

    Was that never used here before, then who has the former token need not be who proved their second
    factors: those count as unproven here until they are proven again.
    """
    if token is not None and visitor.browser is not None:
        former, new = token_digest(visitor.browser), token_digest(token)
        await tables.known_browsers.change_token(former, new, used_by=account_id)


async def is_known_device(tables: Tables, visitor: Visitor, account_id: UUID) -> bool:
    """Whether the account was used there before."""
    if visitor.browser is None and not visitor.is_program:
        return False
    return await tables.known_browsers.is_of(known_as(visitor, visitor.browser, account_id), account_id)


def known_as(visitor: Visitor, token: str | None, account_id: UUID) -> bytes:
    """A program keeps no token: it is known by its network, which gives it no budget of its own."""
    if token is None:
        # With a character that no cookie holds: no browser can pass for it.
        return token_digest(f"program\0{account_id} {visitor.address}")
    return token_digest(token)
