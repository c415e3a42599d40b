"""Keys that somebody's login needs: without one auth web doesn't start, and while it runs it says so."""

import asyncio
from typing import Never

import structlog
from prometheus_client import Gauge

from auth_service.accounts.refusals import Unavailable
from auth_service.accounts.sealing import AccountSeal
from auth_service.storage.database import Database
from shared.metrics import REGISTRY
from shared.settings import SettingsWrong

LOOK_AGAIN_SECONDS = 60.0

WITHOUT_KEY = Gauge(
    "dnr_accounts_without_key",
    "How many accounts can't log in at this process, for want of a key of SEALING_KEYS.",
    registry=REGISTRY,
)

log = structlog.get_logger()


async def refuse_missing_keys(database: Database, seal: AccountSeal) -> None:
    """Raises SettingsWrong."""
    missing = await missing_keys(database, seal)
    if missing:
        accounts = sum(missing.values())
        raise SettingsWrong(
            f"SEALING_KEYS lacks {len(missing)} key(s), with fingerprint {' and '.join(missing)},"
            f" without which {accounts} account(s) can't log in."
        )


async def missing_keys(database: Database, seal: AccountSeal) -> dict[str, int]:
    """How many accounts need which key that we don't have.

    Enrolments alone count: whatever else is sealed is of use for a day at most.
    """
    async with database.autocommit() as tables:
        return await tables.sealed_places.enrolments_beyond(seal.fingerprints)


class SealingKeyWatch:
    """Another process may seal with a new key before this one knows it.

    That is no reason to be taken from the gateway: if no process had that key, none would be left for all the
    people who need it not.
    """

    def __init__(self, database: Database, seal: AccountSeal) -> None:
        self._database = database
        self._seal = seal
        self._told_of: frozenset[str] = frozenset()

    async def run(self) -> Never:
        while True:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            await self._look_if_possible()

    async def _look_if_possible(self) -> None:
        try:
            await self.look()
        except Unavailable:
            # Readiness tells of a database that is away.
            return
        except Exception:
            # The edge of this task: whatever was wrong this time, it looks again.
            log.exception("sealing_keys_not_looked_at")

    async def look(self) -> None:
        """Count who can't log in here, and tell once of each key that is missing."""
        missing = await missing_keys(self._database, self._seal)
        accounts = sum(missing.values())
        WITHOUT_KEY.set(accounts)
        if missing.keys() - self._told_of:
            log.error("sealing_keys_missing", fingerprints=sorted(missing), accounts=accounts)
        self._told_of = frozenset(missing)
