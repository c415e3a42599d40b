"""Which mail came back and why, from what mail systems of many kinds send."""

import pytest

from mailer_service.bounces.bounce_reading import Because, Bounce, NoBounce
from tests.unit.mailer.bounces.conftest import CODE, EVENT_ID, OTHER_ID, REPORTS

HOTEL = "info@pensiondezon.example"
FAILURES = {
    "postfix": (
        f"5.1.1 smtp; 550 5.1.1 <{HOTEL}>: Recipient address rejected: User unknown in virtual mailbox table",
        True,
    ),
    # Made by Postfix 3.7 itself; the others are written after what such systems send.
    "postfix_as_sent": (f"5.1.1 smtp; 550 5.1.1 <{HOTEL}>: Recipient address rejected: User unknown", True),
    "exim": ("5.2.2 smtp; 552 5.2.2 Mailbox is full", False),
    "exim_plain": ("550 Unrouteable address", False),
    "microsoft365": (
        f"5.1.10 smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {HOTEL} "
        "not found by SMTP address lookup",
        True,
    ),
    "gmail": (
        "5.1.2 smtp; DNS Error: DNS type 'mx' lookup of pensiondezon.example responded with code NXDOMAIN "
        "Domain name not found: pensiondezon.example",
        # A registration that lapsed can be renewed.
        False,
    ),
    "sendmail": ("4.4.7 SMTP; 451 4.7.1 Greylisting in action, please come back later", False),
    "qmail": ("5.1.1 Sorry, no mailbox here by that name. (#5.1.1)", True),
    "international": ("5.1.1 smtp; 550 5.1.1 No such user", True),
}
OTHERS = {
    "postfix_delayed": Because.NOT_FAILED,
    "out_of_office": Because.AUTO_REPLY,
    "typed_reply": Because.NOT_UNDERSTOOD,
}


def test_every_report_that_is_kept_is_judged():
    assert {path.stem for path in REPORTS.glob("*.eml")} == {*FAILURES, *OTHERS}


@pytest.mark.parametrize("system", FAILURES)
def test_a_returned_mail_is_a_bounce_of_its_event_with_the_servers_words(system, read, report_of):
    reply, unusable = FAILURES[system]

    assert read(report_of(system)) == Bounce(EVENT_ID, reply, unusable)


@pytest.mark.parametrize("kind", OTHERS)
def test_what_did_not_fail_for_good_is_no_bounce(kind, read, report_of):
    reading = read(report_of(kind))

    assert isinstance(reading, NoBounce)
    assert (reading.because, reading.event_id) == (OTHERS[kind], EVENT_ID)


@pytest.mark.parametrize("said", [b"Auto-Submitted: auto-generated", b"X-Autoreply: yes"])
def test_a_holiday_reply_says_in_several_ways_that_it_is_one(said, read, report_of):
    report = report_of("out_of_office").replace(b"Auto-Submitted: auto-replied", said)

    assert read(report) == NoBounce(Because.AUTO_REPLY, EVENT_ID)


def test_a_mail_without_a_sender_that_tells_a_failure_is_a_bounce(read, report_of):
    report = report_of("qmail").replace(b"From: MAILER-DAEMON@", b"From: mailsystem@")

    assert isinstance(read(report), Bounce)


@pytest.mark.parametrize("system", [*FAILURES, *OTHERS])
def test_a_report_to_an_address_that_is_not_ours_is_a_forgery(system, read, report_of, addresses):
    address = addresses.address_for(EVENT_ID)
    forged = address.replace(address[41], "a" if address[41] != "a" else "b", 1)

    assert read(report_of(system, bounce_address=forged)) == NoBounce(Because.FORGED)


def test_a_mail_to_somebody_else_is_none_of_ours(read, report_of):
    assert read(report_of("postfix", bounce_address="bob+hotel@elsewhere.example")) == NoBounce(
        Because.NOT_OURS
    )


def test_whom_it_came_to_can_be_told_by_the_relay(read, report_of, addresses):
    report = report_of("qmail", bounce_address="postmaster@nachregister.example")

    reading = read(report, recipient=addresses.address_for(EVENT_ID).upper())

    assert isinstance(reading, Bounce)
    assert reading.event_id == EVENT_ID


def test_an_address_that_a_forwarder_wrapped_around_ours_is_still_ours(read, report_of, addresses):
    ours = addresses.address_for(EVENT_ID).replace("@", "=")
    wrapped = f"SRS0=HHH=TT=bounce.nachregister.example={ours.split('=')[0]}@forwarder.example"

    assert isinstance(read(report_of("postfix", bounce_address=wrapped)), Bounce)


def test_an_address_of_ours_under_a_mail_of_somebody_else_is_no_bounce(read, report_of):
    reading = read(report_of("postfix", event_id=OTHER_ID))

    assert reading == NoBounce(Because.OTHER_MAIL, EVENT_ID)


def test_a_code_that_a_server_quotes_is_struck_out(read, report_of):
    report = report_of("postfix").replace(b"User unknown in", f"Spam: {CODE}".encode())

    reading = read(report)

    assert isinstance(reading, Bounce)
    assert "Spam: …" in reading.reply


def test_long_words_of_a_server_are_cut(read, report_of):
    reading = read(report_of("postfix").replace(b"User unknown in", b"unknown " * 1000))

    assert isinstance(reading, Bounce)
    assert len(reading.reply) == 500


def group(recipient, action, status="5.1.1"):
    return f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\n\n"


@pytest.fixture
def report_about(report_of):
    """Postfix's report, with other recipients in it."""

    def report(*groups):
        before, _, rest = report_of("postfix").decode().partition("Final-Recipient:")
        _, _, after = rest.partition("virtual mailbox table\n\n")
        return f"{before}{''.join(groups)}{after}".encode()

    return report


def test_a_mail_that_one_of_several_got_has_arrived(read, report_about):
    report = report_about(group("a@thuis.example", "failed"), group("b@thuis.example", "relayed", "2.1.9"))

    assert read(report) == NoBounce(Because.NOT_FAILED, EVENT_ID, "failed, relayed")


def test_of_several_that_failed_the_one_we_mailed_is_told(read, report_about):
    report = report_about(
        group("a@thuis.example", "failed", "5.2.2"), group(HOTEL.upper(), "failed", "5.1.1")
    )

    assert read(report) == Bounce(EVENT_ID, "5.1.1", address_unusable=True)


def test_an_address_that_was_forwarded_to_says_nothing_about_ours(read, report_about):
    assert read(report_about(group("a@thuis.example", "failed"))) == Bounce(
        EVENT_ID, "5.1.1", address_unusable=False
    )


@pytest.mark.parametrize(("status", "bounced"), [("5.1.1", True), ("4.4.1", False), ("2.0.0", False)])
def test_without_an_action_the_class_of_the_status_tells(status, bounced, read, report_about):
    report = report_about(f"Final-Recipient: rfc822; {HOTEL}\nStatus: {status}\n\n")

    assert isinstance(read(report), Bounce) == bounced


def test_a_report_that_says_nothing_of_the_recipient_is_read_by_its_words(read, report_about):
    report = report_about(f"Final-Recipient: rfc822; {HOTEL}\nAction: gave-up\n\n")

    reading = read(report)

    assert isinstance(reading, Bounce)
    assert reading.reply.startswith("5.1.1 <info@pensiondezon.example>: Recipient address rejected")


@pytest.mark.parametrize("kind", ["disposition-notification", "feedback-report"])
def test_a_report_of_another_kind_is_no_bounce(kind, read, report_of):
    report = report_of("postfix").replace(b"delivery-status", kind.encode())
    told = report.replace(b"550", b"").replace(b"5.1.1", b"")

    assert read(told) == NoBounce(Because.NOT_UNDERSTOOD, EVENT_ID, "it tells no final failure")


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("host mx.dezon.example said: 550-5.1.1 Gone", "550-5.1.1 Gone"),
        ("5.1.1 smtp; 550 Gone", "5.1.1 550 Gone"),
        ("5.1.1 Gone", "5.1.1 Gone"),
        ("Gone. (#5.1.1)", "5.1.1 Gone. (#5.1.1)"),
        ("554 Gone", "554 Gone"),
    ],
)
def test_the_code_stands_in_front_of_what_is_told_in_words(line, reply, read, report_of):
    report = report_of("qmail").replace(b"Sorry, no mailbox here by that name. (#5.1.1)", line.encode())

    reading = read(report)

    assert isinstance(reading, Bounce)
    assert reading.reply == reply


@pytest.mark.parametrize(
    "line", ["450 4.2.0 Later", "See 5.1.1.5 and port 5500", "ext. 550", "10.5.1.1 is busy"]
)
def test_a_line_without_a_final_code_is_no_failure(line, read, report_of):
    report = report_of("qmail").replace(b"Sorry, no mailbox here by that name. (#5.1.1)", line.encode())

    assert read(report) == NoBounce(Because.NOT_UNDERSTOOD, EVENT_ID, "it tells no final failure")
