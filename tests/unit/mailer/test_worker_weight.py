"""What an operator asks for now and then must not weigh on the process that runs all day."""

import subprocess
import sys

WORKER = "import sys, mailer_service.commands.worker; print(*sys.modules)"


def test_the_worker_loads_nothing_of_the_check():
    loaded = subprocess.run(  # noqa: S603 - ourselves.
        [sys.executable, "-c", WORKER],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()

    assert "mailer_service.wiring" in loaded
    assert {"spf", "dns", "mailer_service.checking"} & set(loaded) == set()
