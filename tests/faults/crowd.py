"""People who register, several at once, each from a network and in a browser of his own."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass

import aiohttp

from tests.faults.browser import new_browser
from tests.faults.own_loop import OwnLoop
from tests.faults.seeds import Draws
from tests.journeys.people import Person

FORM = "/registreren"
# Who is told that it is not possible now makes room for the next one after a while.
DISAPPOINTED_SECONDS = 0.1


@dataclass(frozen=True)
class Answer:
    """What the site said in the end; no status where there was no answer at all. `at` is monotonic."""

    email: str
    status: int | None
    at: float
    retry_after: str | None = None
    error: str = ""


class Crowd:
    def __init__(
        self,
        own_loop: OwnLoop,
        site: str,
        *,
        name: str,
        random: Draws,
        size: int,
        at_once: int,
        pause: float,
    ) -> None:
        self.answers: list[Answer] = []
        self.at_once = at_once
        self._own_loop = own_loop
        self._site = site
        self._pause = pause
        self._random = random
        self._waiting = iter([f"{name}.n{number:04}@dezon.example" for number in range(size)])
        self._visits: Future[None] | None = None

    def start(self) -> None:
        self._visits = self._own_loop.start(self._come())

    def wait(self, *, within: float = 90.0) -> None:
        """Until everybody has had an answer."""
        assert self._visits is not None, "nobody was there"
        self._visits.result(within)

    def send_home(self) -> None:
        """Nobody new comes; returns when the others have had their answer."""
        self._waiting = iter(())
        self.wait()

    def is_there(self) -> bool:
        return self._visits is not None and not self._visits.done()

    @property
    def accepted(self) -> list[str]:
        """Whose registration was taken, so that a mail is owed."""
        return [answer.email for answer in self.answers if answer.status == 303]

    def answered(self, status: int | None) -> list[Answer]:
        return [answer for answer in self.answers if answer.status == status]

    async def _come(self) -> None:
        await asyncio.gather(*(self._one_after_the_other(place) for place in range(self.at_once)))

    async def _one_after_the_other(self, place: int) -> None:
        for email in self._newcomers():
            before = len(self.answers)
            answer = await self._visit(email, network=f"10.{place}.{before // 250}.{before % 250}")
            self.answers.append(answer)
            pause = self._random.uniform(0, 2 * self._pause)
            await asyncio.sleep(pause if answer.status == 303 else DISAPPOINTED_SECONDS)

    def _newcomers(self) -> Iterator[str]:
        # Not a loop over the iterator itself, which send_home replaces.
        while (email := next(self._waiting, None)) is not None:
            yield email

    async def _visit(self, email: str, *, network: str) -> Answer:
        try:
            async with new_browser(self._site, network=network) as browser:
                page = await browser.send(FORM, Person(email).posted)
        except (aiohttp.ClientError, TimeoutError) as error:
            return Answer(email, None, time.monotonic(), error=repr(error))
        return Answer(email, page.status, time.monotonic(), page.headers.get("Retry-After"))
