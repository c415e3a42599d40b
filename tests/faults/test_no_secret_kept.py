"""After all that one can do here, no code, password, token or secret of an app is kept in clear anywhere."""

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest

from deploy.local.installed_servers import postgres_programs
from shared.broker_topology import COMMANDS as FACTS
from shared.broker_topology import EVENTS, PARKING, RETRY
from tests.faults.broker_tap import BrokerTap
from tests.faults.browser import Browser, new_browser
from tests.faults.conftest import ShowTable
from tests.faults.full_journey import CHOSEN, MISTYPED_CODE, PASSWORDS, ApiJourney, FormsJourney, Mails
from tests.faults.scene import Scene, until
from tests.faults.secrets_search import traces
from tests.journeys.people import Person
from tests.running_services import COMMANDS, start_all

COMPANY = Person().posted["naamOnderneming"].encode()
DEFERRED, REFUSED = "uitgesteld@dezon.example", "geweigerd@dezon.example"
DUMP_SECONDS = 60
JOURNEY_SECONDS = 120.0
# What an app has, what another one was offered, and the recovery codes that are still shown.
STILL_SEALED = [
    f"SELECT count(*) FROM {table}"  # noqa: S608 - ours.
    for table in ("totp_enrolments", "totp_offers", "shown_recovery_codes")
]
NOT_HEARD_OF = "SELECT count(*) FROM mail_trail WHERE state = 'queued'"


def dump(scene: Scene) -> bytes:
    """All tables as text, in which bytes are hexadecimal."""
    command = [str(postgres_programs() / "pg_dump"), scene.database.url]
    done = subprocess.run(command, capture_output=True, timeout=DUMP_SECONDS, check=False)  # noqa: S603 - pg_dump, on our own server.
    assert done.returncode == 0, done.stderr
    return done.stdout


def bodies(tap: BrokerTap) -> bytes:
    return b"\n".join(message.body + repr(message.headers).encode() for message in tap.messages)


def logs(scene: Scene) -> bytes:
    servers = scene.servers
    ours = [log.encode() for log in scene.services.logs().values()]
    return b"".join([*ours, servers.postgres.log.read_bytes(), servers.rabbit.log.read_bytes()])


async def register_where_mails_are_not_taken(scene: Scene) -> None:
    """Two more, whose mail servers quote what they don't take."""
    scene.sink.refuse(DEFERRED, lambda mail: f"451 4.7.1 Later: {mail.code}")
    scene.sink.refuse(REFUSED, lambda mail: f"554 5.7.1 Spam: /activeren#code={(mail.code or '').upper()}")
    async with new_browser(scene.services.site, network="10.0.0.3") as browser:
        for email in (DEFERRED, REFUSED):
            assert (await browser.send("/registreren", Person(email, CHOSEN).posted)).status == 303


class Walk:
    """The full journeys of two persons, with a rest before any mail is needed."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._browsers = AsyncExitStack()
        self._journeys: list[FormsJourney | ApiJourney] = []

    async def begin(self) -> None:
        sink = self._scene.sink
        forms = FormsJourney(Mails("formulier@dezon.example", sink), await self._browser("10.0.0.1"))
        api = ApiJourney(Mails("koppeling@dezon.example", sink), await self._browser("10.0.0.2"))
        self._journeys = [forms, api]
        others = register_where_mails_are_not_taken(self._scene)
        await asyncio.gather(forms.begin(), api.begin(), others)

    async def go_on(self) -> set[str]:
        """The tokens that they were given."""
        await asyncio.gather(*(journey.go_on() for journey in self._journeys))
        return {token for journey in self._journeys for token in journey.tokens}

    @property
    def factors(self) -> set[str]:
        """The secrets of their apps, and their recovery codes."""
        return {factor for journey in self._journeys for factor in journey.factors}

    async def end(self) -> None:
        await self._browsers.aclose()

    async def _browser(self, network: str) -> Browser:
        return await self._browsers.enter_async_context(
            new_browser(self._scene.services.site, network=network)
        )


@pytest.fixture
def walk(scene: Scene) -> Iterator[Walk]:
    walk = Walk(scene)
    yield walk
    scene.own_loop.run(walk.end())


def row(place: str, content: bytes, secrets: list[str]) -> dict[str, object]:
    found = len(traces(secrets, {place: content}))
    return {"kept in": place, "kB": len(content) // 1000, "secrets": len(secrets), "traces": found}


def plant(scene: Scene, code: str) -> None:
    """Keep a code in clear, in a column each way."""
    raw = code.encode().hex()
    scene.database.do(
        f"CREATE TABLE planted AS SELECT '{code}'::text, upper('{code}'), '\\x{raw}'::bytea AS raw"
    )


def test_no_code_no_password_and_no_token_is_kept_anywhere(
    scene: Scene, walk: Walk, tap: BrokerTap, show_table: ShowTable
) -> None:
    processes = [scene.services.add(command, LOG_LEVEL="DEBUG") for command in COMMANDS]
    start_all(processes[:1])
    scene.own_loop.run(walk.begin())
    on_the_way = dump(scene)
    start_all(processes[1:])
    tokens = scene.own_loop.run(walk.go_on(), within=JOURNEY_SECONDS)
    until(lambda: scene.database.value(NOT_HEARD_OF) == 0, "all mails are reported on")
    until(lambda: tap.exchanges == {FACTS, EVENTS, RETRY, PARKING}, "messages went all ways there are")
    scene.services.stop()

    kept = {
        "database, before any relaying": on_the_way,
        "database, in the end": dump(scene),
        "bodies in the broker": bodies(tap),
        "logs": logs(scene),
    }
    codes = {mail.code for mail in [*scene.sink.mails, *scene.sink.refused] if mail.code}
    secrets = [*codes, *PASSWORDS, MISTYPED_CODE, *tokens, *walk.factors]
    show_table("after full journeys by forms and API", [row(place, kept[place], secrets) for place in kept])
    # Of two apps, each written in two ways, and twenty recovery codes, with and without their hyphens.
    assert (len(codes), len(tokens), len(walk.factors)) == (8, 17, 4 + 40)
    assert not traces(secrets, kept), traces(secrets, kept)
    # All of it was really looked at.
    assert all(COMPANY in kept[place] for place in kept if place != "logs")
    assert b"sealedCode" in on_the_way
    assert [scene.database.value(count) for count in STILL_SEALED] == [1, 1, 1]
    assert kept["logs"].count(b'"event": "mail_delivered"') == len(scene.sink.mails)


def test_a_code_in_clear_is_found_in_the_database(scene: Scene) -> None:
    plant(scene, MISTYPED_CODE)

    found = traces([MISTYPED_CODE], {"database": dump(scene)})

    assert {trace.partition(" as ")[2] for trace in found} >= {
        f"{form} in database" for form in ("plain", "capitals", "hexadecimal")
    }
