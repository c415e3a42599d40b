"""What `dnr-mailer parked` says of a mail: addresses masked, codes never, sealed ones neither."""

import json

from mailer_service.consuming.parked_mail import ParkedMail
from mailer_service.words_of_others import one_line

HEADS = ("PARKED (UTC)", "ID", "KIND", "TO", "REASON")
WIDTHS = (16, 36, 26, 24)


def row(mail: ParkedMail, *, is_first: bool) -> str:
    cells = ((mail.parked_at or "by the broker")[:16], mail.id, kind_of(mail), mail.to or "-", mail.reason)
    line = in_columns(cells)
    return f"{in_columns(HEADS)}\n{line}" if is_first else line


def in_columns(cells: tuple[str, ...]) -> str:
    *narrow, last = cells
    return "  ".join([*(cell.ljust(width) for cell, width in zip(narrow, WIDTHS, strict=True)), last])


def summary(count: int, limit: int) -> str:
    if count == 0:
        return "Nothing is parked that fits."
    more = f"; shown are the oldest {limit}" if count > limit else ""
    return f"\n{count} parked{more}."


def kind_of(mail: ParkedMail) -> str:
    """`password_changed` of `mail.password_changed.v1`."""
    kind, _, _version = mail.type.removeprefix("mail.").rpartition(".")
    return kind or mail.type


def as_json(mail: ParkedMail) -> str:
    return json.dumps(told(mail), ensure_ascii=False)


def in_full(mail: ParkedMail) -> str:
    gemeente = one_line(mail.fact.gemeente.name) if mail.fact else None
    correlation = mail.event.correlationid if mail.event else None
    more = {"gemeente": gemeente, "correlationId": correlation, "unreadable": mail.unreadable}
    return json.dumps({**told(mail), **more}, indent=2, ensure_ascii=False)


def told(mail: ParkedMail) -> dict[str, object]:
    return {
        "id": mail.id,
        "type": mail.type,
        "to": mail.to,
        "reason": mail.reason,
        "attempt": mail.attempt,
        "parkedAt": mail.parked_at,
        "expiresAt": mail.expires_at.isoformat() if mail.expires_at else None,
    }
