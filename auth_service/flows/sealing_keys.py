"""Refusing to start without a key that somebody's login needs."""

from auth_service.accounts.sealing import AccountSeal
from auth_service.storage.database import Database
from shared.settings import SettingsWrong


async def refuse_missing_keys(database: Database, seal: AccountSeal) -> None:
    """Raises SettingsWrong. Enrolments alone count: whatever else is sealed is of use for a day at most."""
    async with database.autocommit() as tables:
        missing = await tables.sealed_places.enrolments_beyond(seal.fingerprints)
    if missing:
        accounts = sum(missing.values())
        raise SettingsWrong(
            f"SEALING_KEYS lacks {len(missing)} key(s), with fingerprint {' and '.join(missing)},"
            f" without which {accounts} account(s) can't log in."
        )
