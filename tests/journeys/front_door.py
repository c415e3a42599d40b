"""The forms without a browser: for what a journey needs to exist, and for answers byte by byte."""

import re
from collections.abc import Mapping

from playwright.async_api import APIRequestContext, APIResponse

TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
OWNER = re.compile(r'name="account" value="([^"]+)"')


class FrontDoor:
    """One person's cookies; an address is a path on the site."""

    def __init__(self, http: APIRequestContext, site: str) -> None:
        self.http = http
        self._site = site

    async def get(self, path: str) -> APIResponse:
        """The answer itself, also where it leads elsewhere."""
        return await self.http.get(f"{self._site}{path}", max_redirects=0)

    async def visit(self, path: str) -> APIResponse:
        """The page that the path leads to in the end."""
        return await self.http.get(f"{self._site}{path}")

    async def head(self, path: str) -> APIResponse:
        return await self.http.head(f"{self._site}{path}", max_redirects=0)

    async def post(self, path: str, fields: Mapping[str, str]) -> APIResponse:
        """The form of that page, filled in and sent; the answer itself, not what it leads to."""
        page = await (await self.get(path)).text()
        token, owner = TOKEN.search(page), OWNER.search(page)
        assert token, f"no form on {path}"
        form: dict[str, str | float | bool] = {"csrf": token[1], **fields}
        if owner:
            form["account"] = owner[1]
        return await self.http.post(f"{self._site}{path}", form=form, max_redirects=0)

    async def send(self, path: str, fields: Mapping[str, str]) -> None:
        """The same, where it must be accepted."""
        answer = await self.post(path, fields)
        assert answer.status == 303, f"{path} answered {answer.status}: {await answer.text()}"
