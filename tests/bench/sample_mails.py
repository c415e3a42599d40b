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
    """Each with an id, a code and an address of its own."""
    seal = MessageSeal([sealing_key])
    renderer = Renderer(
        product="Digitaal Nachregister", sender=SENDER, public_url="https://inloggen.nachregister.example"
    )
    for _ in range(count):
        event_id, code = uuid4(), secrets.token_hex(24)
        fact = ActivationCodeIssued(
            to=f"jan.{event_id.hex[:12]}@dezon.example",
            gemeente=GEMEENTE,
            company_name="Pension De Zon & Zoë",
            occurred_at=now,
            expires_at=now + timedelta(hours=24),
            kept_until=now + timedelta(days=7),
            sealed_code=seal.seal(event_id, code),
        )
        rendered = renderer.render(fact, code)
        words = Words(
            to=fact.to,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            message_id=f"<{event_id}@nachregister.example>",
            raw="",
        )
        yield SampleMail(fact_event(event_id, fact), Words(**{**words, "raw": built(words).decode()}))
