"""Facts put where auth's flows put them, without a flow: registering takes a hash of a password each time."""

import json
from collections.abc import Sequence

from auth_service.accounts.one_time_codes import Owner
from auth_service.storage.database import Transaction, open_database
from auth_service.storage.mail_trail_table import TrailedMail
from shared.mail_contract import Envelope, encode
from shared.mail_facts import Fact


async def feed_outbox(url: str, events: Sequence[Envelope]) -> None:
    """All of them in one transaction."""
    database = await open_database(url, most_connections=1)
    try:
        async with database.transaction() as tx:
            for event in events:
                await state(tx, event)
    finally:
        await database.close()


async def state(tx: Transaction, event: Envelope) -> None:
    fact = event.data
    assert isinstance(fact, Fact)
    await tx.outbox.add(event.id, json.loads(encode(event)), fact.occurred_at)
    mail = TrailedMail(event.id, fact.kind, fact.to, Owner(), fact.occurred_at, fact.expires_at)
    await tx.mail_trail.add(mail)
