"""The broker ends the consuming in other ways than dying: the mailers come back, and all has its one end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from shared.broker_topology import SEND_QUEUE
from tests.faults.broker_rudeness import (
    close_connections_of_mailers,
    replace_send_queue,
    short_of_patience,
)
from tests.faults.conftest import OpenStream, ShowTable
from tests.faults.mail_stream import MailStream
from tests.faults.scene import until
from tests.faults.seeds import draws

PORTION = 200
ROUNDS = 2
MAILERS = 2
LONGEST_PAUSE_SECONDS = 0.2


@dataclass
class Interruptions:
    """Of a stream that flows; what was lost by them is published again."""

    stream: MailStream
    republished: int = 0

    def __post_init__(self) -> None:
        self.draws = draws(self.stream.scene.seed)

    def close_connections(self) -> None:
        close_connections_of_mailers(self.stream.scene.servers.rabbit)

    def close_channels(self) -> None:
        """As the broker does to whoever keeps messages for too long."""
        with self.stream.mail_server.paused():
            until(lambda: self.stream.scene.broker.consumers(SEND_QUEUE) == 0, "the channels are closed")

    def replace_queue(self) -> None:
        """Whoever deletes a queue loses what is in it, and has to publish that again."""
        scene, stream = self.stream.scene, self.stream
        pause = self.draws.uniform(0, LONGEST_PAUSE_SECONDS)
        scene.own_loop.run(replace_send_queue(scene.broker.url, pause=pause))
        until(lambda: scene.broker.consumers(SEND_QUEUE) == MAILERS, "the mailers are back")
        until(stream.copies.are_all_read, "all reports are read")
        self.republished += stream.publish_what_is_open()


@pytest.fixture
def flowing(open_stream: OpenStream) -> Iterator[MailStream]:
    """Through two mailers and a broker that is short of patience."""
    stream = open_stream()
    stream.copies.read()
    stream.watch()
    with short_of_patience(stream.scene.servers.rabbit):
        stream.start_with(mailers=MAILERS)
        yield stream


def interrupt(flowing: MailStream, act: Callable[[], None], moment: int) -> None:
    """In the middle of a portion of events, which then comes to its end."""
    before = flowing.journal.read()
    flowing.publish(PORTION)
    flowing.until_taken(before + moment)
    with flowing.ledger.fault(*flowing.known):
        act()
        until(flowing.has_ended, f"all has ended after {act.__name__}")


def test_with_queue_connections_and_channels_taken_away_every_event_has_its_one_end(
    flowing: MailStream, show_table: ShowTable
) -> None:
    interruptions = Interruptions(flowing)
    acts = [interruptions.close_connections, interruptions.close_channels, interruptions.replace_queue]
    for number in range(ROUNDS):
        if number > 0:
            # Their pauses grow with each interruption, and a release makes them short again.
            flowing.restart_mailers()
        interruptions.draws.shuffle(acts)
        for act in acts:
            interrupt(flowing, act, interruptions.draws.randint(40, 140))

    counted = flowing.settle()
    windows = flowing.windows()

    done = {"interruptions": ROUNDS * len(acts), "published again": interruptions.republished}
    show_table("queues, connections and channels taken away", [{**done, **counted.row()}])
    show_table("windows of the doubles", [windows.row()])
    assert counted.is_sound
    assert not flowing.ledger.unexplained()
    assert not windows.beyond, windows.stories()
    # Of one event there is one message, but for those that were published again.
    assert windows.copies.total() <= interruptions.republished
