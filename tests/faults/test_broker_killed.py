"""RabbitMQ is killed with -9 while hundreds register: nobody notices, and every mail comes in the end."""

import time

from tests.faults.conftest import ShowTable
from tests.faults.scene import Scene, until
from tests.faults.seeds import draws
from tests.running_services import COMMANDS, start_all

EVENTS = 300
MEANWHILE = 100


def test_with_the_broker_killed_everybody_registers_and_every_mail_comes(
    scene: Scene, show_table: ShowTable
) -> None:
    rabbit = scene.servers.rabbit
    start_all([scene.services.add(command) for command in COMMANDS])
    crowd = scene.crowd(EVENTS)
    crowd.start()
    moment = draws(scene.seed).randint(50, 150)
    until(lambda: len(crowd.answers) >= moment, "some have registered")

    rabbit.kill()
    killed_at, before = time.monotonic(), len(crowd.answers)
    until(lambda: len(crowd.answers) >= before + MEANWHILE, "many more have")
    rabbit.start()
    seconds_away = time.monotonic() - killed_at
    waiting = scene.database.value("SELECT count(*) FROM outbox")
    crowd.wait()
    ended = scene.services.ended_early()
    counted = scene.settle(crowd)

    meanwhile = sum(killed_at < answer.at < killed_at + seconds_away for answer in crowd.answers)
    row = {"broker away": seconds_away, "registered then": meanwhile, "in the outbox then": waiting}
    show_table("broker killed under load", [{**row, **counted.row(), "seconds": scene.seconds()}])
    assert len(crowd.accepted) == EVENTS, [answer for answer in crowd.answers if answer.status != 303]
    assert min(meanwhile, waiting) >= MEANWHILE
    assert not ended
    assert counted.is_sound
    # One mailer, which remembers what it has delivered; and a broker that is away uses up no try.
    assert (counted.doubles, counted.max_attempt) == (0, 1)
