"""The auth worker is killed with -9 after the broker took an event and before its row is forgotten."""

from tests.faults.broker_tap import BrokerTap
from tests.faults.conftest import ShowTable
from tests.faults.scene import Scene, until
from tests.faults.seeds import draws
from tests.running_services import start_all

EVENTS = 20
KILLS = 5
# Lets rows be read and locked for publishing, and keeps any from being deleted.
NO_FORGETTING = "LOCK TABLE outbox IN SHARE MODE"
WAITS_TO_FORGET = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND wait_event_type = 'Lock' AND query LIKE 'DELETE FROM outbox%'"
)


def kill_between_publishing_and_forgetting(scene: Scene, tap: BrokerTap) -> None:
    """Returns when all is published, and all is still in the outbox."""
    worker = scene.services.add("auth-worker")
    with scene.database.holding(NO_FORGETTING):
        worker.start()
        until(lambda: scene.database.value(WAITS_TO_FORGET) == 1, "the worker wants to forget")
        worker.kill()
    until(lambda: len(tap.events) == EVENTS, "copies of all are here")
    assert scene.database.value("SELECT count(*) FROM outbox") == EVENTS


def test_what_was_published_twice_is_mailed_once_by_a_mailer_that_remembers_it(
    scene: Scene, tap: BrokerTap, show_table: ShowTable
) -> None:
    start_all([scene.services.add("auth-web"), scene.services.add("mailer")])
    crowd = scene.register(EVENTS)
    kill_between_publishing_and_forgetting(scene, tap)

    scene.services["auth-worker"].start()
    counted = scene.settle(crowd)

    row = {"published": len(tap.events), **counted.row(), "seconds": scene.seconds()}
    show_table("auth worker killed between publish and forget; the mailer stays", [row])
    assert counted.is_sound
    assert len(tap.events) == 2 * EVENTS
    assert len(tap.event_ids) == EVENTS
    assert counted.doubles == 0


def test_a_mailer_that_was_restarted_meanwhile_sends_the_same_mail_again(
    scene: Scene, tap: BrokerTap, show_table: ShowTable
) -> None:
    start_all([scene.services.add("auth-web"), mailer := scene.services.add("mailer")])
    crowd = scene.register(EVENTS)
    kill_between_publishing_and_forgetting(scene, tap)
    until(lambda: len(scene.sink.mails) == EVENTS, "all is mailed")

    mailer.stop()
    start_all([mailer, scene.services["auth-worker"]])
    counted = scene.settle(crowd)

    row = {"published": len(tap.events), **counted.row(), "seconds": scene.seconds()}
    show_table("auth worker killed between publish and forget; the mailer is restarted too", [row])
    assert counted.is_sound
    assert counted.doubles == EVENTS


def test_killed_over_and_over_under_load_it_loses_nothing(
    scene: Scene, tap: BrokerTap, show_table: ShowTable
) -> None:
    kills = draws(scene.seed)
    worker = scene.services.add("auth-worker")
    start_all([scene.services.add("auth-web"), worker, scene.services.add("mailer")])
    crowd = scene.crowd(1_000)
    crowd.start()

    for _ in range(KILLS):
        tap.wait_for_more(kills.randint(3, 8))
        worker.kill()
        assert crowd.is_there()
        worker.start()
    crowd.send_home()
    counted = scene.settle(crowd)

    twice = len(tap.events) - len(tap.event_ids)
    row = {"kills": KILLS, "published twice": twice, **counted.row(), "seconds": scene.seconds()}
    show_table("auth worker killed at drawn moments under load", [row])
    assert counted.is_sound
    assert len(crowd.accepted) == len(crowd.answers)
    assert twice > 0
    assert counted.doubles == 0
