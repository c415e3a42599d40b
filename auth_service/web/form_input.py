"""What a browser posts, as text by field name; anything that no form of ours sends is refused."""

from urllib.parse import parse_qsl

from aiohttp import hdrs, web

from auth_service.web.body_limits import in_time
from auth_service.web.csrf import FIELD, check_csrf

FORM_TYPE = "application/x-www-form-urlencoded"
# More than any form of ours has.
MOST_FIELDS = 100


async def posted_fields(request: web.Request) -> dict[str, str]:
    """Fields by name, checked to come from a page of ours.

    Raises ForeignPost, and the HTTP exceptions 400, 408, 413 and 415.
    """
    # Forms of ours say no more than this: no other encoding of text, and nothing packed.
    is_ours = request.content_type == FORM_TYPE and (request.charset or "utf-8").lower() == "utf-8"
    if not is_ours or hdrs.CONTENT_ENCODING in request.headers:
        raise web.HTTPUnsupportedMediaType
    fields = await read_fields(request)
    check_csrf(request, fields.pop(FIELD, ""))
    return fields


async def read_fields(request: web.Request) -> dict[str, str]:
    body = await in_time(request, request.read())
    try:
        # Stricter than aiohttp's own reading, which keeps broken UTF-8 as question marks.
        posted = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise web.HTTPBadRequest from None
    fields = dict(posted)
    if len(fields) != len(posted):
        # A field given twice: which of the two was meant?
        raise web.HTTPBadRequest
    return fields
