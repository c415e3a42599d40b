from itertools import chain, pairwise

import pytest
from aiosmtplib import SMTPResponse
from hypothesis import given
from hypothesis import strategies as st

from mailer_service.sending.session_errors import OutOfStep
from mailer_service.sending.smtp_replies import LONGEST_REPLY_BYTES, ReplyReader

SAID = (
    b"250 2.1.0 Ok\r\n250-2.1.5 first\r\n250 2.1.5 second\n354\r\n250Ok\r\n250-\r\n250\tOk\r\n550 caf\xe9\r\n"
)
READ = [
    SMTPResponse(250, "2.1.0 Ok"),
    SMTPResponse(250, "2.1.5 first\n2.1.5 second"),
    SMTPResponse(354, ""),
    SMTPResponse(250, "Ok"),
    SMTPResponse(250, "\nOk"),
    SMTPResponse(550, "caf\udce9"),
]


@given(cuts=st.lists(st.integers(0, len(SAID)), max_size=8))
def test_replies_are_the_same_however_they_are_cut_up(cuts):
    reader = ReplyReader()

    replies = [
        reply
        for begin, end in pairwise([0, *sorted(cuts), len(SAID)])
        for reply in reader.read(SAID[begin:end])
    ]

    assert replies == READ


@pytest.mark.parametrize("said", [b"complete nonsense", b"199 x", b"2500 Ok", b"", b"554-refused\r\n250 bye"])
def test_what_is_no_reply_is_told_from_one(said):
    with pytest.raises(OutOfStep, match="no reply"):
        list(ReplyReader().read(said + b"\r\n"))


@pytest.mark.parametrize("said", [b"x" * LONGEST_REPLY_BYTES, b"\r\n250-" * LONGEST_REPLY_BYTES])
@pytest.mark.parametrize("piece", [7, 100_000])
def test_a_reply_has_to_end(said, piece):
    reader = ReplyReader()
    whole = b"250-" + said
    pieces = [whole[begin : begin + piece] for begin in range(0, len(whole), piece)]

    with pytest.raises(OutOfStep, match="without an end"):
        list(chain.from_iterable(map(reader.read, pieces)))
