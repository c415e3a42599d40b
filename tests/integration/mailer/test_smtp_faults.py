"""What each step of a session with a rude relay comes to, and in bounded time."""

import asyncio
import ssl
import threading
from base64 import b64encode

import pytest

from mailer_service.sending.relay_address import read_smtp_url
from mailer_service.sending.smtp_answers import Ambiguous, Deferred, Delivered, Doubt, Refused, RelayDown
from mailer_service.sending.smtp_delivery import SmtpSession
from mailer_service.sending.time_limits import TimeLimits
from mailer_service.writing.composing import ComposedMail
from tests.integration.mailer.rude_smtp_server import (
    RudeSmtpServer,
    babble,
    drip,
    drop,
    drop_in_the_middle,
    say_yes_and_stay_silent,
    send_all_replies_together,
    stay_silent,
)

SENDER = "noreply@nachregister.example"
MAIL = ComposedMail(SENDER, "info@pensiondezon.example", b"Subject: x\r\n\r\ntekst\r\n", False)
# Where a phase has no limit of its own, the test runs into this one.
FAILS_AFTER_SECONDS = 10.0
LIMITS = {"connect": 60.0, "ehlo": 60.0, "starttls": 60.0, "login": 60.0, "check": 60.0, "reset": 60.0}


@pytest.fixture(params=[False, True], ids=["one at a time", "pipelining"])
async def server(request):
    server = RudeSmtpServer(pipelining=request.param)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def open_session(server):
    sessions = []

    def open_(scheme="smtp", user="", mails=100, **limits):
        url = f"{scheme}://{user}127.0.0.1:{server.port}"
        given = TimeLimits(**{**LIMITS, **limits})
        tls = ssl.create_default_context()
        sessions.append(SmtpSession(read_smtp_url(url), sender=SENDER, tls=tls, mails=mails, limits=given))
        return sessions[-1]

    yield open_
    for session in sessions:
        await session.quit()


async def answer_in_time(session):
    async with asyncio.timeout(FAILS_AFTER_SECONDS):
        return await session.deliver(MAIL)


@pytest.mark.parametrize("rudeness", [stay_silent, drip, babble])
@pytest.mark.parametrize(
    ("step", "phase", "kind"),
    [
        ("CONNECT", "connect", RelayDown),
        ("EHLO", "ehlo", RelayDown),
        ("AUTH", "login", RelayDown),
        ("MAIL", "envelope", RelayDown),
        ("RCPT", "envelope", Deferred),
        ("DATA", "data_start", Deferred),
        (".", "data_end", Ambiguous),
    ],
)
async def test_no_step_lasts_longer_than_its_limit(step, phase, kind, rudeness, server, open_session):
    server.acts[step] = rudeness

    answer = await answer_in_time(open_session(user="dnr:geheim@", **{phase: 0.1}))

    assert isinstance(answer, kind)


STARTTLS_AND_SILENCE = {"EHLO": "250-localhost\r\n250 STARTTLS", "STARTTLS": say_yes_and_stay_silent}


@pytest.mark.parametrize(
    ("scheme", "phase", "acts"),
    [("smtp+starttls", "starttls", STARTTLS_AND_SILENCE), ("smtps", "connect", {"CONNECT": stay_silent})],
)
async def test_a_handshake_that_does_not_end_is_the_relay_being_down(
    scheme, phase, acts, server, open_session
):
    server.acts.update(acts)

    answer = await answer_in_time(open_session(scheme, **{phase: 0.1}))

    assert isinstance(answer, RelayDown)
    assert not answer.our_fault


async def test_a_dns_that_does_not_tell_our_own_name_holds_up_nothing_for_ever(open_session, monkeypatch):
    told = threading.Event()
    monkeypatch.setattr("socket.getfqdn", told.wait)

    answer = await answer_in_time(open_session(connect=0.1))
    told.set()

    assert isinstance(answer, RelayDown)


@pytest.mark.parametrize(
    ("step", "act", "kind"),
    [
        ("CONNECT", drop, RelayDown),
        ("EHLO", drop, RelayDown),
        ("MAIL", drop, RelayDown),
        ("RCPT", drop, Deferred),
        ("DATA", drop, Deferred),
        # Whether the last line had arrived by then, nobody can tell.
        ("DATA", drop_in_the_middle, Ambiguous),
        (".", drop, Ambiguous),
        (".", "complete nonsense", Ambiguous),
        # The answer to QUIT, which looks like a yes.
        (".", "221 2.0.0 Bye", Ambiguous),
    ],
)
async def test_a_lost_session_is_ambiguous_only_once_the_mail_was_sent(step, act, kind, server, open_session):
    server.acts[step] = act

    answer = await answer_in_time(open_session())

    assert isinstance(answer, kind)


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("act", [drop, "421 4.3.2 Shutting down", "530 5.7.0 Log in again"])
async def test_a_session_that_ends_in_the_middle_is_replaced_without_using_up_a_try(
    step, act, server, open_session
):
    session = open_session()
    await session.deliver(MAIL)
    server.acts[step] = [act]

    answer = await answer_in_time(session)

    assert isinstance(answer, Delivered)
    assert server.connections == 2


async def test_a_new_session_that_ends_in_the_middle_says_something_of_the_relay(server, open_session):
    server.acts["RCPT"] = "421 4.3.2 Shutting down"

    answer = await answer_in_time(open_session())

    assert answer == Deferred("421 4.3.2 Shutting down", doubt=Doubt.RELAY)


async def test_a_421_after_the_last_line_is_an_answer_and_ends_the_session(server, open_session):
    server.acts["."] = ["421 4.3.0 Not now"]
    session = open_session()

    answer = await answer_in_time(session)

    assert answer == Deferred("421 4.3.0 Not now", doubt=Doubt.RELAY)
    assert not session.is_connected


async def test_a_missing_login_is_ours_to_mend_at_whatever_step_it_is_said(server, open_session):
    server.acts["RCPT"] = "530 5.7.0 Log in first"

    answer = await answer_in_time(open_session())

    assert answer == RelayDown("530 5.7.0 Log in first", our_fault=True)


@pytest.mark.parametrize(("step", "reply"), [("RCPT", "354 Go ahead"), ("DATA", "250 2.0.0 Ok")])
async def test_a_yes_at_the_wrong_step_delivers_nothing(step, reply, server, open_session):
    server.acts[step] = reply

    answer = await answer_in_time(open_session())

    assert isinstance(answer, Deferred)
    assert server.contents == []


async def test_a_refusal_holds_though_the_session_ends_after_it(server, open_session):
    server.acts.update(RCPT="550 5.1.1 No such user", RSET=stay_silent)

    answer = await answer_in_time(open_session(reset=0.1))

    assert answer == Refused("550 5.1.1 No such user", address_unusable=True)


@pytest.mark.parametrize(
    ("step", "reply"),
    [
        ("CONNECT", "421 4.7.0 localhost Error: too many connections from 127.0.0.1"),
        ("CONNECT", "554 Too many concurrent SMTP connections"),
        ("AUTH", "454 4.7.0 Too many logins"),
        ("MAIL", "450 4.7.0 Too many sessions"),
    ],
)
async def test_too_many_sessions_is_no_outage(step, reply, server, open_session):
    server.acts[step] = reply

    answer = await answer_in_time(open_session(user="dnr:geheim@"))

    assert answer.crowded
    assert not answer.our_fault


@pytest.mark.parametrize(
    "quoted", ["geheim", b64encode(b"geheim").decode(), b64encode(b"\0dnr\0geheim").decode()]
)
async def test_a_password_that_the_relay_quotes_is_cut_out(quoted, server, open_session):
    server.acts["AUTH"] = f"500 5.5.1 Unknown command: AUTH PLAIN {quoted}"

    answer = await answer_in_time(open_session(user="dnr:geheim@"))

    assert answer == RelayDown("500 5.5.1 Unknown command: AUTH PLAIN …", our_fault=True)


async def test_a_goodbye_that_is_cut_short_leaves_nothing_open(server, open_session):
    session = open_session()
    await session.deliver(MAIL)
    server.acts["QUIT"] = stay_silent

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await session.quit()

    assert not session.is_connected


async def test_after_so_many_mails_a_session_ends_with_a_goodbye(server, open_session):
    session = open_session(mails=2)

    for _ in range(3):
        await session.deliver(MAIL)

    verbs = [command.partition(" ")[0] for command in server.commands]
    one_mail = ["MAIL", "RCPT", "DATA"]
    assert verbs == ["EHLO", *one_mail, *one_mail, "QUIT", "EHLO", *one_mail]


async def test_a_session_that_lay_idle_is_asked_first_whether_it_is_alive(server, open_session, monkeypatch):
    monkeypatch.setattr("mailer_service.sending.smtp_delivery.FRESH_SECONDS", 0.0)
    session = open_session(check=0.1)
    await session.deliver(MAIL)
    server.acts["NOOP"] = [stay_silent]

    answer = await answer_in_time(session)

    assert isinstance(answer, Delivered)
    assert "NOOP" in server.commands
    assert server.connections == 2


async def test_a_session_that_was_tried_just_now_is_not_asked_again(server, open_session):
    session = open_session()
    await session.probe()

    await answer_in_time(session)

    verbs = [command.partition(" ")[0] for command in server.commands]
    assert verbs == ["EHLO", "MAIL", "RSET", "MAIL", "RCPT", "DATA"]


async def test_an_ordinary_mail_asks_for_no_extension(server, open_session):
    await answer_in_time(open_session())

    assert f"MAIL FROM:<{SENDER}>" in server.commands


async def test_without_starttls_not_even_the_login_is_sent(server, open_session):
    answer = await answer_in_time(open_session("smtp+starttls", user="dnr:geheim@"))

    assert answer.our_fault
    assert {command.partition(" ")[0] for command in server.commands} <= {"EHLO", "QUIT"}


@pytest.fixture
async def pipelining_server():
    server = RudeSmtpServer(pipelining=True)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def pipelining_session(pipelining_server):
    url = read_smtp_url(pipelining_server.url)
    session = SmtpSession(url, sender=SENDER, tls=ssl.create_default_context())
    yield session
    await session.quit()


async def test_a_relay_that_takes_several_commands_at_once_gets_them_so(
    pipelining_server, pipelining_session
):
    pipelining_server.acts["MAIL"] = send_all_replies_together

    assert isinstance(await answer_in_time(pipelining_session), Delivered)


@pytest.mark.parametrize("after_that", ["354 Go ahead", "554 5.5.1 No valid recipients"])
async def test_a_refused_recipient_gets_nothing_and_the_session_serves_on(
    after_that, pipelining_server, pipelining_session
):
    pipelining_server.acts.update(RCPT=["550 5.1.1 No such user"], DATA=[after_that])

    refused = await answer_in_time(pipelining_session)
    nothing = list(pipelining_server.contents)
    delivered = await answer_in_time(pipelining_session)

    assert refused == Refused("550 5.1.1 No such user", address_unusable=True)
    assert nothing == ([b".\r\n"] if after_that.startswith("354") else [])
    assert isinstance(delivered, Delivered)
    assert pipelining_server.connections == 1


async def test_after_a_reply_that_nobody_asked_for_a_new_session_is_used(server, open_session):
    server.acts["."] = ["250 2.0.0 Kept\r\n421 4.4.2 Idle for too long"]
    session = open_session()

    answers = [await answer_in_time(session) for _ in range(2)]

    assert answers == [Delivered("250 2.0.0 Kept")] * 2
    assert server.connections == 2
