"""Facts as auth states them, drawn by seed: most are mailed, some have a code, some come to nothing."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from shared.mail_contract import Envelope, fact_event
from shared.mail_facts import ActivationCodeIssued, Fact, GemeenteContact, PasswordChanged
from shared.sealing import MessageSeal
from tests.faults.rude_smtp import NOBODY
from tests.faults.seeds import Draws

CODE = "08783e884a2f59f2cf1108c566a33353518e775d44310341"
GEMEENTE = GemeenteContact(name="Zeedorp", email="nachtregister@zeedorp.example")
# One in so many is such a one.
CODED_EVERY, NOBODY_EVERY, EXPIRED_EVERY = 25, 40, 60
LONGEST_SECONDS = 3_600

ENDINGS = DELIVERED, REFUSED, EXPIRED = "mail.delivered.v1", "mail.refused.v1", "mail.expired.v1"


@dataclass
class Facts:
    """`endings`: by event id, what each must be reported as in the end; `drawn`: those that are events."""

    draws: Draws
    seal: MessageSeal
    now: datetime
    endings: dict[str, str] = field(default_factory=dict)
    drawn: list[Envelope] = field(default_factory=list)

    def draw(self, number: int) -> list[Envelope]:
        events = [self._draw_one() for _ in range(number)]
        self.drawn += events
        return events

    def draw_poison(self) -> tuple[str, bytes]:
        """A message id, and a body that is no event."""
        event_id = self._draw_id()
        self.endings[str(event_id)] = REFUSED
        cut = self.draws.randint(0, 200)
        return str(event_id), json.dumps({"id": str(event_id), "data": "x" * 200}).encode()[:cut]

    @property
    def to_be_parked(self) -> set[str]:
        return {event_id for event_id, ending in self.endings.items() if ending == REFUSED}

    @property
    def to_be_mailed(self) -> set[str]:
        return {event_id for event_id, ending in self.endings.items() if ending == DELIVERED}

    def _draw_one(self) -> Envelope:
        event_id, number = self._draw_id(), len(self.endings) + 1
        to_nobody, expired = number % NOBODY_EVERY == 0, number % EXPIRED_EVERY == 1
        name = NOBODY if to_nobody else "guest"
        fact = self._fact(
            event_id,
            f"{name}-{number}@dezon.example",
            expires_at=self.now + timedelta(seconds=-1 if expired else LONGEST_SECONDS),
            with_code=number % CODED_EVERY == 0,
        )
        self.endings[str(event_id)] = EXPIRED if expired else REFUSED if to_nobody else DELIVERED
        return fact_event(event_id, fact)

    def _fact(self, event_id: UUID, to: str, *, expires_at: datetime, with_code: bool) -> Fact:
        said = {
            "to": to,
            "gemeente": GEMEENTE,
            "company_name": "Pension De Zon",
            "occurred_at": self.now,
            "expires_at": expires_at,
        }
        if not with_code:
            return PasswordChanged.model_validate(said)
        sealed = self.seal.seal(event_id, CODE)
        return ActivationCodeIssued.model_validate({**said, "kept_until": expires_at, "sealed_code": sealed})

    def _draw_id(self) -> UUID:
        return UUID(int=self.draws.getrandbits(128), version=4)
