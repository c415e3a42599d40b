"""Postfix's own measuring tools, taken out of Debian's package without installing a mail server."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.failures import StartFailed

TOOLS = ("smtp-sink", "smtp-source")
FETCH_SECONDS = 120.0


@dataclass(frozen=True)
class PostfixTools:
    """Where they lie, and what they need in their environment."""

    programs: Path
    environment: Mapping[str, str]

    def command(self, tool: str, *arguments: str) -> list[str]:
        return [str(self.programs / tool), *arguments]


def postfix_tools(folder: Path) -> PostfixTools:
    """The machine's, or those of its package, unpacked in `folder`; raises StartFailed."""
    if installed := shutil.which("smtp-sink", path=f"/usr/sbin:{os.environ.get('PATH', os.defpath)}"):
        return PostfixTools(Path(installed).parent, dict(os.environ))
    unpacked = folder / "postfix"
    if not (unpacked / "usr/sbin/smtp-sink").exists():
        unpack(folder, unpacked)
    libraries = unpacked / "usr/lib/postfix"
    return PostfixTools(unpacked / "usr/sbin", {**os.environ, "LD_LIBRARY_PATH": str(libraries)})


def unpack(folder: Path, target: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    run("apt-get", "download", "postfix", folder=folder)
    (package,) = folder.glob("postfix_*.deb")
    run("dpkg", "-x", str(package), str(target), folder=folder)
    package.unlink()


def run(*command: str, folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=FETCH_SECONDS)  # noqa: S603 - of our own making.
    except (OSError, subprocess.SubprocessError) as error:
        raise StartFailed(
            f"{' and '.join(TOOLS)} are needed: sudo apt-get install postfix ({error})"
        ) from None
