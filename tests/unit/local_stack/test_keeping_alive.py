"""What dies is started again, with growing pauses, and it is said."""

from pathlib import Path

import pytest

from deploy.local.failures import StartFailed
from deploy.local.keeping_alive import LONGEST_PAUSE_SECONDS, WELL_AFTER_SECONDS, KeepingAlive, Kept


class Patient:
    """A process that lives or not, at our wish, on a clock of our own."""

    def __init__(self, log: Path) -> None:
        self.now = 0.0
        self.alive = True
        self.can_start = True
        self.starts: list[float] = []
        self.said: list[str] = []
        log.write_text("the last words\n", encoding="utf-8")
        kept = Kept("mailer", lambda: self.alive, self.start, log, started_at=0.0)
        self.watch = KeepingAlive([kept], self.said.append, clock=lambda: self.now)

    def start(self) -> None:
        self.starts.append(self.now)
        if not self.can_start:
            raise StartFailed("the port is taken")
        self.alive = True

    def live_until(self, end: float) -> None:
        while self.now < end:
            self.now += 0.5
            self.watch.look()


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    return Patient(tmp_path / "mailer.log")


def test_nothing_is_said_of_a_process_that_lives(patient: Patient) -> None:
    patient.live_until(100)

    assert patient.said == []
    assert patient.starts == []


def test_a_dead_process_is_started_again_and_its_last_words_are_shown(patient: Patient) -> None:
    patient.alive = False
    patient.live_until(3)

    assert len(patient.starts) == 1
    assert "mailer died; starting it again in 1 s" in patient.said[0]
    assert "the last words" in patient.said[0]
    assert patient.said[1] == "mailer is started again."


def test_one_that_keeps_failing_gets_growing_pauses_with_a_limit(patient: Patient) -> None:
    patient.alive = patient.can_start = False
    patient.live_until(200)

    pauses = [later - sooner for sooner, later in zip(patient.starts, patient.starts[1:], strict=False)]
    assert pauses == sorted(pauses)
    assert pauses[0] < 4
    assert LONGEST_PAUSE_SECONDS <= pauses[-1] <= LONGEST_PAUSE_SECONDS + 1
    assert "the port is taken" in patient.said


def test_one_that_lived_well_for_a_while_starts_with_the_first_pause_again(patient: Patient) -> None:
    for _ in range(4):
        patient.alive = False
        patient.live_until(patient.now + 10)
    patient.live_until(patient.now + WELL_AFTER_SECONDS)
    patient.alive = False
    patient.live_until(patient.now + 3)

    assert "starting it again in 1 s" in patient.said[-2]
