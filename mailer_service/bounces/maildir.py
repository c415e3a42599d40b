"""A Maildir that a relay delivers bounces to: `new` holds what came, `cur` what was dealt with."""

from contextlib import suppress
from pathlib import Path

from mailer_service.bounces.incoming_mail import read_whole
from shared.settings import SettingsWrong

SEEN = "S"
# A mail program shows it with a mark: somebody should look.
FLAGGED = "FS"


class Maildir:
    def __init__(self, path: Path) -> None:
        """Raises SettingsWrong where it is none."""
        self._new, self._cur = path / "new", path / "cur"
        if not (self._new.is_dir() and self._cur.is_dir()):
            raise SettingsWrong(f"--maildir is wrong: {path} has no folders new and cur.")

    def waiting(self) -> list[Path]:
        """What is in `new`, the oldest first, as names begin with the time."""
        return sorted(path for path in self._new.iterdir() if path.is_file())

    def read(self, mail: Path) -> bytes:
        """Raises OSError."""
        with mail.open("rb") as stream:
            return read_whole(stream)

    def put_away(self, mail: Path, flags: str) -> None:
        """Only after its report is safe: whoever dies before leaves it where it is found again.

        Raises OSError.
        """
        name = mail.name.partition(":2,")[0]
        # Another one that reads the same Maildir may have been first; both reports then are the same.
        with suppress(FileNotFoundError):
            mail.rename(self._cur / f"{name}:2,{flags}")
