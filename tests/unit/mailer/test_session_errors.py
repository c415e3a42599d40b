"""What a session died of, in words that can be stored and shown."""

import errno
import ssl

import pytest
from aiosmtplib import SMTPConnectError, SMTPException, SMTPResponseException, SMTPServerDisconnected

from mailer_service.sending.session_errors import OutOfStep, lost, relay_down, unanswered

CODE = "08783e884a2f59f2cf1108c566a33353518e775d44310341"
NO_IPV6 = OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")


@pytest.mark.parametrize("told", [lost, unanswered])
def test_what_a_server_said_out_of_turn_is_one_line_that_can_be_stored(told):
    # aiosmtplib gives bytes that are no UTF-8 as lone surrogates, which JSON refuses.
    reply = told(OutOfStep("354 \udcff\nGo")).reply

    assert reply.endswith(": 354 Go")
    assert reply.encode()


@pytest.mark.parametrize("told", [lost, unanswered])
def test_a_code_that_is_quoted_in_what_is_no_reply_is_cut_out(told):
    nonsense = SMTPResponseException(-1, f"Malformed SMTP response line: #code={CODE}")

    assert told(nonsense).reply.endswith(": Malformed SMTP response line: #code=…")


def test_an_error_without_words_is_named():
    assert lost(TimeoutError()).reply == "the session was lost: TimeoutError"


@pytest.mark.parametrize(
    ("error", "our_fault"),
    [
        (SMTPException("SMTP STARTTLS extension not supported by server."), True),
        (SMTPException("No suitable authentication method found."), True),
        (ssl.SSLCertVerificationError(1, "certificate verify failed"), True),
        (SMTPResponseException(535, "5.7.8 Wrong password"), True),
        (SMTPResponseException(454, "4.7.0 Temporary authentication failure"), False),
        (SMTPConnectError(f"Error connecting to relay on port 25: {NO_IPV6}"), False),
        (SMTPServerDisconnected("Connection lost"), False),
        (OutOfStep("354 Go ahead"), False),
    ],
)
def test_only_what_somebody_of_ours_must_mend_is_our_fault(error, our_fault):
    assert relay_down(error).our_fault is our_fault
