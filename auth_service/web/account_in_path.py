"""The account of somebody else that a page is about."""

from uuid import UUID

from aiohttp import web

ACCOUNT = "id"


def account_in_path(request: web.Request) -> UUID | None:
    """None for what can't be an id."""
    try:
        return UUID(request.match_info[ACCOUNT])
    except ValueError:
        return None
