"""PostgreSQL goes away under load and comes back: some are told to try again, and no mail is lost."""

import time
from collections.abc import Callable

import pytest

from deploy.local.postgres import PrivatePostgres
from tests.faults.conftest import ShowTable
from tests.faults.crowd import Crowd
from tests.faults.scene import Scene, until
from tests.faults.seeds import draws
from tests.running_services import COMMANDS, start_all

OUTAGES = 3
REFUSED_MEANWHILE = 10

End = Callable[[PrivatePostgres], None]


def go_away_for_a_while(scene: Scene, crowd: Crowd, end: End, *, after: int) -> tuple[float, float]:
    """Once so many more have registered; it comes back when some were told that it isn't possible now.

    For how many seconds it was away, and how long after that somebody could register again.
    """
    accepted, refused = len(crowd.accepted), len(crowd.answered(503))
    until(lambda: len(crowd.accepted) >= accepted + after, "some have registered")
    end(scene.servers.postgres)
    gone_at = time.monotonic()
    until(lambda: len(crowd.answered(503)) >= refused + REFUSED_MEANWHILE, "some are told so")
    assert not scene.services["auth-web"].is_ready()
    scene.servers.postgres.start()
    back_at, accepted = time.monotonic(), len(crowd.accepted)
    until(lambda: len(crowd.accepted) > accepted, "somebody can register again")
    return back_at - gone_at, time.monotonic() - back_at


@pytest.mark.parametrize(
    "end", [pytest.param(PrivatePostgres.stop, id="stopped"), pytest.param(PrivatePostgres.kill, id="killed")]
)
def test_with_the_database_away_for_a_while_nobody_sees_an_error_and_nothing_is_lost(
    end: End, scene: Scene, show_table: ShowTable
) -> None:
    services, moments = [scene.services.add(command) for command in COMMANDS], draws(scene.seed)
    start_all(services)
    crowd = scene.crowd(2_000)
    crowd.start()

    outages = [go_away_for_a_while(scene, crowd, end, after=moments.randint(10, 30)) for _ in range(OUTAGES)]
    crowd.send_home()
    until(lambda: all(service.is_ready() for service in services), "all are ready again")
    ended = scene.services.ended_early()
    counted = scene.settle(crowd)

    away, recovering = zip(*outages, strict=True)
    row = {"away": max(away), "then again after": max(recovering), "told 503": len(crowd.answered(503))}
    row |= {**counted.row(), "unpromised": counted.unpromised}
    show_table(f"PostgreSQL {end.__name__} × {OUTAGES} under load", [{**row, "seconds": scene.seconds()}])
    failed = [answer for answer in crowd.answers if answer.status not in (303, 503)]
    assert not failed, failed
    assert all(answer.retry_after for answer in crowd.answered(503))
    assert not ended
    assert counted.is_sound
    assert (counted.doubles, counted.max_attempt) == (0, 1)
    # Where only the answer to a commit is lost, the person is told to try again, and has a mail all the same.
    assert counted.unpromised <= OUTAGES * crowd.at_once
