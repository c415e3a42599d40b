"""From a fact to the relay's answer about its mail: once at a time per event, and through a blip."""

import asyncio
from typing import Never

from mailer_service.consuming.running_sends import RunningSends
from mailer_service.sending.smtp_answers import Answer, RelayDown
from mailer_service.sending.smtp_delivery import SmtpSession
from mailer_service.sending.smtp_relay import SmtpRelay
from mailer_service.writing.composing import ComposedMail
from mailer_service.writing.mail_preparation import MailPreparation
from shared.clock import Clock
from shared.mail_contract import Envelope
from shared.mail_facts import Fact

# A relay that restarts is back by then. Of whatever lasts longer nothing is kept here: other mailers may have
# a relay that works, and a message that is held counts against its delivery limit when we are killed.
BLIP_SECONDS = 20.0
# RabbitMQ ends the channel of whoever keeps a message for 30 minutes (consumer_timeout).
LONGEST_HOLD_SECONDS = 20 * 60.0
# The time of a busy loop lags behind the clock: a wait until a mail expires must not end before that.
EXPIRED_FOR_SECONDS = 1.0


class TooLate(Exception):
    """The mail has expired: what it says is no longer of use."""


class HeldTooLong(Exception):
    """The relay is down for more than a blip, or the broker won't let us keep the message any longer."""


class Handover:
    def __init__(
        self, *, preparation: MailPreparation, relay: SmtpRelay, sends: RunningSends, clock: Clock
    ) -> None:
        self._preparation = preparation
        self._relay = relay
        self._sends = sends
        self._clock = clock
        self._waits: set[asyncio.Timeout] = set()
        self._is_patient = True

    async def answer(self, event: Envelope, fact: Fact) -> Answer:
        """Raises Unmailable, TooLate, HeldTooLong, or Draining once the process stops."""
        # One that is on its way, or has arrived, is not too late, whatever the time is now.
        if event.id not in self._sends:
            self._check_in_time(fact)
        mail = self._preparation.prepare(event, fact)
        try:
            return await self._send(event, fact, mail)
        except HeldTooLong:
            self._check_in_time(fact)
            raise

    async def lose_patience_in_outages(self) -> Never:
        """Let whoever waits for a session give up once the relay is down for longer than a blip."""
        breaker = self._relay.breaker
        while True:
            await breaker.until_open()
            try:
                async with asyncio.timeout(BLIP_SECONDS):
                    await breaker.until_closed()
            except TimeoutError:
                self._lose_patience()
                await breaker.until_closed()
                self._is_patient = True

    def drain(self) -> None:
        """Begin no further send: whoever waits for a session gets Draining."""
        self._relay.drain()

    async def _send(self, event: Envelope, fact: Fact, mail: ComposedMail) -> Answer:
        give_up_at = self._give_up_at(fact)
        while True:
            if event.id in self._sends:
                answer = await self._sends.join(event.id)
            else:
                session = await self._session(give_up_at)
                if event.id in self._sends:
                    # A double of this message was quicker.
                    self._relay.give_back(session)
                    continue
                answer = await self._sends.start(event.id, self._relay.deliver(session, mail))
            if not isinstance(answer, RelayDown):
                return answer

    async def _session(self, give_up_at: float) -> SmtpSession:
        # Waiting here can be cancelled, sending can't: a message that another mailer got meanwhile
        # must not be sent from here too once the relay is back.
        try:
            async with asyncio.timeout_at(give_up_at if self._is_patient else 0.0) as wait:
                self._waits.add(wait)
                try:
                    return await self._relay.free_session()
                finally:
                    self._waits.discard(wait)
        except TimeoutError:
            raise HeldTooLong from None

    def _lose_patience(self) -> None:
        self._is_patient = False
        for wait in self._waits:
            if not wait.expired():
                wait.reschedule(0.0)

    def _give_up_at(self, fact: Fact) -> float:
        """In the loop's time."""
        until_expired = (fact.expires_at - self._clock()).total_seconds() + EXPIRED_FOR_SECONDS
        return asyncio.get_running_loop().time() + min(until_expired, LONGEST_HOLD_SECONDS)

    def _check_in_time(self, fact: Fact) -> None:
        if fact.expires_at <= self._clock():
            raise TooLate
