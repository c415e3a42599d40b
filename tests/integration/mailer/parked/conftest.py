"""The parking queue, and the command by which an operator looks at it."""

import asyncio
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

import aio_pika
import pytest
import structlog

from mailer_service.__main__ import main
from shared.broker_topology import PARKING
from tests.event_messages import event_message


@dataclass(frozen=True)
class Said:
    out: str
    err: str
    audit: list[MutableMapping[str, Any]]


REFUSAL = "smtp_refused: 550 5.1.1 <jan@pensiondezon.example> No such user"


@pytest.fixture
def park(broker):
    """Put an event, or a body, into the parking queue as the mailer would."""

    async def publish(event, reason=REFUSAL, body=None):
        message = event_message(event, {"mailer-reason": reason, "mailer-attempt": 2})
        if body is not None:
            message = aio_pika.Message(body, headers=message.headers, message_id=message.message_id)
        exchange = await broker.channel.get_exchange(PARKING)
        await exchange.publish(message, event.type)

    return publish


@pytest.fixture
def parked(broker, amqp_url, monkeypatch, capsys):
    """Run the command, as an operator would; its exit status, and what it said and logged."""
    monkeypatch.setenv("AMQP_URL", amqp_url)
    monkeypatch.setattr("mailer_service.commands.parked.configure_logs", lambda *_, **__: None)

    async def run(*arguments):
        with structlog.testing.capture_logs() as audit:
            status = await asyncio.to_thread(main, ["parked", *arguments])
        return status, Said(*capsys.readouterr(), audit)

    return run
