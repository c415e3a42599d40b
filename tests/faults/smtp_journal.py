"""What a mail server took, and told, line by line in a file that outlives it: kill -9 loses nothing of it."""

import os
from collections import Counter
from pathlib import Path


class JournalWriter:
    """Each line is with the kernel when `note` returns, so before anything that follows it."""

    def __init__(self, file: Path) -> None:
        self._descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(self, what: str, about: str) -> None:
        os.write(self._descriptor, f"{what} {about}\n".encode())


class Journal:
    """`taken` counts mails by Message-ID, whether or not that was said; `rude`, what was done on purpose."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.taken: Counter[str] = Counter()
        self.rude: Counter[str] = Counter()
        self._told = 0
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
        return self.taken.total() - self._told

    def _count(self, what: str, about: str) -> None:
        match what:
            case "taken":
                self.taken[about] += 1
            case "told":
                self._told += 1
            case "rude":
                self.rude[about] += 1
