"""What a report of RFC 3464 says of each recipient."""

import re
from dataclasses import dataclass

from mailer_service.bounces.incoming_mail import Part, header_block

# RFC 3463 § 2; not within a longer number, such as the address of a host.
STATUS = re.compile(r"(?<![\d.])[245]\.[0-7]\.\d{1,3}(?![\d.]*\d)")
DELIVERY_STATUS = "message/delivery-status"
# RFC 6533 § 3, where an address isn't ASCII.
REPORTS = (DELIVERY_STATUS, "message/global-delivery-status")
FAILED, DELAYED = "failed", "delayed"
ARRIVED = ("delivered", "relayed", "expanded")
ACTIONS = (FAILED, DELAYED, *ARRIVED)
ACTION_OF_CLASS = {"2": ARRIVED[0], "4": DELAYED, "5": FAILED}


@dataclass(frozen=True)
class RecipientStatus:
    """`action` is one of ACTIONS; `status` such as 5.1.1 and `final`, an address, are empty where unsaid."""

    action: str
    status: str
    diagnostic: str
    final: str


def recipient_statuses(mail: Part) -> list[RecipientStatus]:
    """Of every recipient of whom a report in this mail says what was done; empty where there is none."""
    reports = [part for part in mail.own_parts() if part.type in REPORTS]
    statuses = [status_of(fields) for report in reports for fields in field_groups(report)]
    return [status for status in statuses if status.action]


def field_groups(report: Part) -> list[Part]:
    if report.type == DELIVERY_STATUS:
        return list(report.parts)
    # The parser knows groups in the older type only: here it sees a mail with headers and a body.
    later = [group for part in report.parts for group in re.split(r"\r?\n\r?\n", part.text)]
    return [*report.parts, *map(header_block, later)]


def status_of(fields: Part) -> RecipientStatus:
    diagnostic = fields.value("diagnostic-code")
    status = most_telling(fields.value("status"), diagnostic)
    # Without comments, which some add: `failed (bounced)`.
    action = fields.value("action").partition("(")[0].strip().lower()
    return RecipientStatus(
        action=action if action in ACTIONS else ACTION_OF_CLASS.get(status[:1], ""),
        status=status,
        diagnostic=diagnostic,
        final=address_in(fields.value("final-recipient")),
    )


def most_telling(status: str, diagnostic: str) -> str:
    """The code of `status`, or of the server's own words where the former says no more than its class.

    Exim writes 5.0.0 for whatever reason.
    """
    told, quoted = STATUS.search(status), STATUS.search(diagnostic)
    if told is None:
        return quoted[0] if quoted else ""
    # Of the same class: who gave up (5) may quote the answer that kept him waiting (4).
    more = quoted and told[0].endswith(".0.0") and quoted[0][0] == told[0][0]
    return quoted[0] if quoted and more else told[0]


def address_in(field: str) -> str:
    """`info@hotel.example` of `rfc822; Info@Hotel.example`, and of `"Hotel" <info@hotel.example>`."""
    return field.rpartition(";")[2].rpartition("<")[2].partition(">")[0].strip().lower()
