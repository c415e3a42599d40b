"""What one service writes, the other reads; golden messages stay readable for ever."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic import ValidationError

from shared.correlation import NOWHERE, Origin
from shared.mail_contract import (
    MODELS,
    MailDelivered,
    Report,
    Undecodable,
    decode,
    encode,
    fact_event,
    report_event,
)
from shared.mail_facts import ActivationCodeIssued, Fact, GemeenteContact

EVENT_ID = UUID("0193a000-0000-7000-8000-000000000001")


def changed(body, **changes):
    """`body` with attributes replaced; None takes one away. `data_x` changes field x of the data."""
    message = json.loads(body)
    for name, value in changes.items():
        part, key = (message["data"], name[5:]) if name.startswith("data_") else (message, name)
        part[key] = value
        if value is None:
            del part[key]
    return json.dumps(message).encode()


def test_every_type_has_one_example_and_every_example_a_type(examples):
    assert set(examples) == set(MODELS)


def test_an_example_is_exactly_what_we_would_write(example_file):
    body = example_file.read_bytes()

    event = decode(body)

    assert event.type == example_file.stem
    assert type(event.data) is MODELS[event.type]
    assert json.loads(encode(event)) == json.loads(body)


def test_a_golden_message_is_still_read(golden_file):
    body = golden_file.read_bytes()

    event = decode(body)

    assert type(event.data) is MODELS[event.type]
    assert golden_file.name.startswith(event.type)
    written = json.loads(body)
    assert str(event.id) == written["id"]
    assert event.time == datetime(2026, 11, 23, 13, 5, 0, 123456, tzinfo=UTC)
    assert isinstance(event.data, Report) == (event.subject is not None)
    if isinstance(event.data, Fact):
        assert event.data.to == "info@pensiondezon.example"
        assert event.data.company_name == written["data"].get("companyName")


def test_every_type_has_a_golden_message(request):
    golden = {
        json.loads(path.read_bytes())["type"] for path in (request.path.parent / "golden").glob("*.json")
    }

    assert golden == set(MODELS)


def test_what_is_encoded_decodes_to_the_same(examples):
    fact = decode(examples["mail.activation_code_issued.v1"]).data
    assert isinstance(fact, ActivationCodeIssued)
    event = fact_event(EVENT_ID, fact)

    assert decode(encode(event)) == event


def test_a_report_names_the_event_it_speaks_of():
    report = MailDelivered(at=datetime(2026, 11, 23, tzinfo=UTC), attempt=1, reply="250 Ok")

    event = decode(encode(report_event(UUID(int=7), report, about=EVENT_ID)))

    assert event.subject == str(EVENT_ID)
    assert event.data == report


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"{" * 100_000, "not JSON"),
        (b"[1]", "not a JSON object"),
        (b"{}", "unknown type"),
        (b'{"type": 7}', "unknown type"),
    ],
)
def test_what_is_no_message_says_why(body, reason):
    with pytest.raises(Undecodable, match=reason):
        decode(body)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"type": "mail.birthday.v1"}, "unknown type: 'mail.birthday.v1'"),
        ({"type": "mail.activation_code_issued.v2"}, "unknown version of activation_code_issued: 'v2'"),
        ({"type": None}, "unknown type"),
        ({"id": "1"}, "id"),
        ({"specversion": "0.3"}, "specversion"),
        ({"time": "2026-11-23T13:05:00"}, "time"),
        ({"data": None}, "data"),
        ({"data_to": "geheim"}, "to"),
        ({"data_sealedCode": None}, "sealedCode"),
        ({"data_expiresAt": "morgen"}, "expiresAt"),
        ({"data_gemeente": {"name": "geheim"}}, "gemeente.email"),
    ],
)
def test_a_message_with_something_wrong_is_refused_without_quoting_it(changes, reason, examples):
    with pytest.raises(Undecodable, match=reason) as refusal:
        decode(changed(examples["mail.activation_code_issued.v1"], **changes))

    assert "geheim" not in str(refusal.value)


def test_what_is_wrong_with_a_fact_is_told_without_the_address():
    with pytest.raises(ValidationError) as wrong:
        GemeenteContact(name="Zeedorp", email="loket van zeedorp")

    assert "email" in str(wrong.value)
    assert "loket" not in str(wrong.value)


def test_what_brought_an_event_about_travels_with_it(examples):
    origin = Origin(
        "4bf92f3577b34da6a3ce929d0e0e4736", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    )
    fact = decode(examples["mail.password_changed.v1"]).data
    report = decode(examples["mail.delivered.v1"]).data
    assert isinstance(fact, Fact)
    assert isinstance(report, Report)

    for event in (
        fact_event(EVENT_ID, fact, origin),
        report_event(EVENT_ID, report, about=EVENT_ID, origin=origin),
    ):
        assert decode(encode(event)).origin == origin


@pytest.mark.parametrize("odd", [7, "", "a b", "x" * 65, "line\nbreak", ["a"]])
def test_a_correlation_id_that_cannot_be_used_stops_no_mail(examples, odd):
    body = changed(examples["mail.password_changed.v1"], correlationid=odd, traceparent=odd)

    assert decode(body).origin == NOWHERE
