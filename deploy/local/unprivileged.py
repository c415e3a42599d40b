"""Under which account, and where, a server runs that refuses to be root (PostgreSQL)."""

import hashlib
import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from deploy.local.failures import StartFailed

# Debian's package makes the first; the second is on every machine.
CANDIDATES = ("postgres", "nobody")
OUTSIDE = Path("/var/tmp")  # noqa: S108 - the directory in it is checked to be ours, see `claimed`.


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int


class PopenArguments(TypedDict):
    user: int | None
    group: int | None
    extra_groups: list[int] | None


def run_as(account: Account | None) -> PopenArguments:
    """For subprocess: drop to `account`, or stay who we are."""
    if account is None:
        return {"user": None, "group": None, "extra_groups": None}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def server_account() -> Account | None:
    """The account to drop to; None where we are an ordinary user and drop nothing."""
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise StartFailed(
        f"PostgreSQL refuses to run as root, and none of the users {', '.join(CANDIDATES)} exists."
    )


def place_for(account: Account | None, wanted: Path) -> Path:
    """`wanted`, private to the account; or a directory outside the checkout where it can't reach that.

    A checkout below /root (mode 700) is such a case: PostgreSQL insists on absolute paths.
    """
    if account is None:
        return claimed(wanted, os.geteuid(), os.getegid())
    wanted.parent.mkdir(parents=True, exist_ok=True)
    if may_enter(account, wanted.parent):
        return claimed(wanted, account.uid, account.gid)
    key = hashlib.sha256(str(wanted.resolve()).encode()).hexdigest()[:16]
    return claimed(OUTSIDE / f"nachregister-{key}", account.uid, account.gid)


def may_enter(account: Account, directory: Path) -> bool:
    # Asked of the kernel, as that account: modes alone don't tell of ACLs and other mounts.
    probe = subprocess.run(
        ["test", "-x", str(directory)],  # noqa: S607 - coreutils, wherever they are.
        check=False,
        **run_as(account),
    )
    return probe.returncode == 0


def claimed(directory: Path, uid: int, gid: int) -> Path:
    """The directory, made if need be, and certainly no stranger's: anybody may write in /var/tmp."""
    try:
        directory.mkdir(mode=0o700, parents=True)
        os.chown(directory, uid, gid)
    except FileExistsError:
        status = directory.lstat()
        if directory.is_symlink() or not directory.is_dir() or status.st_uid not in (uid, os.geteuid()):
            raise StartFailed(f"{directory} belongs to somebody else; remove it or move it away.") from None
        if status.st_uid != uid:
            os.chown(directory, uid, gid)
    return directory
