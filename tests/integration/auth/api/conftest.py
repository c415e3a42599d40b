"""A client of the API, over HTTP."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

from auth_service.web.api.calls import CALLS
from auth_service.web.services import Services
from tests.integration.auth.serving import SiteServer

STATUSES = {
    (call.method, call.path): {call.status, *(kind.status for kind in call.problems)} for call in CALLS
}


def documented(method: str, path: str) -> set[int] | None:
    """None for a call that the document doesn't know."""
    bare = path.partition("?")[0]
    for (known_method, known_path), statuses in STATUSES.items():
        # A path without an id comes before one that it would be an id of.
        if method == known_method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", known_path), bare):
            return statuses
    return None


def with_an_id(path: str) -> str:
    return path.replace("{id}", str(UUID(int=1))).replace("{code}", "GM9901")


class ApiClient:
    """Sends JSON as an integrator would; keeps no cookies. `headers` go with every call."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.headers: dict[str, str] = {}

    async def post(self, path: str, body: Any, **headers: str) -> ClientResponse:
        return await self.send("POST", path, json=body, headers=headers)

    async def send_to(self, path: str, **more: Any) -> ClientResponse:
        """With the method of a call that takes a body there; an id in it is that of nobody."""
        method, *_ = [call.method for call in CALLS if call.path == path and call.has_body]
        return await self.send(method, with_an_id(path), **more)

    async def get(self, path: str, **headers: str) -> ClientResponse:
        return await self.send("GET", path, headers=headers)

    async def send(self, method: str, path: str, **more: Any) -> ClientResponse:
        headers = {**self.headers, **(more.pop("headers", None) or {})}
        response = await self.client.request(
            method, f"/v1{path}", allow_redirects=False, headers=headers, **more
        )
        statuses = documented(method, path)
        assert statuses is None or response.status in statuses, "the document doesn't know this answer"
        return response


@pytest.fixture
async def open_api(services: Services) -> AsyncIterator[Callable[..., Awaitable[ApiClient]]]:
    async with AsyncExitStack() as stack:

        async def open_one(services: Services = services, **settings: Any) -> ApiClient:
            server = SiteServer(services, **settings)
            return ApiClient(await stack.enter_async_context(TestClient(server)))

        yield open_one


@pytest.fixture
async def api(open_api: Callable[..., Awaitable[ApiClient]]) -> ApiClient:
    return await open_api()
