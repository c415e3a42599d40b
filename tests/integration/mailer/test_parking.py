"""What can't become a mail is parked with the reason, and the queue goes on."""

import json
from datetime import datetime
from uuid import UUID, uuid4

import aio_pika
import pytest

from deploy.local.mailbox.smtp_server import Moment
from mailer_service.consuming.message_copies import copy_of
from shared.clock import utc_now
from shared.mail_contract import MailDelivered, MailRefused, encode, report_event
from shared.mail_facts import ActivationCodeIssued
from shared.metrics import REGISTRY


@pytest.fixture
def make_body(make_event):
    """The JSON of a sound event, changed."""

    def make(**changes):
        return json.dumps(json.loads(encode(make_event(ActivationCodeIssued))) | changes).encode()

    return make


@pytest.fixture
def goes_on(broker, make_event):
    """Whether the next mail is delivered."""

    async def deliver_one():
        event = make_event()
        await broker.publish(event)
        report = await broker.take_report()
        return (report.subject, type(report.data)) == (str(event.id), MailDelivered)

    return deliver_one


async def publish_body(broker, body, message_id=None, headers=None):
    message = aio_pika.Message(
        body, message_id=message_id, type="mail.password_changed.v1", headers=headers, app_id="a_test"
    )
    await broker.publish_raw(message, "mail.password_changed.v1")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"type": "mail.birthday.v1"}, "undecodable: unknown type: 'mail.birthday.v1'"),
        (
            {"type": "mail.activation_code_issued.v9"},
            "undecodable: unknown version of activation_code_issued: 'v9'",
        ),
        ({"data": {}}, "undecodable: missing or wrong in mail.activation_code_issued.v1: "),
    ],
)
async def test_a_message_outside_the_contract_is_parked(
    changes, reason, broker, start_mailer, make_body, goes_on
):
    start_mailer()

    await publish_body(broker, make_body(**changes))

    parked = await broker.take_parked()
    assert parked.headers["mailer-reason"].startswith(reason)
    assert await goes_on()


async def test_what_is_parked_is_untouched(broker, start_mailer):
    start_mailer()
    message_id = str(uuid4())

    await publish_body(broker, b"\xffgeen JSON", message_id, {"traceparent": "00-4b", "x-death": "old"})

    parked = await broker.take_parked()
    assert parked.body == b"\xffgeen JSON"
    assert (parked.message_id, parked.type, parked.app_id) == (
        message_id,
        "mail.password_changed.v1",
        "a_test",
    )
    assert parked.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
    # Counted by the broker when it handed the message to this test.
    del parked.headers["x-delivery-count"]
    assert datetime.fromisoformat(parked.headers.pop("mailer-parked-at")) <= utc_now()
    assert parked.headers == {
        "traceparent": "00-4b",
        "mailer-reason": "undecodable: the body is not JSON in UTF-8",
        "mailer-attempt": 1,
    }


async def test_an_unreadable_message_of_a_known_event_is_reported(broker, start_mailer, goes_on):
    start_mailer()
    event_id = uuid4()

    await publish_body(broker, b"geen JSON", str(event_id))

    report = await broker.take_report()
    assert (report.subject, type(report.data)) == (str(event_id), MailRefused)
    assert await goes_on()


async def test_a_report_in_the_wrong_queue_is_parked(broker, start_mailer, goes_on, now):
    start_mailer()
    report = report_event(uuid4(), MailDelivered(at=now, attempt=1), about=UUID(int=1))

    await broker.publish(report)

    parked = await broker.take_parked()
    assert parked.headers["mailer-reason"].startswith("wrong_queue: mail.delivered.v1")
    assert await goes_on()


async def test_a_seal_of_another_event_is_parked_and_reported(
    broker, smtp_server, start_mailer, make_event, goes_on
):
    labels = {"type": "mail.activation_code_issued.v1", "answer": "parked"}
    before = REGISTRY.get_sample_value("dnr_mail_answers_total", labels)
    start_mailer()
    sealed_elsewhere = make_event(ActivationCodeIssued).data.sealed_code
    event = make_event(ActivationCodeIssued, sealed_code=sealed_elsewhere)

    await broker.publish(event)

    parked, report = await broker.take_parked(), await broker.take_report()
    assert parked.headers["mailer-reason"] == "seal_unreadable: the code was sealed for another event"
    assert (report.subject, type(report.data)) == (str(event.id), MailRefused)
    assert REGISTRY.get_sample_value("dnr_mail_answers_total", labels) == before + 1
    assert smtp_server.mails == []
    assert await goes_on()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sealed_code": "geen zegel"}, "seal_unreadable"),
        ({"code": "<script>"}, "code_malformed"),
        ({"to": "a,b@x.example"}, "address_unusable"),
    ],
)
async def test_what_makes_no_mail_is_parked_and_reported(
    changes, reason, broker, start_mailer, make_event, goes_on
):
    start_mailer()
    event = make_event(ActivationCodeIssued, **changes)

    await broker.publish(event)

    parked, report = await broker.take_parked(), await broker.take_report()
    assert parked.headers["mailer-reason"].startswith(f"{reason}: ")
    assert report.subject == str(event.id)
    assert await goes_on()


async def test_a_bug_parks_its_message_and_stops_nobody_else(
    broker, start_mailer, make_event, goes_on, monkeypatch
):
    start_mailer()
    event = make_event(to="bug@pensiondezon.example")
    monkeypatch.setattr("mailer_service.writing.composing.wire_address", stumbling_over(event.data.to))

    await broker.publish(event)

    parked, report = await broker.take_parked(), await broker.take_report()
    assert parked.headers["mailer-reason"] == "internal_error: ZeroDivisionError"
    assert report.subject == str(event.id)
    assert await goes_on()


def stumbling_over(bad_address):
    def wire_address(address):
        if address == bad_address:
            raise ZeroDivisionError
        return address

    return wire_address


async def test_codes_and_addresses_stay_out_of_the_logs(broker, start_mailer, make_event, caplog, capsys):
    start_mailer()
    good = make_event(ActivationCodeIssued)
    bad = make_event(ActivationCodeIssued, sealed_code="geen zegel")

    for event in (good, bad):
        await broker.publish(event)
        await broker.take_report()

    written = caplog.text + "".join(capsys.readouterr())
    assert "seal_unreadable" in written
    for event in (good, bad):
        assert event.data.to not in written
        assert "08783e884a2f59f2" not in written


async def test_what_was_parked_can_be_sent_again(broker, smtp_server, start_mailer, make_event):
    """The way an operator replays a message: as it lies there, to the exchange it came from."""
    smtp_server.handler.replies[Moment.DATA] = ["550 5.1.1 No such user"]
    start_mailer()
    event = make_event()
    await broker.publish(event)
    parked, refused = await broker.take_parked(), await broker.take_report()

    await broker.publish_raw(copy_of(parked, {}), parked.type)

    delivered = await broker.take_report()
    assert (type(refused.data), type(delivered.data)) == (MailRefused, MailDelivered)
    assert delivered.subject == str(event.id)
    assert len(smtp_server.mails) == 1
