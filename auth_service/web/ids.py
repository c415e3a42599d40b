"""Ids that stand in addresses and forms."""

from uuid import UUID

from aiohttp import web


def id_in_path(request: web.Request) -> UUID | None:
    """As `{id}`; None for what can't be one."""
    return read_id(request.match_info["id"])


def read_id(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
