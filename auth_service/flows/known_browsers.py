"""Browsers in which an account was used: what strangers do elsewhere doesn't slow them down."""

from datetime import datetime
from uuid import UUID

from auth_service.accounts.tokens import draw_token, token_digest
from auth_service.accounts.visitors import Visitor
from auth_service.storage.database import Tables, Transaction


async def remember_browser(tx: Transaction, visitor: Visitor, account_id: UUID, now: datetime) -> str | None:
    """Note that the account was used here; returns the browser's token, new where it had none of ours.

    None for a program: a row for each of its logins would be of use to nobody.
    """
    token = await token_of_browser(tx, visitor)
    if token is not None:
        await tx.known_browsers.note_use(token_digest(token), account_id, now)
    return token


async def token_of_browser(tables: Tables, visitor: Visitor) -> str | None:
    """By what the browser is to be known from now on; None for a program."""
    if visitor.is_program:
        return None
    token = visitor.browser
    # A token that no account knows was not drawn here, or is forgotten: whoever planted it gains nothing.
    if token is None or not await tables.known_browsers.exists(token_digest(token)):
        return draw_token()
    return token
