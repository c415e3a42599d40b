"""Reports made to trip their reader: they come from anybody."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer_service.bounces.bounce_reading import Because, Bounce, NoBounce
from mailer_service.bounces.incoming_mail import LONGEST_READ, read_whole
from tests.unit.mailer.bounces.conftest import EVENT_ID, REPORTS

SYSTEMS = sorted(path.stem for path in REPORTS.glob("*.eml"))
# What parsers of mail have stumbled over: lone continuations, charsets, boundaries, nesting, NUL.
ODDITIES = [
    b"\x00",
    b"\xff\xfe",
    b"\r",
    b"\n",
    b"\n\n",
    b"\n ",
    b";",
    b'"',
    b"<>",
    b"=?utf-8?q?=ff?=",
    b"=?x\x00y?b?AA?=",
    b"\nContent-Type: message/rfc822\n\n",
    b"\nContent-Type: multipart/mixed; boundary=a\n\n--a\n",
    b"\nContent-Type: multipart/mixed; boundary*0*=x\x00y'nl'%ff; boundary*1=b\n\n",
    b"\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n",
    b"\nContent-Transfer-Encoding: uuencode\n\n",
    b"\nStatus: 5.1.1\n",
    b"; charset*=\x00'\x00'%00",
]


@st.composite
def broken(draw, report):
    """`report` with pieces cut out, doubled, or put in, at drawn places."""
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(report)))
        end = draw(st.integers(start, min(len(report), start + 400)))
        put_in = draw(st.sampled_from(ODDITIES) | st.binary(max_size=20) | st.just(report[start:end] * 2))
        report = report[:start] + put_in + report[end:]
    return report


@pytest.mark.parametrize("system", SYSTEMS)
@settings(max_examples=30)
@given(data=st.data())
def test_a_broken_report_is_a_bounce_of_ours_or_none(system, data, read, report_of, addresses):
    report = data.draw(broken(report_of(system)))

    reading = read(report, recipient=addresses.address_for(EVENT_ID))

    assert isinstance(reading, Bounce | NoBounce)
    assert reading.event_id == EVENT_ID
    if isinstance(reading, Bounce):
        assert reading.reply.isprintable()
        assert len(reading.reply) <= 500


@given(raw=st.binary(max_size=2000))
def test_any_bytes_can_be_read(raw, read):
    assert read(raw) == NoBounce(Because.NOT_OURS)


@pytest.mark.parametrize(
    "level",
    [
        b"Content-Type: message/rfc822\n\n",
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\n",
        b"content-type: message/delivery-status\n\n",
        b"Content-Type: message/rfc822\r\r",
    ],
)
def test_a_mail_in_a_mail_in_a_mail_is_not_followed_down(level, read, addresses):
    reading = read(level * 20_000, recipient=addresses.address_for(EVENT_ID))

    assert reading == NoBounce(Because.NOT_UNDERSTOOD, EVENT_ID, "it has too many parts")


@pytest.mark.parametrize("line_end", ["", "\r\n ", "\r ", "\n\t"])
def test_a_part_with_endless_parameters_is_not_parsed(line_end, read, addresses):
    # The standard library would take a minute for this one.
    parameters = f"{';' * 900}{line_end}" * 250
    raw = f'Content-Type: multipart/mixed; boundary="a{parameters}\r\n\r\nx'.encode()

    reading = read(raw, recipient=addresses.address_for(EVENT_ID))

    said = "a part of it is described at too great a length"
    assert reading == NoBounce(Because.NOT_UNDERSTOOD, EVENT_ID, said)


def test_of_an_endless_mail_only_the_beginning_is_kept_but_all_is_taken():
    stream = io.BytesIO(b"x" * (3 * LONGEST_READ))

    kept = read_whole(stream)

    assert len(kept) == LONGEST_READ
    assert stream.read() == b""


def test_a_report_whose_end_was_cut_off_is_read_all_the_same(read, report_of):
    report = report_of("postfix")

    assert isinstance(read(report[: report.index(b"Undelivered Message Headers")]), Bounce)
