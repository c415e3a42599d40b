"""How a session with the relay is encrypted and opened, and what its end means."""

import asyncio
import ssl

import pytest
from aiosmtpd.smtp import AuthResult

from mailer_service.sending.relay_address import read_smtp_url
from mailer_service.sending.smtp_answers import Ambiguous, Delivered, Refused, RelayDown
from mailer_service.sending.smtp_delivery import SmtpSession
from mailer_service.writing.composing import ComposedMail
from tests.integration.mailer.conftest import until
from tests.loopback_certificate import write_certificate

SENDER = "noreply@nachregister.example"


@pytest.fixture
def mail():
    return ComposedMail(SENDER, "info@pensiondezon.example", b"Subject: x\r\n\r\ntekst\r\n", False)


@pytest.fixture
async def open_session():
    sessions = []

    def open_(url, tls=None):
        context = tls or ssl.create_default_context()
        sessions.append(SmtpSession(read_smtp_url(url), sender=SENDER, tls=context))
        return sessions[-1]

    yield open_
    for session in sessions:
        await session.quit()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that nobody knows, with its key, in one file."""
    path = tmp_path_factory.mktemp("tls") / "relay.pem"
    write_certificate(path)
    return path


@pytest.fixture
def server_tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusting(certificate):
    return ssl.create_default_context(cafile=certificate)


async def test_starttls_delivers_over_a_trusted_certificate(
    mail, start_smtp_server, open_session, server_tls, trusting
):
    server = await start_smtp_server(tls_context=server_tls, require_starttls=True)

    answer = await open_session(f"smtp+starttls://127.0.0.1:{server.port}", trusting).deliver(mail)

    assert isinstance(answer, Delivered)


async def test_smtps_delivers_over_a_trusted_certificate(
    mail, start_smtp_server, open_session, server_tls, trusting
):
    server = await start_smtp_server(tls=server_tls)

    answer = await open_session(f"smtps://127.0.0.1:{server.port}", trusting).deliver(mail)

    assert isinstance(answer, Delivered)


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
async def test_an_unknown_certificate_is_ours_to_mend(
    scheme, mail, start_smtp_server, open_session, server_tls
):
    options = {"tls": server_tls} if scheme == "smtps" else {"tls_context": server_tls}
    server = await start_smtp_server(**options)

    answer = await open_session(f"{scheme}://127.0.0.1:{server.port}").deliver(mail)

    assert isinstance(answer, RelayDown)
    assert answer.our_fault
    assert "certificate" in answer.reason.lower()
    assert server.mails == []


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
async def test_a_certificate_for_another_host_is_ours_to_mend(
    scheme, mail, start_smtp_server, open_session, server_tls, trusting
):
    options = {"tls": server_tls} if scheme == "smtps" else {"tls_context": server_tls}
    server = await start_smtp_server(**options)

    answer = await open_session(f"{scheme}://localhost:{server.port}", trusting).deliver(mail)

    assert isinstance(answer, RelayDown)
    assert answer.our_fault
    assert "localhost" in answer.reason
    assert server.mails == []


@pytest.mark.parametrize("missing", ["LOGIN", "PLAIN"])
async def test_login_over_tls_is_by_whichever_way_the_relay_knows(
    missing, mail, start_smtp_server, open_session, server_tls, trusting
):
    def authenticator(_server, _session, _envelope, _mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"dnr", b"geheim"), handled=False)

    server = await start_smtp_server(
        tls_context=server_tls,
        authenticator=authenticator,
        auth_exclude_mechanism=[missing],
        auth_required=True,
    )

    answer = await open_session(f"smtp+starttls://dnr:geheim@127.0.0.1:{server.port}", trusting).deliver(mail)

    assert isinstance(answer, Delivered)


async def test_without_starttls_nothing_is_sent_in_clear(mail, start_smtp_server, open_session, trusting):
    server = await start_smtp_server()

    answer = await open_session(f"smtp+starttls://127.0.0.1:{server.port}", trusting).deliver(mail)

    assert isinstance(answer, RelayDown)
    assert answer.our_fault
    assert server.mails == []


@pytest.mark.parametrize(("password", "result"), [("geheim", Delivered), ("verkeerd", RelayDown)])
async def test_login_is_by_user_and_password(password, result, mail, start_smtp_server, open_session):
    def authenticator(_server, _session, _envelope, _mechanism, data):
        return AuthResult(success=data.password == b"geheim", handled=False)

    server = await start_smtp_server(authenticator=authenticator, auth_require_tls=False)

    answer = await open_session(f"smtp://dnr:{password}@127.0.0.1:{server.port}").deliver(mail)

    assert isinstance(answer, result)
    assert "geheim" not in str(answer)


async def test_a_relay_without_login_where_one_is_set_is_ours_to_mend(mail, smtp_server, open_session):
    answer = await open_session(f"smtp://dnr:geheim@127.0.0.1:{smtp_server.port}").deliver(mail)

    assert isinstance(answer, RelayDown)
    assert answer.our_fault


async def test_nobody_listening_is_the_relay_being_down(mail, smtp_server, open_session):
    await smtp_server.stop()
    session = open_session(f"smtp://127.0.0.1:{smtp_server.port}")

    answer = await session.deliver(mail)
    await smtp_server.start()

    assert isinstance(answer, RelayDown)
    assert not answer.our_fault
    assert isinstance(await session.deliver(mail), Delivered)


async def test_a_session_lost_before_the_last_reply_is_ambiguous(mail, smtp_server, open_session):
    smtp_server.handler.answering.clear()
    session = open_session(f"smtp://127.0.0.1:{smtp_server.port}")
    sending = asyncio.create_task(session.deliver(mail))
    await until(lambda: smtp_server.handler.in_data == 1)

    smtp_server.drop_sessions()

    assert isinstance(await sending, Ambiguous)
    smtp_server.handler.answering.set()


async def test_an_address_that_needs_smtputf8_is_refused_where_it_is_not_offered(
    start_smtp_server, open_session
):
    server = await start_smtp_server(enable_SMTPUTF8=False)
    mail = ComposedMail(SENDER, "rené@pensiondezon.example", b"Subject: x\r\n\r\ntekst\r\n", True)

    answer = await open_session(f"smtp://127.0.0.1:{server.port}").deliver(mail)

    assert isinstance(answer, Refused)
    assert "SMTPUTF8" in answer.reply


async def test_an_address_that_needs_smtputf8_is_delivered_where_it_is_offered(smtp_server, open_session):
    mail = ComposedMail(SENDER, "rené@pensiondezon.example", b"Subject: x\r\n\r\ntekst\r\n", True)

    answer = await open_session(f"smtp://127.0.0.1:{smtp_server.port}").deliver(mail)

    assert isinstance(answer, Delivered)
    assert smtp_server.kept[0].recipients == ("rené@pensiondezon.example",)


async def test_a_probe_sends_nothing_and_leaves_the_session_usable(mail, smtp_server, open_session):
    session = open_session(f"smtp://127.0.0.1:{smtp_server.port}")

    problem = await session.probe()

    assert problem is None
    assert smtp_server.mails == []
    assert isinstance(await session.deliver(mail), Delivered)
