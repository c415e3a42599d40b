"""The AsyncAPI 3 document: which messages go through which exchanges and queues, and who sends them."""

from typing import Any

from mailer_service.contract.message_descriptions import BINDING, Description, messages, schemas
from shared.broker_topology import (
    COMMANDS,
    EVENTS,
    EXCHANGES,
    PARKING,
    PARKING_QUEUE,
    QUEUES,
    REPORTS_QUEUE,
    RETRY,
    SEND_QUEUE,
    Queue,
)
from shared.mail_contract import CONTENT_TYPE, REPORTS, VERSION, type_of_fact, type_of_report
from shared.mail_facts import FACTS

AUTH, MAILER = "auth_service", "mailer_service"
FACT_TYPES = [type_of_fact(fact) for fact in FACTS]
REPORT_TYPES = [type_of_report(report) for report in REPORTS]
ABOUT = """\
The login states facts, such as an activation code that was issued; the mailer makes mails of them and
reports what became of each. Every message is a CloudEvent 1.0 in structured JSON; its `type` is also the
routing key and AMQP's `type`, its `id` AMQP's `message_id`. At least once: the same `id` may come again.

`sealedCode` is a Fernet token, made with the first of MESSAGE_SEALING_KEYS, of the JSON array `[id, code]`,
where `id` is that of the event. A report's `subject` is the `id` of the event that it speaks of.
"""


def document() -> Description:
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Mails of the Digitaal Nachregister", "version": VERSION, "description": ABOUT},
        "defaultContentType": CONTENT_TYPE,
        "channels": channels(),
        "operations": operations(),
        "components": {"messages": messages(), "schemas": schemas()},
    }


def channels() -> Description:
    return {
        "facts": routed(COMMANDS, "kind", FACT_TYPES),
        "reports": routed(EVENTS, "outcome", REPORT_TYPES),
        **{queue.name: queued(queue) for queue in QUEUES},
    }


def routed(exchange: str, parameter: str, types: list[str]) -> Description:
    """What is published to an exchange, with the type as its routing key."""
    return {
        "address": f"mail.{{{parameter}}}.{VERSION}",
        "parameters": {parameter: {"enum": [event_type.split(".")[1] for event_type in types]}},
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in types},
        "bindings": amqp(
            {
                "is": "routingKey",
                "exchange": {"name": exchange, "type": EXCHANGES[exchange].value, "durable": True},
            }
        ),
    }


def queued(queue: Queue) -> Description:
    return {
        "address": queue.name,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in types_in(queue)},
        "bindings": amqp(
            {
                "is": "queue",
                "queue": {"name": queue.name, "durable": True, "exclusive": False, "autoDelete": False},
            }
        ),
        # The binding has no room for these.
        "x-rabbitmq": {
            "arguments": {"x-queue-type": "quorum", **queue.arguments},
            "bound": {"exchange": queue.exchange, "routingKey": queue.routing_key},
        },
    }


def types_in(queue: Queue) -> list[str]:
    held = {EVENTS: REPORT_TYPES, PARKING: FACT_TYPES + REPORT_TYPES}
    return held.get(queue.exchange, FACT_TYPES)


def operations() -> Description:
    return {
        "stateFact": sent(AUTH, "facts", "Something became true that somebody is mailed about."),
        "deliverFact": received(MAILER, SEND_QUEUE, "Make a mail of it and hand it to the relay."),
        **{
            f"retryAfter{queue.routing_key}": sent(
                MAILER, queue.name, "Comes back when that time has passed."
            )
            for queue in QUEUES
            if queue.exchange == RETRY
        },
        "park": sent(MAILER, PARKING_QUEUE, "No retry will mend it: somebody has to look."),
        "report": sent(MAILER, "reports", "What became of the mail."),
        "recordReport": received(AUTH, REPORTS_QUEUE, "Keep it for whoever waits, and for the helpdesk."),
    }


def sent(service: str, channel: str, summary: str) -> Description:
    publishing = {"deliveryMode": 2, "mandatory": True, "timestamp": True}
    return operation("send", service, channel, summary) | {"bindings": amqp(publishing)}


def received(service: str, channel: str, summary: str) -> Description:
    return operation("receive", service, channel, summary) | {"bindings": amqp({"ack": True})}


def operation(action: str, service: str, channel: str, summary: str) -> Description:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": summary,
        "tags": [{"name": service}],
    }


def amqp(binding: dict[str, Any]) -> Description:
    return {"amqp": {**binding, "bindingVersion": BINDING}}
