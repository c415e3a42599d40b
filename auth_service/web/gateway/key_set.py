"""/.well-known/jwks.json: the keys with which applications check assertions."""

import json

from aiohttp import web

from auth_service.web.services import services_of

# RFC 7517 § 8.5.2.
KEY_SET_TYPE = "application/jwk-set+json"


async def get_key_set(request: web.Request) -> web.Response:
    keys = services_of(request).assertions.key_set()
    return web.Response(body=json.dumps(keys).encode(), content_type=KEY_SET_TYPE)
