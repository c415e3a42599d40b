"""The only place that puts the mailer's parts together."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Never
from uuid import UUID

import structlog

from mailer_service.bounces.bounce_address import BounceAddresses
from mailer_service.config import MailerSettings, bounce_keys
from mailer_service.consuming.handover import Handover
from mailer_service.consuming.mail_consumer import MailConsumer
from mailer_service.consuming.running_sends import RunningSends
from mailer_service.sending.smtp_delivery import SmtpSession
from mailer_service.sending.smtp_relay import SmtpRelay, trusting_context
from mailer_service.writing.composing import Composer
from mailer_service.writing.dkim_signing import DkimSigner, read_dkim_key
from mailer_service.writing.mail_addresses import domain_of, wire_address
from mailer_service.writing.mail_preparation import MailPreparation
from mailer_service.writing.rendering import Renderer
from mailer_service.writing.sender_alignment import alignment_trouble
from shared.broker import BrokerLink, stay_connected
from shared.broker_topology import EVENTS, PARKING, RETRY, SEND_QUEUE
from shared.clock import Clock, utc_now
from shared.queue_consumer import Appetite, QueueConsumer
from shared.readiness import Readiness
from shared.sealing import MessageSeal

# Whoever stops us must wait for a little longer than this; the README says so.
DRAIN_SECONDS = 20.0
# For saying goodbye to a broker that may be frozen.
CLOSE_SECONDS = 3.0
# One being sent and one at hand for every session. More would only be more to hand out again after a loss.
PREFETCH_PER_SESSION = 2
# The relay is tried out with a sender of the form that mails have; what came back to it would be about none.
NO_MAIL = UUID(int=0)

log = structlog.get_logger()


@dataclass(frozen=True)
class Mailer:
    settings: MailerSettings
    link: BrokerLink
    queue: QueueConsumer
    handover: Handover
    consumer: MailConsumer
    relay: SmtpRelay

    async def run(self, stop: asyncio.Event, readiness: Readiness) -> None:
        """Deliver mails until `stop` is set, then finish what was begun."""
        readiness.watch("broker", self.link.trouble)
        readiness.watch("relay", self.relay.trouble)
        readiness.watch_life("broker", self.queue.stalled)
        readiness.started()
        log.info("mailer_started", relay=str(self.settings.smtp_url))
        async with AsyncExitStack() as cleanup:
            cleanup.push_async_callback(self.relay.close)
            for beside in (
                self.relay.try_out(),
                self.relay.close_idle_sessions(),
                self.handover.lose_patience_in_outages(),
            ):
                task: asyncio.Task[None] = asyncio.create_task(beside)
                cleanup.push_async_callback(ended, task)
            consuming = asyncio.create_task(self._consume())
            cleanup.push_async_callback(ended, consuming)
            await first_of(stop.wait(), consuming)
            readiness.stop()
            await self.consumer.drain(DRAIN_SECONDS)

    async def _consume(self) -> Never:
        await stay_connected(
            str(self.settings.amqp_url),
            self.consumer.work,
            link=self.link,
            topology=self.settings.broker_topology,
        )


async def first_of(stopping: Coroutine[Any, Any, object], consuming: asyncio.Task[Never]) -> None:
    """Return when told to stop; `consuming` only ends by a bug, which then ends the process."""
    told = asyncio.create_task(stopping)
    await asyncio.wait({told, consuming}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if consuming.done():
        consuming.result()


async def ended(task: asyncio.Task[Any]) -> None:
    task.cancel()
    await asyncio.wait({task}, timeout=CLOSE_SECONDS)


def build(settings: MailerSettings, clock: Clock = utc_now) -> Mailer:
    product, sender = settings.product_name, settings.mail_from
    composer = composer_for(settings)
    preparation = MailPreparation(
        seal=MessageSeal(settings.message_sealing_keys),
        renderer=Renderer(product=product, sender=sender, public_url=str(settings.public_url)),
        composer=composer,
    )
    tls = trusting_context()
    mails, probe_sender = settings.smtp_mails_per_session, composer.sender_for(NO_MAIL)
    relay = SmtpRelay(
        lambda: SmtpSession(settings.smtp_url, sender=probe_sender, tls=tls, mails=mails),
        sessions=settings.smtp_sessions,
    )
    handover = Handover(preparation=preparation, relay=relay, sends=RunningSends(), clock=clock)
    link = BrokerLink("mailer", publishes_to=(EVENTS, RETRY, PARKING))
    queue = QueueConsumer(
        SEND_QUEUE,
        prefetch=PREFETCH_PER_SESSION * settings.smtp_sessions,
        link=link,
        # While the relay takes no mail, messages are better off in the queue than here.
        appetite=Appetite(until_wanted=relay.breaker.until_closed, until_unwanted=relay.breaker.until_open),
    )
    consumer = MailConsumer(amqp_url=str(settings.amqp_url), queue=queue, handover=handover, clock=clock)
    return Mailer(settings, link, queue, handover, consumer, relay)


def composer_for(settings: MailerSettings) -> Composer:
    """It signs, and gives each mail a way back of its own, where the settings say with which key."""
    sender = wire_address(settings.mail_from)
    bounces = bounce_addresses_for(settings)
    if bounces and (trouble := alignment_trouble(domain_of(sender), bounces.domain)):
        # No reason not to start: a relay that signs as the domain of From makes up for it.
        log.warning("sender_not_aligned", reason=trouble)
    return Composer(
        product=settings.product_name, sender=sender, bounces=bounces, signer=signer_for(settings, sender)
    )


def bounce_addresses_for(settings: MailerSettings) -> BounceAddresses | None:
    if settings.mail_bounce_domain is None or settings.mail_bounce_key is None:
        return None
    return BounceAddresses(settings.mail_bounce_domain, *bounce_keys(settings.mail_bounce_key))


def signer_for(settings: MailerSettings, sender: str) -> DkimSigner | None:
    if settings.dkim_selector is None or settings.dkim_private_key is None:
        return None
    return DkimSigner(
        domain=domain_of(sender),
        selector=settings.dkim_selector,
        key=read_dkim_key(settings.dkim_private_key.get_secret_value()),
    )
