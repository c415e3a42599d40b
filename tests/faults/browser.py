"""A browser as far as forms go: cookies, the hidden field, and no script."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp

TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
# Longer than anything may take: whoever waits longer got no answer.
PATIENCE = aiohttp.ClientTimeout(total=60)


class Browser:
    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.http = http

    async def get(self, path: str) -> aiohttp.ClientResponse:
        async with self.http.get(path, allow_redirects=False) as page:
            await page.read()
            return page

    async def send(
        self, path: str, fields: Mapping[str, str], *, form_on: str | None = None
    ) -> aiohttp.ClientResponse:
        """Open the form, fill it in and send it; where there is no form, its page is the answer."""
        page = await self.get(form_on or path)
        token = TOKEN.search(await page.text())
        if token is None:
            return page
        async with self.http.post(path, data={"csrf": token[1], **fields}, allow_redirects=False) as answer:
            await answer.read()
            return answer


@asynccontextmanager
async def new_browser(site: str, *, network: str) -> AsyncIterator[Browser]:
    """One that was never here; `network` is where a gateway would say that it is."""
    headers = {"X-Forwarded-For": network}
    async with aiohttp.ClientSession(site, timeout=PATIENCE, headers=headers) as http:
        yield Browser(http)
