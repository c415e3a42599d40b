"""The relay as a whole: when mails are held back, how many go out at a time, and what it says of itself."""

import asyncio

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import use_span

from mailer_service.sending.smtp_answers import Ambiguous, Deferred, Delivered, Doubt, RelayDown
from mailer_service.sending.smtp_relay import SmtpRelay
from mailer_service.writing.composing import ComposedMail
from shared.metrics import REGISTRY

DELIVERED = Delivered("250 2.0.0 Ok")
DOWN = RelayDown("Connection refused")
SPF = Deferred("550 5.7.23 SPF validation failed", doubt=Doubt.OURS)
CROWDED = RelayDown("421 4.7.0 too many connections", crowded=True)


class Server:
    """What the sessions of a relay meet: what a probe finds, and the answers to mails, else DELIVERED."""

    def __init__(self):
        self.problem = None
        self.answers = []
        self.connected = []
        self.stuck = []
        self.bugs = []

    def session(self):
        return Session(self)


class Session:
    last_used = 0.0

    def __init__(self, server):
        self._server = server

    @property
    def is_connected(self):
        return self in self._server.connected

    async def probe(self):
        return self._server.problem

    async def deliver(self, _mail):
        if hanging := self._server.stuck:
            return await hanging.pop(0)
        answer = self._server.answers.pop(0) if self._server.answers else DELIVERED
        if isinstance(answer, RelayDown):
            self._server.connected = [one for one in self._server.connected if one is not self]
        elif not self.is_connected:
            self._server.connected.append(self)
        return answer

    async def quit(self):
        if bugs := self._server.bugs:
            raise bugs.pop()


@pytest.fixture
def server():
    return Server()


@pytest.fixture
async def relay(server, monkeypatch):
    monkeypatch.setattr("mailer_service.sending.circuit_breaker.FIRST_PAUSE_SECONDS", 0.01)
    relay = SmtpRelay(server.session, sessions=3)
    yield relay
    await relay.close()


@pytest.fixture
def deliver(relay):
    async def deliver(*domains):
        for domain in domains or ("a.example",):
            mail = ComposedMail("noreply@nachregister.example", f"info@{domain}", b"", False)
            answer = await relay.deliver(await relay.free_session(), mail)
        return answer

    return deliver


async def lent(relay):
    """As many sessions as can be had now."""
    sessions = []
    while True:
        asking = asyncio.ensure_future(relay.free_session())
        await asyncio.sleep(0)
        if not asking.done():
            asking.cancel()
            return sessions
        sessions.append(asking.result())


def openings(cause):
    return REGISTRY.get_sample_value("dnr_relay_openings_total", {"cause": cause})


async def test_it_is_not_up_before_it_was_tried(relay):
    assert await relay.trouble() == "not tried yet"
    assert REGISTRY.get_sample_value("dnr_relay_up") == 0
    assert await lent(relay) == []


async def test_what_it_says_names_nobody(relay, server):
    reason = "530 5.7.0 <jan@dezon.example>: Must issue a STARTTLS command first"
    server.problem = RelayDown(reason, our_fault=True)

    await relay.try_out()

    said = await relay.trouble()
    assert said == "settings wrong: 530 5.7.0 <ja***@dezon.example>: Must issue a STARTTLS command first"


@pytest.mark.parametrize(
    ("problem", "cause"), [(DOWN, "relay"), (RelayDown("535", our_fault=True), "settings")]
)
async def test_an_outage_is_counted_once_by_its_cause(problem, cause, relay, server, deliver):
    await relay.try_out()
    server.problem = problem
    server.answers = [problem]
    before = openings(cause)

    await deliver()
    await relay.breaker.until_open()

    assert openings(cause) == before + 1
    assert REGISTRY.get_sample_value("dnr_relay_up") == 0
    assert await lent(relay) == []


async def test_after_an_outage_one_mail_goes_first_and_then_all(relay, server, deliver):
    server.problem = DOWN
    await relay.try_out()
    server.problem = None
    await relay.breaker.until_closed()

    first = await lent(relay)
    for session in first:
        relay.give_back(session)
    await deliver()

    assert len(first) == 1
    assert len(await lent(relay)) == 3


async def test_a_bug_in_a_probe_does_not_end_the_asking(relay, server):
    server.problem = DOWN
    await relay.try_out()
    server.problem = None
    server.bugs = [RuntimeError()]

    await relay.breaker.until_closed()

    assert await relay.trouble() is None


async def test_one_that_fails_the_mail_after_an_outage_is_down_again(relay, server, deliver):
    server.problem = DOWN
    await relay.try_out()
    server.problem = None
    await relay.breaker.until_closed()
    server.answers = [SPF]

    await deliver()

    await relay.breaker.until_open()
    assert await relay.trouble() == f"settings wrong: {SPF.reply}"


@pytest.mark.parametrize(("calm_seconds", "pauses"), [(60.0, [0.01, 0.02, 0.04]), (0.0, [0.01, 0.01, 0.01])])
async def test_the_pauses_grow_until_it_has_been_well_for_a_while(
    calm_seconds, pauses, relay, server, deliver, monkeypatch
):
    monkeypatch.setattr("mailer_service.sending.circuit_breaker.CALM_SECONDS", calm_seconds)
    await relay.try_out()

    with structlog.testing.capture_logs() as said:
        for _ in pauses:
            server.answers = [DOWN]
            await deliver()
            await relay.breaker.until_closed()
            await deliver()

    outages = [entry for entry in said if entry["event"] == "relay_unavailable"]
    assert [entry["asked_again_after"] for entry in outages] == pauses


@pytest.fixture
async def lagging(relay, server):
    """Begins a mail that hangs, has an outage come and pass, and gives what the mail waits for with it."""
    await relay.try_out()
    server.stuck = [asyncio.get_running_loop().create_future()]
    hanging = server.stuck[0]
    mail = ComposedMail("a@b.example", "c@d.example", b"", False)
    sending = asyncio.create_task(relay.deliver(await relay.free_session(), mail))
    await asyncio.sleep(0)
    server.answers = [DOWN]
    await relay.deliver(await relay.free_session(), mail)
    await relay.breaker.until_closed()
    yield hanging, sending
    hanging.cancel()
    await asyncio.wait({sending})


async def test_a_session_that_hangs_since_before_an_outage_keeps_no_mail_from_trying(relay, lagging):
    assert len(await lent(relay)) == 1


@pytest.mark.parametrize("late", [DELIVERED, DOWN, Ambiguous("no answer"), CROWDED])
async def test_a_mail_begun_before_an_outage_says_nothing_of_the_relay_that_came_back(late, relay, lagging):
    hanging, sending = lagging

    hanging.set_result(late)
    await sending

    assert relay.breaker.is_half_open


async def test_once_an_outage_is_over_all_sessions_count_again(relay, lagging, deliver):
    await deliver()

    assert len(await lent(relay)) == 2


async def test_while_half_open_it_is_ready_for_mails_that_may_never_come(relay, server):
    server.problem = DOWN
    await relay.try_out()
    server.problem = None

    await relay.breaker.until_closed()

    assert await relay.trouble() is None
    assert REGISTRY.get_sample_value("dnr_relay_up") == 1


@pytest.mark.parametrize(
    ("answer", "noted", "failed"),
    [
        (DELIVERED, {"code": "250", "status": "2.0.0"}, None),
        (Deferred("451 Greylisted <jan@dezon.example>"), {"code": "451"}, "deferred"),
        (Ambiguous("no answer to the whole mail"), {}, "ambiguous"),
        (RelayDown("530 5.7.0 Log in first"), {"code": "530", "status": "5.7.0"}, "relaydown"),
    ],
)
async def test_the_trace_tells_the_codes_of_the_reply(answer, noted, failed, relay, server, deliver):
    await relay.try_out()
    server.answers = [answer]
    opened = TracerProvider().get_tracer("test").start_span("smtp")

    with use_span(opened):
        await deliver()

    assert (dict(opened.attributes), opened.status.description) == (noted, failed)


async def test_one_receiver_that_blames_us_stops_nobody(relay, server, deliver):
    await relay.try_out()
    server.answers = [SPF] * 5

    answer = await deliver(*["a.example"] * 5)

    assert answer == SPF
    assert await relay.trouble() is None


async def test_three_receivers_that_blame_us_stop_the_line(relay, server, deliver):
    await relay.try_out()
    server.answers = [SPF] * 3
    before = openings("settings")

    await deliver("a.example", "b.example", "c.example")

    await relay.breaker.until_open()
    assert openings("settings") == before + 1


async def test_a_relay_that_bears_fewer_sessions_gets_fewer(relay, server, deliver):
    await relay.try_out()
    await deliver()
    served, further, last = await lent(relay)
    relay.give_back(served)
    relay.give_back(last)
    server.answers = [CROWDED]

    answer = await relay.deliver(further, ComposedMail("a@b.example", "c@d.example", b"", False))

    assert answer.crowded
    assert await relay.trouble() is None
    assert await lent(relay) == [served]


async def test_one_that_bears_none_of_the_sessions_that_connect_at_once_is_down(relay, server):
    await relay.try_out()
    sessions = await lent(relay)
    server.answers = [CROWDED] * 3

    troubles = []
    for session in sessions:
        await relay.deliver(session, ComposedMail("a@b.example", "c@d.example", b"", False))
        troubles.append(await relay.trouble())

    assert troubles == [None, None, f"down: {CROWDED.reason}"]


async def test_a_session_that_serves_is_taken_before_one_that_has_to_connect(relay, server, deliver):
    await relay.try_out()
    await deliver()
    serving = server.connected[0]
    sessions = await lent(relay)

    for session in sessions:
        relay.give_back(session)

    assert (await relay.free_session()) is serving


async def test_it_gets_one_session_more_after_a_while(relay, server, deliver, monkeypatch):
    monkeypatch.setattr("mailer_service.sending.session_pool.CROWDED_SECONDS", 0.0)
    await relay.try_out()
    await deliver()
    served, further, last = await lent(relay)
    server.answers = [CROWDED]

    await relay.deliver(further, ComposedMail("a@b.example", "c@d.example", b"", False))
    for session in (served, last):
        relay.give_back(session)

    assert len(await lent(relay)) == 3


async def test_one_that_bears_no_session_at_all_is_down(relay, server, deliver):
    await relay.try_out()
    server.answers = [CROWDED]

    await deliver()

    await relay.breaker.until_open()
