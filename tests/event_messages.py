"""An event as it goes to the broker, for whoever publishes it by other means, or with further headers."""

import aio_pika
from aio_pika.abc import HeadersType

from shared.broker import event_properties
from shared.mail_contract import Envelope, encode


def event_message(event: Envelope, headers: HeadersType | None = None) -> aio_pika.Message:
    ours = event_properties(event)
    return aio_pika.Message(
        encode(event),
        message_id=ours.message_id,
        correlation_id=ours.correlation_id,
        type=ours.message_type,
        timestamp=ours.timestamp,
        app_id=ours.app_id,
        content_type=ours.content_type,
        delivery_mode=ours.delivery_mode,
        headers={**(ours.headers or {}), **(headers or {})},
    )
