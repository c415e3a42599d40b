"""`python3 -m deploy.local.virtualenv LOCK`: the virtual environment, made anew when that lock changed.

Run by the machine's Python, so nothing from outside the standard library is imported here.
"""

import fcntl
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.local.console import Console
from deploy.local.failures import StartFailed, failed_with_log, not_ours
from deploy.local.waiting import became_true

ROOT = Path(__file__).absolute().parents[2]
# Each holds all of those before it, in the same versions; the other way round is not so.
LOCKS = ("local", "test", "bench")
INSTALL_SECONDS = 1800.0

Stamps = dict[str, str]


class VirtualEnvironment:
    """`stamps` say which locks it holds; while it changes it has none, so what was cut off is made anew."""

    def __init__(self, root: Path, console: Console) -> None:
        self.root = root
        self.folder = root / ".local" / "venv"
        self.python = self.folder / "bin" / "python"
        self._console = console
        self._log = root / ".local" / "venv.log"
        self._stamps_file = self.folder / "installed.json"

    def prepare(self, lock: str) -> None:
        self.folder.parent.mkdir(exist_ok=True)
        with (self.folder.parent / "venv.lock").open("w") as guard:
            fcntl.flock(guard, fcntl.LOCK_EX)
            stamps = self._stamps()
            if not stamps:
                self._make()
            if stamps.get(lock) != self._checksum_of(lock):
                stamps = self._install(lock)
            if stamps.get("project") != checksum(self.root / "pyproject.toml"):
                self._install_project(stamps)

    def _stamps(self) -> Stamps:
        try:
            stamps: Stamps = json.loads(self._stamps_file.read_text(encoding="ascii"))
            # A system upgrade may have taken away the Python it was made with, or its packages.
            subprocess.run([self.python, "-c", "import pip"], check=True, stderr=subprocess.DEVNULL)
        except (OSError, ValueError, subprocess.CalledProcessError):
            return {}
        # Its scripts name the folder they were made in, so a copy or a moved checkout needs its own.
        return stamps if stamps.get("folder") == str(self.folder.resolve()) else {}

    def _make(self) -> None:
        if importlib.util.find_spec("ensurepip") is None:
            raise StartFailed("Python lacks its venv module: sudo apt-get install python3-venv")
        shutil.rmtree(self.folder, ignore_errors=True)
        self._run("Virtual environment", [sys.executable, "-m", "venv", str(self.folder)])

    def _install(self, lock: str) -> Stamps:
        self._stamps_file.unlink(missing_ok=True)
        self._pip(f"Python packages ({lock}.txt)", "--require-hashes", "--requirement", str(self._file(lock)))
        held = LOCKS[: LOCKS.index(lock) + 1]
        checksums = {name: self._checksum_of(name) for name in held}
        return self._stamped({**checksums, "folder": str(self.folder.resolve())})

    def _install_project(self, stamps: Stamps) -> None:
        self._pip("Console scripts", "--no-deps", "--no-build-isolation", "--editable", str(self.root))
        self._stamped({**stamps, "project": checksum(self.root / "pyproject.toml")})

    def _stamped(self, stamps: Stamps) -> Stamps:
        self._stamps_file.write_text(json.dumps(stamps), encoding="ascii")
        return stamps

    def _pip(self, title: str, *arguments: str) -> None:
        pip = [
            str(self.python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
        ]
        self._run(title, [*pip, *arguments])

    def _run(self, title: str, command: Sequence[str]) -> None:
        with self._console.step(title) as tick, self._log.open("wb") as log:
            process = subprocess.Popen(
                command, cwd=self.root, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
            try:
                became_true(lambda: process.poll() is not None, within=INSTALL_SECONDS, tick=tick)
            finally:
                process.kill()
            if process.wait() != 0:
                raise failed_with_log(f"{title}: this failed.", self._log)

    def _file(self, lock: str) -> Path:
        return self.root / "deploy" / "locks" / f"{lock}.txt"

    def _checksum_of(self, lock: str) -> str:
        return checksum(self._file(lock))


def checksum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def main(lock: str) -> int:
    try:
        VirtualEnvironment(ROOT, Console()).prepare(lock)
    except StartFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except PermissionError as error:
        print(not_ours(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
