"""Every message as AsyncAPI 3 describes one: its headers, its payload, and an example."""

import json
from importlib.resources import files
from typing import Any

from pydantic.json_schema import models_json_schema

from mailer_service.consuming.message_copies import (
    ATTEMPT,
    FIRST_FAILED_AT,
    LAST_ERROR,
    PARKED_AT,
    REASON,
    REPLAYED,
)
from shared.mail_contract import CONTENT_TYPE, MODELS, Envelope, Report
from shared.tracing import TRACEPARENT

BINDING = "0.3.0"
SCHEMAS = "#/components/schemas/"
EXAMPLES = files("shared") / "examples"

Description = dict[str, Any]

TRACE_HEADER: Description = {
    TRACEPARENT: {"type": "string", "description": "W3C Trace Context; not there where nobody traces."}
}
FACT_HEADERS: Description = {
    **TRACE_HEADER,
    ATTEMPT: {
        "type": "integer",
        "minimum": 1,
        "description": "Which try comes next; 1 where it isn't there.",
    },
    FIRST_FAILED_AT: {"type": "string", "format": "date-time", "description": "When the first try failed."},
    LAST_ERROR: {"type": "string", "description": "What the mail server said; may name the recipient."},
    REASON: {"type": "string", "description": "Of a parked message: why."},
    PARKED_AT: {"type": "string", "format": "date-time", "description": "Of a parked message: since when."},
    REPLAYED: {"type": "string", "description": "When and by whom a parked message was sent again."},
}


def schemas() -> Description:
    """The envelope, the headers and the data of every message, by name."""
    models = [(model, "validation") for model in (Envelope, *MODELS.values())]
    _, schema = models_json_schema(models, ref_template=f"{SCHEMAS}{{model}}")  # type: ignore[arg-type]
    described: Description = schema["$defs"]
    # Which data it is, only each message says.
    del described["ContractModel"], described["Envelope"]["properties"]["data"]
    headers = {"FactHeaders": FACT_HEADERS, "ReportHeaders": TRACE_HEADER}
    return described | {
        name: {"type": "object", "properties": properties} for name, properties in headers.items()
    }


def messages() -> Description:
    """By their type, which is `name`, AMQP's `type` and the routing key too."""
    return {event_type: message_of(event_type) for event_type in MODELS}


def message_of(event_type: str) -> Description:
    model = MODELS[event_type]
    is_report = issubclass(model, Report)
    return {
        "name": event_type,
        "title": event_type.split(".")[1].replace("_", " ").capitalize(),
        "contentType": CONTENT_TYPE,
        "headers": {"$ref": f"{SCHEMAS}{'ReportHeaders' if is_report else 'FactHeaders'}"},
        "payload": payload_of(event_type, model.__name__, is_report=is_report),
        "correlationId": {"location": "$message.payload#/correlationid"},
        "bindings": {"amqp": {"messageType": event_type, "bindingVersion": BINDING}},
        "examples": [{"payload": json.loads((EXAMPLES / f"{event_type}.json").read_text("utf-8"))}],
    }


def payload_of(event_type: str, model_name: str, *, is_report: bool) -> Description:
    own: Description = {"type": {"const": event_type}, "data": {"$ref": f"{SCHEMAS}{model_name}"}}
    about: Description = {"subject": {"type": "string", "format": "uuid"}} if is_report else {}
    return {
        "allOf": [
            {"$ref": f"{SCHEMAS}Envelope"},
            {"type": "object", "properties": own | about, "required": list(own | about)},
        ]
    }
