"""Broker, mailers, mail server and auth worker are killed with -9, in turns, again and again, under load."""

from collections import Counter
from dataclasses import dataclass, field

import pytest

from shared.broker_topology import REPORTS_QUEUE
from tests.faults.conftest import OpenStream, ShowTable
from tests.faults.mail_stream import MailStream
from tests.faults.outbox_feed import feed_outbox
from tests.faults.scene import Scene, until
from tests.faults.seeds import draws

WORKER = "auth-worker"
# How often each is killed.
KILLS = {"broker": 2, "mailer-1": 2, "mailer-2": 2, "mail server": 3, WORKER: 3}
# Events that go in before each kill, and how many of them are mailed by then.
PORTION = 200
FEWEST, MOST = 40, 140
POISON = 12
# Between taking a mail and saying so, as a disk may take: long enough for a kill to fall into.
KEEPING_SECONDS = 0.01
OPEN = "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM mail_trail WHERE state < 'delivered')"
TRAIL = "SELECT event_id::text, 'mail.' || state || '.v1' FROM mail_trail"
IN_OUTBOX = "SELECT event_id::text FROM outbox"


@dataclass
class Line:
    """From the outbox to the mail server and back, with everything in it to be killed."""

    scene: Scene
    stream: MailStream
    # By event id, how often the relay may have to publish it once more: it was, and its row was still there.
    unforgotten: Counter[str] = field(default_factory=Counter)

    def feed(self, number: int) -> None:
        self.stream.begin()
        self.scene.own_loop.run(feed_outbox(self.scene.database.url, self.stream.facts.draw(number)))

    def kill(self, name: str) -> None:
        """And start it again."""
        if name == "broker":
            self._kill_broker()
        elif name in self.stream.wires:
            self._kill_who_uses_it(name)
        else:
            self.stream.mail_server.kill()
            self.stream.mail_server.start()

    def _kill_broker(self) -> None:
        with self.stream.ledger.fault(*self.stream.known):
            self.scene.servers.rabbit.kill()
            self._note_unforgotten()
            self.scene.servers.rabbit.start()

    def _kill_who_uses_it(self, name: str) -> None:
        process, wire = self.scene.services[name], self.stream.wires[name]
        with self.stream.ledger.fault(wire.known_as):
            process.kill()
            until(lambda: wire.is_quiet, f"all that {name} said is noted")
            self._note_unforgotten()
        process.start()

    def _note_unforgotten(self) -> None:
        in_outbox = {event_id for (event_id,) in self.scene.database.rows(IN_OUTBOX)}
        self.unforgotten.update(in_outbox & self.stream.ledger.published.keys())

    def is_closed(self) -> bool:
        """For auth too: it has heard of all, and nothing waits to be heard."""
        return self.scene.database.value(OPEN) == 0 and self.scene.broker.ready(REPORTS_QUEUE) == 0


@pytest.fixture
def line(scene: Scene, open_stream: OpenStream) -> Line:
    stream = open_stream(f"--seconds-to-keep={KEEPING_SECONDS}")
    stream.copies.keep()
    stream.watch()
    worker = stream.wire(WORKER, known_as=WORKER)
    stream.start_with(2, scene.services.add(WORKER, AMQP_URL=worker.url))
    return Line(scene, stream)


def test_whatever_is_killed_each_event_comes_to_its_one_end_and_doubles_are_of_counted_windows(
    line: Line, show_table: ShowTable
) -> None:
    stream, moments = line.stream, draws(line.scene.seed)
    order = [name for name, times in KILLS.items() for _ in range(times)]
    moments.shuffle(order)
    stream.poison(POISON)

    kills = []
    for name in order:
        before = stream.journal.read()
        line.feed(PORTION)
        stream.until_taken(before + moments.randint(FEWEST, MOST))
        kills.append(
            {"killed": name, "after mails": stream.journal.read(), "at second": line.scene.seconds()}
        )
        line.kill(name)
    counted = stream.settle(also=line.is_closed)
    windows = stream.windows()

    done = {"kills": len(order), "published twice": counted.republished}
    show_table("what was killed, and when", kills)
    show_table("all killed in turns", [{**done, **counted.row()}])
    show_table("windows of the doubles", [{**windows.row(), "unforgotten": line.unforgotten.total()}])
    assert counted.is_sound
    drawn = {str(event.id) for event in stream.facts.drawn}
    trail = dict(line.scene.database.rows(TRAIL))
    assert trail == {event_id: end for event_id, end in stream.facts.endings.items() if event_id in drawn}
    published_again = Counter({event: times - 1 for event, times in stream.copies.published.items()})
    assert not published_again - line.unforgotten
    assert not stream.ledger.unexplained()
    assert not windows.beyond, windows.stories()
