"""A mailer in this loop, between the real broker and a real SMTP server that records and can be scripted."""

import asyncio
import email
import inspect
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import policy
from typing import Any
from uuid import UUID, uuid4

import aio_pika
import pytest
import uvloop
from aiosmtpd.smtp import SMTP
from cryptography.fernet import Fernet

from deploy.local.mailbox.kept_mail import KeptMail
from deploy.local.mailbox.smtp_server import RecordingHandler
from mailer_service.config import MailerSettings
from mailer_service.wiring import build
from shared import broker_topology
from shared.mail_contract import decode, fact_event
from shared.mail_facts import ActivationCodeIssued, GemeenteContact, PasswordChanged
from shared.readiness import Readiness
from shared.sealing import MessageSeal
from tests.cable import Cable
from tests.event_messages import event_message

CODE = "08783e884a2f59f2cf1108c566a33353518e775d44310341"
WAIT_SECONDS = 15.0
KEY = Fernet.generate_key().decode()


async def until(condition: Callable[[], object], seconds: float = WAIT_SECONDS) -> Any:
    """The first true answer of `condition` (which may be async); fails where none comes in time."""
    async with asyncio.timeout(seconds):
        while True:
            answer = condition()
            answer = await answer if inspect.isawaitable(answer) else answer
            if answer:
                return answer
            await asyncio.sleep(0.02)


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """As in production."""
    return {"uvloop": uvloop.new_event_loop}


class Broker:
    """The other side of every queue of the mailer."""

    def __init__(self, channel):
        self.channel = channel

    async def publish(self, event):
        await self.publish_raw(event_message(event), event.type)

    async def publish_raw(self, message, key):
        exchange = await self.channel.get_exchange(broker_topology.COMMANDS)
        await exchange.publish(message, key)

    async def take(self, queue_name, seconds=WAIT_SECONDS):
        """The next message of a queue, acknowledged."""
        queue = await self.channel.get_queue(queue_name, ensure=False)
        message = await until(lambda: queue.get(fail=False), seconds)
        await message.ack()
        return message

    async def take_report(self, seconds=WAIT_SECONDS):
        return decode((await self.take(broker_topology.REPORTS_QUEUE, seconds)).body)

    async def take_parked(self):
        return await self.take(broker_topology.PARKING_QUEUE)

    async def waiting_in(self, queue_name):
        """How many messages are ready there."""
        queue = await self.channel.declare_queue(queue_name, passive=True)
        return queue.declaration_result.message_count

    async def until_waiting(self, queue_name, count):
        async def there():
            return await self.waiting_in(queue_name) == count

        await until(there)

    async def until_consumed_by(self, queue_name, count):
        """Wait until so many mailers, or others, consume from there."""

        async def so_many():
            queue = await self.channel.declare_queue(queue_name, passive=True)
            return queue.declaration_result.consumer_count == count

        await until(so_many)


@pytest.fixture
async def broker(amqp_url):
    async with await aio_pika.connect(amqp_url) as connection, connection.channel() as channel:
        await broker_topology.declare(channel)
        for queue in broker_topology.QUEUES:
            await (await channel.get_queue(queue.name)).purge()
        yield Broker(channel)


class ScriptedHandler(RecordingHandler):
    """Accepts all, unless a test says otherwise."""

    def __init__(self):
        self.mails = KeptMail()
        super().__init__(self.mails, lambda moment, _: self.next_reply(moment))
        self.replies = {}
        self.sender_reply = None
        self.sender_replies_once = []
        self.answering = asyncio.Event()
        self.answering.set()
        self.in_data = 0
        self.connections = 0
        self.goodbyes = 0

    def next_reply(self, moment):
        replies = self.replies.get(moment, [])
        return replies.pop(0) if replies else None

    async def handle_EHLO(self, _server, session, _envelope, hostname, responses):  # noqa: N802
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_MAIL(self, _server, _session, envelope, address, options):  # noqa: N802
        if self.sender_replies_once:
            return self.sender_replies_once.pop(0)
        if self.sender_reply:
            return self.sender_reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.in_data += 1
        await self.answering.wait()
        return await super().handle_DATA(server, session, envelope)

    async def handle_QUIT(self, _server, _session, _envelope):  # noqa: N802
        self.goodbyes += 1
        return "221 2.0.0 Bye"


class SmtpServer:
    """One port, on which a server can be up, down, and rude."""

    def __init__(self, **options):
        self.handler = ScriptedHandler()
        self._options = {"enable_SMTPUTF8": True, "hostname": "localhost", **options}
        self.tls = None
        self.port = 0
        self._server = None
        self._protocols = []

    @property
    def mails(self):
        return [email.message_from_bytes(mail.raw, policy=policy.default) for mail in self.kept]

    @property
    def kept(self):
        return list(self.handler.mails.newest_first())

    async def start(self):
        loop = asyncio.get_running_loop()

        def protocol():
            self._protocols.append(SMTP(self.handler, loop=loop, **self._options))
            return self._protocols[-1]

        self._server = await loop.create_server(protocol, "127.0.0.1", self.port, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]

    def drop_sessions(self):
        for protocol in self._protocols:
            if protocol.transport is not None:
                protocol.transport.abort()
        self._protocols.clear()

    async def stop(self):
        self._server.close()
        self.drop_sessions()
        await self._server.wait_closed()


@pytest.fixture
async def start_smtp_server():
    servers = []

    async def start(tls=None, **options):
        server = SmtpServer(**options)
        server.tls = tls
        servers.append(server)
        await server.start()
        return server

    yield start
    for server in servers:
        server.handler.answering.set()
        await server.stop()


@pytest.fixture
async def smtp_server(start_smtp_server):
    return await start_smtp_server()


@pytest.fixture
async def cable(amqp_url):
    cable = Cable(amqp_url)
    await cable.mend()
    yield cable
    await cable.cut()


@pytest.fixture
def make_settings(amqp_url, smtp_server):
    def make(**changes):
        given = {
            "amqp_url": amqp_url,
            "smtp_url": f"smtp://127.0.0.1:{smtp_server.port}",
            "public_url": "https://inloggen.nachregister.example",
            "mail_from": "noreply@nachregister.example",
            "message_sealing_keys": KEY,
            "broker_topology": "declare",
        }
        return MailerSettings(**{**given, **changes})

    return make


class RunningMailer:
    def __init__(self, settings):
        self._stop = asyncio.Event()
        self._task = asyncio.create_task(build(settings).run(self._stop, Readiness()))

    async def stop(self):
        self._stop.set()
        async with asyncio.timeout(25):
            await self._task


@pytest.fixture
async def start_mailer(broker, make_settings):
    mailers = []

    def start(**changes):
        mailers.append(RunningMailer(make_settings(**changes)))
        return mailers[-1]

    yield start
    for mailer in mailers:
        await mailer.stop()


@pytest.fixture
async def run_mailer(make_settings):
    """Run a mailer until the test ends; returns its readiness, and what tells it to stop."""
    running = []

    def run(**changes):
        readiness, stop = Readiness(), asyncio.Event()
        task = asyncio.create_task(build(make_settings(**changes)).run(stop, readiness))
        running.append((task, stop))
        return readiness, stop

    yield run
    for task, stop in running:
        stop.set()
        await task


@pytest.fixture
def now():
    return datetime.now(UTC)  # noqa: TID251 - the mailer under test looks at the real clock.


@pytest.fixture
def make_event(now):
    """An event of a kind, to a fresh address unless given, with its code sealed for it."""

    def make(model=PasswordChanged, *, event_id: UUID | None = None, code=CODE, **changes):
        event_id = event_id or uuid4()
        fields = {
            "to": f"{event_id.hex[:8]}@pensiondezon.example",
            "gemeente": GemeenteContact(name="Zeedorp", email="nachtregister@zeedorp.example"),
            "company_name": "Pension De Zon",
            "occurred_at": now,
            "expires_at": now + timedelta(hours=24),
        }
        if model is ActivationCodeIssued:
            fields["kept_until"] = now + timedelta(days=7)
            fields["sealed_code"] = MessageSeal([KEY]).seal(event_id, code)
        return fact_event(event_id, model(**{**fields, **changes}))

    return make
