"""What `dnr-mailer check` says of the relay."""

import ssl
from datetime import timedelta

import pytest
from aiosmtpd.smtp import AuthResult
from aiosmtplib import SMTP

from mailer_service.checking.findings import Verdict
from mailer_service.checking.relay_visit import RelayVisit, host_name, offers
from mailer_service.sending.relay_address import read_smtp_url
from shared.clock import utc_now
from tests.loopback_certificate import write_certificate

SENDER = "b+abc@bounce.nachregister.example"


@pytest.fixture
def look():
    async def visit(url, tls=None):
        context = tls or ssl.create_default_context()
        relay = RelayVisit(read_smtp_url(url), sender=SENDER, tls=context, clock=utc_now)
        return await relay.findings()

    return visit


@pytest.fixture
def make_tls(tmp_path):
    """For a server and for a client that trusts it."""

    def make(**options):
        path = tmp_path / "relay.pem"
        write_certificate(path, **{"valid_for": timedelta(days=100), **options})
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(path)
        return server, ssl.create_default_context(cafile=path)

    return make


async def test_a_relay_with_everything_is_well_and_gets_no_mail(start_smtp_server, look, make_tls):
    server_tls, trusting = make_tls()
    server = await start_smtp_server(
        tls_context=server_tls,
        require_starttls=True,
        hostname="mail.nachregister.example",
        authenticator=lambda *_: AuthResult(success=True),
    )

    findings = await look(f"smtp+starttls://dnr:geheim@127.0.0.1:{server.port}", trusting)

    assert {finding.verdict for finding in findings} == {Verdict.OK}
    said = " ".join(finding.sentence for finding in findings)
    for words in (
        "answers, as mail.nachregister.example.",
        "99 days from now",
        "accepts the login",
        "accepts a sender at bounce.nachregister.example",
        "offers SMTPUTF8",
    ):
        assert words in said
    assert "geheim" not in said
    assert server.kept == []


async def test_implicit_tls_is_looked_at_too(start_smtp_server, look, make_tls):
    server_tls, trusting = make_tls()
    server = await start_smtp_server(tls=server_tls)

    findings = await look(f"smtps://127.0.0.1:{server.port}", trusting)

    assert {finding.verdict for finding in findings} == {Verdict.OK}


async def test_a_certificate_that_expires_soon_is_a_warning(start_smtp_server, look, make_tls):
    server_tls, trusting = make_tls(valid_for=timedelta(days=10))
    server = await start_smtp_server(tls_context=server_tls)

    findings = await look(f"smtp+starttls://127.0.0.1:{server.port}", trusting)

    (soon,) = [finding for finding in findings if finding.verdict is Verdict.WARNING]
    assert "9 days from now" in soon.sentence


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"valid_for": timedelta(days=-1)}, "expired"),
        ({"host": "127.0.0.2"}, "IP address mismatch"),
    ],
)
async def test_a_certificate_that_can_not_be_trusted_is_wrong(
    start_smtp_server, look, make_tls, scheme, options, words
):
    server_tls, trusting = make_tls(**options)
    server = await start_smtp_server(
        **({"tls": server_tls} if scheme == "smtps" else {"tls_context": server_tls})
    )

    last = (await look(f"{scheme}://127.0.0.1:{server.port}", trusting))[-1]

    assert last.verdict is Verdict.WRONG
    assert words in last.sentence


async def test_a_certificate_of_an_unknown_authority_is_wrong(start_smtp_server, look, make_tls):
    server_tls, _ = make_tls()
    server = await start_smtp_server(tls_context=server_tls)

    last = (await look(f"smtp+starttls://127.0.0.1:{server.port}"))[-1]

    assert last.verdict is Verdict.WRONG
    assert "SSL_CERT_FILE" in last.advice


async def test_a_relay_without_starttls_is_wrong(smtp_server, look):
    last = (await look(f"smtp+starttls://127.0.0.1:{smtp_server.port}"))[-1]

    assert last.verdict is Verdict.WRONG
    assert "offers no STARTTLS" in last.sentence


async def test_mails_that_leave_the_machine_in_clear_are_a_warning(smtp_server, look):
    # Linux takes this for itself, and it is no loopback address.
    findings = await look(f"smtp://0.0.0.0:{smtp_server.port}")

    (in_clear,) = [finding for finding in findings if finding.verdict is Verdict.WARNING]
    assert "in clear" in in_clear.sentence


async def test_nobody_at_the_address_of_the_relay_is_wrong(smtp_server, look):
    await smtp_server.stop()

    (finding,) = await look(f"smtp://127.0.0.1:{smtp_server.port}")

    assert finding.verdict is Verdict.WRONG
    assert "no session with" in finding.sentence
    await smtp_server.start()


async def test_a_login_that_is_refused_is_wrong_and_shows_no_password(start_smtp_server, look):
    server = await start_smtp_server(
        authenticator=lambda *_: AuthResult(success=False, handled=False), auth_require_tls=False
    )

    last = (await look(f"smtp://dnr:geheim@127.0.0.1:{server.port}"))[-1]

    assert last.verdict is Verdict.WRONG
    assert "refuses the login" in last.sentence
    assert "geheim" not in last.lines()


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [("550 5.7.1 Not yours", Verdict.WRONG), ("451 4.3.0 Try later", Verdict.UNKNOWN)],
)
async def test_a_sender_that_is_not_accepted_is_told_with_the_reply(smtp_server, look, reply, verdict):
    smtp_server.handler.sender_reply = reply

    last = (await look(f"smtp://127.0.0.1:{smtp_server.port}"))[-1]

    assert last.verdict is verdict
    assert reply in last.sentence


async def test_what_the_relay_lacks_is_noted(start_smtp_server, look):
    server = await start_smtp_server(enable_SMTPUTF8=False, data_size_limit=20_000)

    *_, smtputf8, size = await look(f"smtp://127.0.0.1:{server.port}")

    assert (smtputf8.verdict, size.verdict) == (Verdict.NOTE, Verdict.WARNING)
    assert "20000 bytes at most" in size.sentence


@pytest.mark.parametrize("size", ["", "0", "9" * 5_000, "²", "-1", "none"])
def test_a_size_that_is_no_limit_is_passed_over(size):
    relay = SMTP()
    relay.esmtp_extensions = {"size": size}

    assert [finding.verdict for finding in offers(relay)] == [Verdict.NOTE]


@pytest.mark.parametrize(
    ("greeting", "name"),
    [
        ("mail.example.nl Hello you\nPIPELINING", "mail.example.nl"),
        ("Mail.Example.nl.", "mail.example.nl"),
        ("localhost", None),
        ("192.0.2.1", None),
        ("[192.0.2.1] Hello", None),
        ("", None),
    ],
)
def test_the_name_of_the_relay_is_one_that_others_can_look_up(greeting, name):
    assert host_name(greeting) == name
