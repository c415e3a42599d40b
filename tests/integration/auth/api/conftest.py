"""A client of the API, over HTTP."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

from auth_service.web.api.calls import CALLS
from auth_service.web.services import Services
from tests.integration.auth.serving import SiteServer

STATUSES = {
    (call.method, call.path): {call.status, *(kind.status for kind in call.problems)} for call in CALLS
}


class ApiClient:
    """Sends JSON as an integrator would; keeps no cookies."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    async def post(self, path: str, body: Any, **headers: str) -> ClientResponse:
        return await self.send("POST", path, json=body, headers=headers)

    async def get(self, path: str, **headers: str) -> ClientResponse:
        return await self.send("GET", path, headers=headers)

    async def send(self, method: str, path: str, **more: Any) -> ClientResponse:
        response = await self.client.request(method, f"/v1{path}", allow_redirects=False, **more)
        documented = STATUSES.get((method, path), {response.status})
        assert response.status in documented, "the document doesn't know this answer"
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
