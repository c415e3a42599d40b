"""A release as operators do it: two of each, restarted one after the other while people register."""

import time
from collections.abc import Iterator

import pytest

from deploy.local.ports import draw_port
from tests.faults.balancer import Balancer, Replica
from tests.faults.conftest import ShowTable
from tests.faults.crowd import Crowd
from tests.faults.scene import Scene, until
from tests.running_services import COMMANDS, RunningServices, start_all
from tests.service_process import ServiceProcess

# Ten looks of the balancer.
STOP_DELAY = "1s"
PAUSE_SECONDS = 0.1


def add_replica(services: RunningServices, name: str, *, public_url: str) -> Replica:
    port = draw_port()
    changes = {"HTTP_PORT": str(port), "PUBLIC_URL": public_url, "STOP_DELAY": STOP_DELAY}
    services.add("auth-web", name=name, **changes)
    return Replica(port, f"{services.operations(name)}/health/ready")


@pytest.fixture
def balancer(scene: Scene) -> Iterator[Balancer]:
    """Where the site is, in front of two replicas; workers and mailers are two as well."""
    services = scene.services
    replicas = {
        name: add_replica(services, name, public_url=services.site) for name in ("auth-web-1", "auth-web-2")
    }
    for command in COMMANDS.keys() - {"auth-web"}:
        for number in (1, 2):
            services.add(command, name=f"{command}-{number}")
    balancer = Balancer(replicas, services.ports.http)
    scene.own_loop.run(balancer.open())
    yield balancer
    scene.own_loop.run(balancer.close())


def restart(process: ServiceProcess, crowd: Crowd) -> dict[str, object]:
    """In order; what happened meanwhile."""
    answers, old_pid, began = len(crowd.answers), process.pid, time.monotonic()
    status = process.stop()
    start_all([process])
    assert process.pid != old_pid
    return {
        "restarted": process.name,
        "exit status": status,
        "seconds": time.monotonic() - began,
        "registered meanwhile": len(crowd.answers) - answers,
    }


def test_restarted_one_by_one_under_load_nothing_fails_and_nothing_is_lost(
    scene: Scene, balancer: Balancer, show_table: ShowTable
) -> None:
    processes = sorted(scene.services.processes, key=lambda process: process.name)
    start_all(processes)
    until(lambda: len(balancer.ready) == 2, "both replicas are ready")
    crowd = scene.crowd(10_000, pause=PAUSE_SECONDS)
    crowd.start()

    restarts = []
    for process in processes:
        restarts.append(restart(process, crowd))
        until(lambda: len(balancer.ready) == 2, "both replicas are ready again")
    crowd.send_home()
    counted = scene.settle(crowd)

    show_table("rolling restart under load", restarts)
    failed = [answer for answer in crowd.answers if answer.status != 303]
    totals = {"failed": len(failed), **counted.row(), "seconds": scene.seconds()}
    show_table("rolling restart: what came of it", [totals])
    assert not failed, failed
    assert {row["exit status"] for row in restarts} == {0}
    assert all(row["registered meanwhile"] for row in restarts)
    assert min(balancer.led_to.values()) > 0
    assert counted.is_sound
    assert (counted.doubles, counted.unpromised, counted.max_attempt) == (0, 0, 1)
