"""The checkers that only npm has, in `.local/node`; installed anew when their lock changed."""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from deploy.local.console import Console
from deploy.local.failures import failed_with_log
from deploy.local.waiting import became_true

ROOT = Path(__file__).absolute().parents[2]
WANTED = ROOT / "deploy" / "node"
FOLDER = ROOT / ".local" / "node"
MODULES = FOLDER / "node_modules"
FILES = ("package.json", "package-lock.json", ".npmrc")
INSTALL_SECONDS = 600.0


def install_node_packages(console: Console) -> None:
    """Raises StartFailed where npm can't get them."""
    stamp = FOLDER / "installed.sha256"
    wanted = checksum()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return
    # Away with the stamp first: what is cut off is made anew.
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for name in FILES:
        shutil.copy(WANTED / name, FOLDER / name)
    run_npm(console)
    stamp.write_text(wanted, encoding="ascii")


def run_npm(console: Console) -> None:
    with console.step("Checkers from npm") as tick, tempfile.NamedTemporaryFile(delete=False) as log:
        npm = subprocess.Popen(
            ["npm", "ci", "--no-progress"],  # noqa: S607 - the machine's own npm.
            cwd=FOLDER,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            became_true(lambda: npm.poll() is not None, within=INSTALL_SECONDS, tick=tick)
        finally:
            npm.kill()
        if npm.wait() != 0:
            raise failed_with_log("npm could not install what the tests check with.", Path(log.name))
    Path(log.name).unlink()


def checksum() -> str:
    digest = hashlib.sha256()
    for name in FILES:
        digest.update((WANTED / name).read_bytes())
    return digest.hexdigest()
