"""Mails to measure with: activation mails with their codes, and the same words for who doesn't write any."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from mailer_service.writing.rendering import Renderer
from shared.mail_contract import Envelope, fact_event
from shared.mail_facts import ActivationCodeIssued, GemeenteContact
from shared.sealing import MessageSeal
from tests.bench.peers.peer_mail import SENDER, Words, built

GEMEENTE = GemeenteContact(
    name="Súdwest-Fryslân", email="nachtregister@sudwestfryslan.example", phone="+31515123456"
)


@dataclass(frozen=True)
class SampleMail:
    event: Envelope
    words: Words


def sample_mails(count: int, sealing_key: str, now: datetime) -> Iterator[SampleMail]:
    renderer = Renderer(
        product="Digitaal Nachregister", sender=SENDER, public_url="https://inloggen.nachregister.example"
    )
    seal = MessageSeal([sealing_key])
    for event in sample_events(count, sealing_key, now):
        assert isinstance(event.data, ActivationCodeIssued)
        rendered = renderer.render(event.data, seal.open(event.id, event.data.sealed_code))
        words = Words(
            to=event.data.to,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            message_id=f"<{event.id}@nachregister.example>",
            raw="",
        )
        yield SampleMail(event, Words(**{**words, "raw": built(words).decode()}))


def sample_events(count: int, sealing_key: str, now: datetime) -> Iterator[Envelope]:
    """Each with an id, a code and an address of its own."""
    seal = MessageSeal([sealing_key])
    for _ in range(count):
        event_id = uuid4()
        fact = ActivationCodeIssued(
            to=f"jan.{event_id.hex[:12]}@dezon.example",
            gemeente=GEMEENTE,
            company_name="Pension De Zon & Zoë",
            occurred_at=now,
            expires_at=now + timedelta(hours=24),
            kept_until=now + timedelta(days=7),
            sealed_code=seal.seal(event_id, secrets.token_hex(24)),
        )
        yield fact_event(event_id, fact)
