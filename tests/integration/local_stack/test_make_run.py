"""`make run` with stand-ins for our services: how it starts, watches and stops."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local.process_identity import recorded_processes
from deploy.local.waiting import became_true

CHECKOUT = Path(__file__).resolve().parents[3]
STARTED = "Ctrl-C stops everything."
PATIENCE_SECONDS = 30.0

SERVICE = """
import os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Ready(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health/ready" else 404)
        self.end_headers()

match sys.argv[1]:
    case "demo":
        print("Demo gemeente: Zeedorp")
    case "web" | "worker":
        HTTPServer((os.environ["OPS_HOST"], int(os.environ["OPS_PORT"])), Ready).serve_forever()
"""
FAILS = "import sys; sys.exit('no such queue')"

Run = subprocess.Popen[str]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with this deploy/ and shared/, and services that do next to nothing."""
    for name in ("deploy", "shared"):
        (tmp_path / name).symlink_to(CHECKOUT / name)
    for name, code in (("auth_service", SERVICE), ("mailer_service", SERVICE)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__main__.py").write_text(code, encoding="utf-8")
    return tmp_path


@pytest.fixture
def make_run(checkout: Path) -> Iterator[Callable[[], Run]]:
    runs: list[Run] = []

    def make() -> Run:
        with (checkout / f"said.{len(runs)}").open("w") as out:
            runs.append(
                subprocess.Popen(
                    [sys.executable, "-m", "deploy.local", "run"],
                    cwd=checkout,
                    env={**os.environ, "DATABASE_URL": "postgresql://given", "AMQP_URL": "amqp://given"},
                    stdout=out,
                    stderr=out,
                    text=True,
                )
            )
        return runs[-1]

    yield make
    for run in runs:
        run.kill()
        run.wait()


def said(checkout: Path, run: int = 0) -> str:
    return (checkout / f"said.{run}").read_text(encoding="utf-8")


def wait_until_said(checkout: Path, text: str) -> None:
    assert became_true(lambda: text in said(checkout), within=PATIENCE_SECONDS), said(checkout)


def running_in(checkout: Path) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cwd").readlink() == checkout:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def started(checkout: Path, make_run: Callable[[], Run]) -> Run:
    run = make_run()
    wait_until_said(checkout, f"Demo gemeente: Zeedorp\n\n{STARTED}")
    return run


def test_it_says_where_to_go_and_leaves_nothing_after_ctrl_c(
    checkout: Path, make_run: Callable[[], Run]
) -> None:
    run = started(checkout, make_run)
    assert "App      http://localhost:" in said(checkout)
    assert len(running_in(checkout)) == 5

    run.send_signal(signal.SIGINT)

    assert run.wait(timeout=PATIENCE_SECONDS) == 0
    assert running_in(checkout) == []


def test_a_service_that_ends_while_starting_fails_the_start_with_its_last_words(
    checkout: Path, make_run: Callable[[], Run]
) -> None:
    (checkout / "mailer_service" / "__main__.py").write_text(FAILS, encoding="utf-8")

    assert make_run().wait(timeout=PATIENCE_SECONDS) == 1
    assert "mailer ended while starting" in said(checkout)
    assert "no such queue" in said(checkout)
    assert running_in(checkout) == []


def test_a_service_that_dies_is_started_again_and_that_is_said(
    checkout: Path, make_run: Callable[[], Run]
) -> None:
    started(checkout, make_run)
    mailer, _ = recorded_processes(checkout / ".local" / "run" / "mailer.pid")
    assert mailer is not None

    os.kill(mailer, signal.SIGKILL)

    wait_until_said(checkout, "mailer died; starting it again in 1 s")
    wait_until_said(checkout, "mailer is started again.")


def test_a_second_run_in_the_same_checkout_is_refused(checkout: Path, make_run: Callable[[], Run]) -> None:
    first = started(checkout, make_run)
    second = make_run()

    assert second.wait(timeout=PATIENCE_SECONDS) == 1
    assert f"already running (pid {first.pid})" in said(checkout, 1)
    assert first.poll() is None


def test_nothing_outlives_a_run_that_was_killed_by_force(checkout: Path, make_run: Callable[[], Run]) -> None:
    run = started(checkout, make_run)

    run.kill()
    run.wait()

    assert became_true(lambda: running_in(checkout) == [], within=PATIENCE_SECONDS)


def test_a_second_ctrl_c_ends_what_does_not_want_to_stop(checkout: Path, make_run: Callable[[], Run]) -> None:
    deaf = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n{SERVICE}"
    (checkout / "mailer_service" / "__main__.py").write_text(deaf, encoding="utf-8")
    run = started(checkout, make_run)
    began = time.monotonic()
    run.send_signal(signal.SIGINT)
    # Within the first second it would count as the same Ctrl-C.
    became_true(lambda: time.monotonic() > began + 1.1, within=5)

    run.send_signal(signal.SIGINT)

    assert run.wait(timeout=5) == 130
    assert running_in(checkout) == []
