"""What a mail server took, and told, line by line in a file that outlives it: kill -9 loses nothing of it."""

import os
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

# Where the mail server listens: each mailer can have an address of its own, by which it is known.
HOSTS = tuple(f"127.0.0.{number}" for number in range(1, 9))


@dataclass
class Take:
    """A mail that was taken over this of HOSTS, when by monotonic ns, and whether that was said."""

    event_id: str
    host: str
    at: int
    is_told: bool = False


class JournalWriter:
    """Each line is with the kernel when `note` returns, so before anything that follows it."""

    def __init__(self, file: Path) -> None:
        self._descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(self, what: str, about: str) -> None:
        os.write(self._descriptor, f"{what} {about}\n".encode())

    def note_taken(self, message_id: str, host: str) -> str:
        """Returns what `told` is to be noted about."""
        about = f"{message_id} {host} {time.monotonic_ns()}"
        self.note("taken", about)
        return about


class Journal:
    """`taken` counts mails by Message-ID, `takes` are these mails; `rude`, what was done on purpose."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.taken: Counter[str] = Counter()
        self.rude: Counter[str] = Counter()
        self._takes: dict[str, Take] = {}
        self._read = 0

    def read(self) -> int:
        """Catch up; how many mails have been taken by now."""
        if self.file.exists():
            with self.file.open("rb") as file:
                file.seek(self._read)
                whole = file.read().rpartition(b"\n")[0]
            self._read += len(whole) + 1 if whole else 0
            for line in whole.decode().splitlines():
                self._count(*line.split(" ", 1))
        return self.taken.total()

    @property
    def windows(self) -> int:
        """How often a mail was taken, and the session ended before that was said."""
        return sum(not take.is_told for take in self.takes)

    @property
    def takes(self) -> list[Take]:
        return list(self._takes.values())

    def _count(self, what: str, about: str) -> None:
        match what:
            case "taken":
                message_id, host, moment = about.split()
                self.taken[message_id] += 1
                self._takes[about] = Take(message_id.partition("@")[0], host, int(moment))
            case "told":
                self._takes[about].is_told = True
            case "rude":
                self.rude[about] += 1
