"""A person with a browser: what he does, what he sees, and everything the browser complained about."""

import re
from collections.abc import Mapping

from playwright.async_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    WebError,
    expect,
)

from tests.journeys.front_door import FrontDoor


class Watch:
    """Notes what must never happen, in any tab."""

    def __init__(self, context: BrowserContext, origins: tuple[str, ...]) -> None:
        self.faults: list[str] = []
        self._origins = origins
        context.on("console", self._on_console)
        context.on("weberror", self._on_script_error)
        context.on("request", self._on_request)
        context.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        # A refused form is a document with status 400, which is as it should be; see _on_response.
        expected = message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not expected:
            self.faults.append(f"console: {message.text}")

    def _on_script_error(self, error: WebError) -> None:
        self.faults.append(f"script: {error.error}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith(self._origins):
            self.faults.append(f"left the own origin: {request.url}")

    def _on_response(self, response: Response) -> None:
        is_page = response.request.resource_type == "document"
        if response.status >= 500 or (response.status >= 400 and not is_page):
            self.faults.append(f"status {response.status}: {response.url}")


class Visitor:
    """One tab in a browser of its own. Each act waits for what it causes."""

    def __init__(self, page: Page, *, site: str, mailbox: str) -> None:
        self.page = page
        self.site = site
        self.watch = Watch(page.context, (f"{site}/", f"{mailbox}/", "about:"))
        # Without the browser, but with its cookies.
        self.door = FrontDoor(page.context.request, site)

    async def opens(self, address: str) -> None:
        """A path on the site, or a whole address such as a mailed link."""
        await self.page.goto(address if "://" in address else f"{self.site}{address}")

    async def types(self, fields: Mapping[str, str]) -> None:
        """By label; where there is a list to choose from, the choice."""
        for label, text in fields.items():
            field = self.field(label)
            if await field.evaluate("field => field.tagName") == "SELECT":
                await field.select_option(label=text)
            else:
                await field.fill(text)

    async def presses(self, button: str) -> None:
        async with self.page.expect_navigation():
            await self.button(button).click()

    async def presses_twice(self, button: str) -> None:
        """Waits for nothing: without scripts the second press takes the place of the first."""
        await self.button(button).dblclick()

    async def follows(self, link: str) -> None:
        async with self.page.expect_navigation():
            await self.page.get_by_role("link", name=link, exact=True).first.click()

    async def follows_in_mail(self, link: str) -> None:
        """On the page of the mailbox that shows a mail; goes on in the tab that this opens."""
        async with self.page.context.expect_page() as opened:
            await self.page.frame_locator("iframe").get_by_role("link", name=link, exact=True).click()
        self.page = await opened.value

    async def goes_back(self) -> None:
        await self.page.go_back()

    async def is_on(self, path: str) -> None:
        await expect(self.page).to_have_url(re.compile(rf"^{re.escape(self.site + path)}(\?|$)"))

    async def reads(self, words: str) -> None:
        await expect(self.page.get_by_text(words).first).to_be_visible()

    async def reads_nowhere(self, words: str) -> None:
        await expect(self.page.get_by_text(words)).to_have_count(0)

    async def hears(self, words: str) -> None:
        """What a screen reader says by itself."""
        await expect(self.page.get_by_role("status")).to_contain_text(words)

    async def reads_heading(self, words: str) -> None:
        await expect(self.page.get_by_role("heading", name=words, exact=True, level=1)).to_be_visible()

    async def finds_in(self, label: str, text: str) -> None:
        await expect(self.field(label)).to_have_value(text)

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(label, exact=True)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def address(self) -> str:
        return self.page.url

    async def logs_in(self, email: str, password: str) -> None:
        await self.opens("/inloggen")
        await self.types({"Emailadres": email, "Wachtwoord": password})
        await self.presses("Inloggen")

    async def registers(self, fields: Mapping[str, str]) -> None:
        await self.opens("/registreren")
        await self.types(fields)
        await self.presses("Registreren")
        await self.is_on("/registreren/gelukt")
