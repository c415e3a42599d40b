"""Broker, mailers, mail server and auth worker are killed with -9, in turns, again and again, under load."""

from dataclasses import dataclass

import pytest

from shared.broker_topology import REPORTS_QUEUE
from tests.faults.conftest import OpenStream, ShowTable
from tests.faults.mail_stream import AT_HAND, MailStream
from tests.faults.outbox_feed import feed_outbox
from tests.faults.scene import Scene
from tests.faults.seeds import draws

# How often each is killed.
KILLS = {"broker": 2, "mailer-1": 2, "mailer-2": 2, "mail server": 3, "auth-worker": 3}
# Events that go in before each kill, and how many of them are mailed by then.
PORTION = 200
FEWEST, MOST = 40, 140
POISON = 12
# Between taking a mail and saying so, as a disk may take: long enough for a kill to fall into.
KEEPING_SECONDS = 0.01
OPEN = "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM mail_trail WHERE state < 'delivered')"
TRAIL = "SELECT event_id::text, 'mail.' || state || '.v1' FROM mail_trail"


@dataclass
class Line:
    """From the outbox to the mail server and back, with everything in it to be killed."""

    scene: Scene
    stream: MailStream

    def feed(self, number: int) -> None:
        self.stream.begin()
        self.scene.own_loop.run(feed_outbox(self.scene.database.url, self.stream.facts.draw(number)))

    def kill(self, name: str) -> None:
        """And start it again."""
        if name == "broker":
            self.scene.servers.rabbit.kill()
            self.scene.servers.rabbit.start()
            return
        process = self.stream.mail_server if name == "mail server" else self.scene.services[name]
        process.kill()
        process.start()

    def is_closed(self) -> bool:
        """For auth too: it has heard of all, and nothing waits to be heard."""
        return self.scene.database.value(OPEN) == 0 and self.scene.broker.ready(REPORTS_QUEUE) == 0


@pytest.fixture
def line(scene: Scene, open_stream: OpenStream) -> Line:
    stream = open_stream(f"--seconds-to-keep={KEEPING_SECONDS}")
    stream.copies.keep()
    stream.start_with(2, scene.services.add("auth-worker"))
    return Line(scene, stream)


def test_whatever_is_killed_each_event_comes_to_its_one_end_and_doubles_stay_within_what_was_at_hand(
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

    done = {"kills": len(order), "published twice": counted.republished}
    show_table("what was killed, and when", kills)
    show_table("all killed in turns", [{**done, **counted.row()}])
    assert counted.is_sound
    drawn = {str(event.id) for event in stream.facts.drawn}
    trail = dict(line.scene.database.rows(TRAIL))
    assert trail == {event_id: end for event_id, end in stream.facts.endings.items() if event_id in drawn}
    # A broker that is killed hands out again what both mailers had at hand, and each to either of them.
    held = AT_HAND * (KILLS["mailer-1"] + KILLS["mailer-2"] + 2 * KILLS["broker"])
    assert counted.doubles <= counted.windows + counted.republished + held
