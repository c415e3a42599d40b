"""Numbered SQL files, each run once, in order, in a transaction of its own.

A file that has run is never edited: its checksum is kept and compared at every start.
"""

import hashlib
from importlib.resources import files

import asyncpg
import structlog

from auth_service.storage.connecting import CONNECT_SECONDS, blaming_database_url

# Any number, the same everywhere, so that of two starts at once the second waits for the first.
ADVISORY_LOCK = 7_032_384_701

log = structlog.get_logger()


class MigrationsDiffer(Exception):
    """The database was migrated by other files than these; one sentence for the operator."""


def migration_files() -> dict[str, str]:
    folder = files("auth_service.storage") / "migrations"
    scripts = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name
    )
    return {script.name: script.read_text(encoding="utf-8") for script in scripts}


def checksum(script: str) -> str:
    return hashlib.sha256(script.encode()).hexdigest()


async def migrate(database_url: str) -> list[str]:
    """Run what has not run yet; returns the names of the files that ran."""
    connection = await connect(database_url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", ADVISORY_LOCK)
        done = await applied_migrations(connection)
        refuse_edited_files(done)
        waiting = {name: script for name, script in migration_files().items() if name not in done}
        for name, script in waiting.items():
            await apply(connection, name, script)
        return list(waiting)
    finally:
        await connection.close()


async def connect(database_url: str) -> asyncpg.Connection:
    with blaming_database_url():
        return await asyncpg.connect(database_url, timeout=CONNECT_SECONDS)


async def applied_migrations(connection: asyncpg.Connection) -> dict[str, str]:
    await connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations"
        " (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
    )
    return {
        row["name"]: row["checksum"]
        for row in await connection.fetch("SELECT name, checksum FROM migrations")
    }


async def apply(connection: asyncpg.Connection, name: str, script: str) -> None:
    async with connection.transaction():
        # Without arguments asyncpg uses the simple protocol, which takes a file of many statements.
        await connection.execute(script)
        await connection.execute(
            "INSERT INTO migrations (name, checksum) VALUES ($1, $2)", name, checksum(script)
        )
    log.info("migration_applied", name=name)


def refuse_edited_files(done: dict[str, str]) -> None:
    for name, script in migration_files().items():
        if name in done and done[name] != checksum(script):
            raise MigrationsDiffer(
                f"{name} has changed since it ran on this database; put the change in a new file"
            )


async def check_migrated(database_url: str) -> None:
    """Raises MigrationsDiffer where the database lacks a migration or was migrated by an edited file.

    Migrations of a newer release are fine: they only add, so that the previous release keeps running.
    """
    connection = await connect(database_url)
    try:
        known = await connection.fetchval("SELECT to_regclass('migrations')")
        done = await applied_migrations(connection) if known else {}
    finally:
        await connection.close()
    refuse_edited_files(done)
    if missing := [name for name in migration_files() if name not in done]:
        raise MigrationsDiffer(f"the database lacks {missing[0]}; run `dnr-auth migrate` first")
