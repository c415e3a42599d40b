"""Where the API is found, and which version of it answers."""

from aiohttp import web

# Semantic versioning; what changed stands in CHANGELOG.md.
VERSION = "1.7.0"
ROOT = "/v1"


def is_api_call(request: web.Request) -> bool:
    return request.path == ROOT or request.path.startswith(f"{ROOT}/")


async def state_version(request: web.Request, response: web.StreamResponse) -> None:
    # API Design Rules, /core/version-header: with every answer, refusals too.
    if is_api_call(request):
        response.headers["API-Version"] = VERSION
