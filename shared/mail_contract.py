"""The messages between the services: CloudEvents 1.0 in structured JSON, one model per kind.

auth_service states what is true (`activation_code_issued`), mailer_service chooses the words and
reports back (`mail.delivered.v1`). Unknown fields are ignored, so that a newer sender may add some.
"""

import json
import re
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, SerializeAsAny, ValidationError

from shared.contract_model import ContractModel
from shared.correlation import NOWHERE, Origin
from shared.mail_facts import FACTS, Fact

CONTENT_TYPE = "application/cloudevents+json"
VERSION = "v1"
# Far more than any mail is tried; so that a number always fits wherever it is kept.
MOST_ATTEMPTS = 1_000_000


class Report(ContractModel):
    """What happened to the mail of event `subject`; `attempt` counts from 1, `reply` is the server's own."""

    outcome: ClassVar[str]

    at: AwareDatetime
    attempt: Annotated[int, Field(ge=1, le=MOST_ATTEMPTS)]
    reply: str | None = None


class MailDelivered(Report):
    outcome: ClassVar[str] = "delivered"


class MailDeferred(Report):
    outcome: ClassVar[str] = "deferred"

    next_try_at: AwareDatetime


class Failed(Report):
    """`address_unusable`: the address itself will never get a mail (RFC 3463 X.1.1, X.1.3, …)."""

    address_unusable: bool = False


class MailRefused(Failed):
    outcome: ClassVar[str] = "refused"


class MailExpired(Report):
    outcome: ClassVar[str] = "expired"


class MailBounced(Failed):
    """Taken by the relay, and sent back by somebody behind it. Of which try isn't known: `attempt` is 1."""

    outcome: ClassVar[str] = "bounced"


REPORTS: tuple[type[Report], ...] = (MailDelivered, MailDeferred, MailRefused, MailExpired, MailBounced)


def type_of_fact(fact: type[Fact] | Fact) -> str:
    return f"mail.{fact.kind}.{VERSION}"


def type_of_report(report: type[Report] | Report) -> str:
    return f"mail.{report.outcome}.{VERSION}"


MODELS: dict[str, type[Fact] | type[Report]] = {
    **{type_of_fact(fact): fact for fact in FACTS},
    **{type_of_report(report): report for report in REPORTS},
}


def read_trace_id(value: object) -> str | None:
    """What tells where an event came from is for people: where it can't be used, the mail still goes out."""
    return value if isinstance(value, str) and re.fullmatch(r"[0-9A-Za-z-]{1,64}", value) else None


TraceId = Annotated[str | None, BeforeValidator(read_trace_id)]


class Envelope(ContractModel):
    """CloudEvents 1.0 attributes; `type` is the routing key and says which model `data` has."""

    # CloudEvents attribute names are all lower case.
    model_config = ConfigDict(alias_generator=None)

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str
    time: AwareDatetime
    # A report's subject is the id of the event it speaks of.
    subject: str | None = None
    # Extension attributes: what of ours brought this about, and its trace (W3C Trace Context).
    correlationid: TraceId = None
    traceparent: TraceId = None
    datacontenttype: Literal["application/json"] = "application/json"
    data: SerializeAsAny[ContractModel]

    @property
    def origin(self) -> Origin:
        return Origin(self.correlationid, self.traceparent)


class Undecodable(Exception):
    """A body that is no message of this contract; the text says why and quotes nothing of the content."""


def fact_event(event_id: UUID, fact: Fact, origin: Origin = NOWHERE) -> Envelope:
    return Envelope(
        id=event_id,
        source="/auth_service",
        type=type_of_fact(fact),
        time=fact.occurred_at,
        correlationid=origin.correlation_id,
        traceparent=origin.traceparent,
        data=fact,
    )


def report_event(event_id: UUID, report: Report, *, about: UUID, origin: Origin = NOWHERE) -> Envelope:
    return Envelope(
        id=event_id,
        source="/mailer_service",
        type=type_of_report(report),
        time=report.at,
        subject=str(about),
        correlationid=origin.correlation_id,
        traceparent=origin.traceparent,
        data=report,
    )


def encode(event: Envelope) -> bytes:
    return event.model_dump_json(exclude_none=True).encode()


def decode(body: bytes) -> Envelope:
    """The event in `body`, its data as the model of its type; raises Undecodable."""
    attributes = parsed_object(body)
    model = model_for(attributes.get("type"))
    try:
        data = model.model_validate(attributes.get("data"))
        return Envelope.model_validate({**attributes, "data": data})
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors(include_url=False))
        raise Undecodable(f"missing or wrong in {attributes.get('type')}: {fields or 'data'}") from None


def parsed_object(body: bytes) -> dict[str, Any]:
    try:
        attributes = json.loads(body)
    except (ValueError, RecursionError):
        raise Undecodable("the body is not JSON in UTF-8") from None
    if not isinstance(attributes, dict):
        raise Undecodable("the body is not a JSON object")
    return attributes


def model_for(event_type: object) -> type[Fact] | type[Report]:
    if isinstance(event_type, str) and event_type in MODELS:
        return MODELS[event_type]
    kind, _, version = str(event_type).removeprefix("mail.").rpartition(".")
    if f"mail.{kind}.{VERSION}" in MODELS:
        raise Undecodable(f"unknown version of {kind}: {version[:20]!r}")
    raise Undecodable(f"unknown type: {str(event_type)[:80]!r}")
