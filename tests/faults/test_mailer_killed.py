"""The mailer is killed with -9 in the middle of mails: before DATA, before the 250, and before its ack."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pytest

from mailer_service.sending.smtp_relay import SESSIONS
from mailer_service.wiring import PREFETCH_PER_SESSION
from shared.broker_topology import SEND_QUEUE
from tests.cable import Cable
from tests.faults.conftest import ShowTable
from tests.faults.scene import Scene, until
from tests.faults.seeds import draws
from tests.faults.smtp_sink import Point
from tests.faults.tally import Tally
from tests.running_services import start_all

PREFETCH = PREFETCH_PER_SESSION * SESSIONS
EVENTS = 30
ROUNDS = 2
REPORTED = "SELECT count(*) FROM mail_trail WHERE state = 'delivered'"


class MailerRounds:
    """A mailer that is started, killed at some point, and started again.

    `struck`: mails that the mail server had taken and that were not acknowledged when the mailer died.
    """

    def __init__(self, scene: Scene, cable: Cable) -> None:
        self.struck = 0
        self._scene = scene
        self._cable = cable
        self._mailer = scene.services.add("mailer", AMQP_URL=cable.url)

    def kill_once(self, reached: Callable[[], bool], point: str) -> None:
        mails, waiting = len(self._scene.sink.mails), self._scene.broker.ready(SEND_QUEUE)
        self._mailer.start()
        until(reached, f"the mailer is {point}")
        self._mailer.kill()
        # What is squeezed would come through otherwise.
        self._scene.own_loop.run(self._cable.cut())
        until(lambda: self._scene.broker.consumers(SEND_QUEUE) == 0, "the broker has noticed")
        acknowledged = waiting - self._scene.broker.ready(SEND_QUEUE)
        self.struck += len(self._scene.sink.mails) - mails - acknowledged
        self._scene.own_loop.run(self._cable.mend())

    def finish(self) -> None:
        start_all([self._mailer])


@dataclass
class Scenario:
    scene: Scene
    rounds: MailerRounds

    def register(self) -> None:
        """All is in the queue, and no mailer is there."""
        start_all([self.scene.services.add("auth-web"), self.scene.services.add("auth-worker")])
        self.crowd = self.scene.register(EVENTS)
        until(lambda: self.scene.broker.ready(SEND_QUEUE) == EVENTS, "all is in the queue")

    def settle(self) -> Tally:
        self.rounds.finish()
        return self.scene.settle(self.crowd)


@pytest.fixture
def cable(scene: Scene) -> Iterator[Cable]:
    """Between the mailer and the broker."""
    cable = Cable(scene.servers.rabbit.url)
    scene.own_loop.run(cable.mend())
    yield cable
    scene.own_loop.run(cable.cut())


@pytest.fixture
def scenario(scene: Scene, cable: Cable) -> Scenario:
    scenario = Scenario(scene, MailerRounds(scene, cable))
    scenario.register()
    return scenario


def row(scenario: Scenario, counted: Tally) -> dict[str, object]:
    seconds = scenario.scene.seconds()
    return {"kills": ROUNDS, "struck": scenario.rounds.struck, **counted.row(), "seconds": seconds}


def kill_while_held(scenario: Scenario, point: Point, reached: Callable[[], bool]) -> None:
    """At drawn mails, all conversations with the mail server stand still at that point."""
    scene, moments = scenario.scene, draws(scenario.scene.seed)
    for _ in range(ROUNDS):
        scene.own_loop.run(scene.sink.hold_at(point, after=len(scene.sink.mails) + moments.randint(2, 6)))
        scenario.rounds.kill_once(reached, point.value)
        scene.own_loop.run(scene.sink.release())


def test_killed_before_data_it_doubles_nothing(scenario: Scenario, show_table: ShowTable) -> None:
    sink, database = scenario.scene.sink, scenario.scene.database

    def only_begun_ones_are_at_hand() -> bool:
        # What is reported has been acknowledged too by the time that we see it.
        return sink.held == SESSIONS and database.value(REPORTED) == len(sink.mails)

    kill_while_held(scenario, Point.BEFORE_DATA, only_begun_ones_are_at_hand)

    counted = scenario.settle()

    show_table("mailer killed before DATA", [row(scenario, counted)])
    assert counted.is_sound
    assert (counted.doubles, scenario.rounds.struck) == (0, 0)


def test_killed_before_the_250_it_doubles_only_what_the_mail_server_had_taken(
    scenario: Scenario, show_table: ShowTable
) -> None:
    sink = scenario.scene.sink
    kill_while_held(scenario, Point.AFTER_LAST_DOT, lambda: sink.held == SESSIONS)

    counted = scenario.settle()

    show_table("mailer killed after the last dot, before the 250", [row(scenario, counted)])
    assert counted.is_sound
    assert counted.doubles == scenario.rounds.struck
    assert ROUNDS * SESSIONS <= counted.doubles <= ROUNDS * PREFETCH


def test_killed_between_the_250_and_its_ack_it_doubles_only_what_it_had_at_hand(
    scenario: Scenario, cable: Cable, show_table: ShowTable
) -> None:
    sink, moments = scenario.scene.sink, draws(scenario.scene.seed)
    for _ in range(ROUNDS):
        number = len(sink.mails) + moments.randint(3, 6)
        # From this 250 on, nothing of what the mailer says reaches the broker.
        sink.when_accepting(number, cable.squeeze)
        scenario.rounds.kill_once(partial(sink.has_taken, number), "told the 250")

    counted = scenario.settle()

    show_table("mailer killed after the 250, before its ack", [row(scenario, counted)])
    assert counted.is_sound
    assert counted.doubles == scenario.rounds.struck
    assert ROUNDS <= counted.doubles <= ROUNDS * PREFETCH
