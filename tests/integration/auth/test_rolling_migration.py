"""Processes of the former release go on while the next one's migration adds columns under them."""

import asyncio

import asyncpg
import pytest

from auth_service.storage import migrations
from auth_service.storage.migrations import migrate, migration_files
from auth_service.web.services import Services
from tests.integration.auth.scene import PASSWORD, anyone, registration_form, until_waiting


async def whole_journey(services: Services, outbox, name: str) -> None:
    """Nearly every statement there is, on the one connection that the pool has when nothing is at once."""
    email = f"{name}@dezon.example"
    receipt = await services.registration.register(registration_form(email=email), anyone())
    await outbox.newest()
    registration_id = (await services.registration.typed_before(receipt)).id
    await services.registration.correct(registration_id, registration_form(email=email), anyone(receipt))
    await outbox.newest()
    await services.mail_requests.ask_activation_code(email, anyone(receipt))
    await services.mail_requests.answer_next()
    code = await outbox.code()
    await services.activation.activate(code, password=PASSWORD, visitor=anyone())
    session = await services.login.log_in(email, PASSWORD, visitor=anyone())
    await services.sessions.logged_in(session.token)
    await services.mail_requests.ask_password_reset(email, anyone())
    await services.mail_requests.answer_next()
    code = await outbox.code()
    await services.password_reset.set_password(code, PASSWORD[::-1], anyone())
    await outbox.newest()


@pytest.mark.alters_tables
async def test_a_column_that_is_added_disturbs_no_statement(services, outbox, sql):
    await whole_journey(services, outbox, "voor")

    for row in await sql.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        await sql.execute(f"ALTER TABLE {row['tablename']} ADD COLUMN of_a_later_release text")

    await whole_journey(services, outbox, "na")


async def test_who_logs_in_and_indexes_that_go_never_wait_for_each_other(empty_database_url, monkeypatch):
    url, last = empty_database_url, "0007_fewer_indexes.sql"
    with monkeypatch.context() as patch:
        earlier = {name: script for name, script in migration_files().items() if name < last}
        patch.setattr(migrations, "migration_files", lambda: earlier)
        await migrate(url)
    login, looking = await asyncpg.connect(url), await asyncpg.connect(url)

    # As a login of the former release goes: all in one transaction, in this order.
    async with login.transaction():
        await login.fetch("SELECT true FROM known_browsers")
        migrating = asyncio.create_task(migrate(url))
        await until_waiting(looking)
        await login.execute("DELETE FROM sessions")
        await login.execute("DELETE FROM throttle")

    assert last in await migrating
    for connection in (login, looking):
        await connection.close()
