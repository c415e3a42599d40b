"""`dnr-mailer check` as an operator runs it: what it prints, and its exit status."""

import asyncio

import pytest
from cryptography.fernet import Fernet

from mailer_service.__main__ import SETTINGS_WRONG, main
from mailer_service.commands.check import SOMETHING_WRONG
from tests.integration.mailer.checking.domain import BOUNCES, DMARC_NAME, DOMAIN, HELO, SELECTOR, SENDING


@pytest.fixture
def check(monkeypatch, capsys, smtp_server, dns_port, private_key):
    """Its exit status and what it printed."""

    async def run(*arguments, **changes):
        given = {
            "AMQP_URL": "amqp://127.0.0.1:1/",
            "SMTP_URL": f"smtp://127.0.0.1:{smtp_server.port}",
            "PUBLIC_URL": f"https://inloggen.{DOMAIN}",
            "MAIL_FROM": f"noreply@{DOMAIN}",
            "MAIL_BOUNCE_DOMAIN": BOUNCES,
            "MAIL_BOUNCE_KEY": "b" * 64,
            "MESSAGE_SEALING_KEYS": Fernet.generate_key().decode(),
            "DKIM_SELECTOR": SELECTOR,
            "DKIM_PRIVATE_KEY": private_key,
        }
        for name, value in {**given, **changes}.items():
            monkeypatch.setenv(name, value)
        # In a thread: it has a loop of its own, and ours answers for the relay.
        command = ["check", "--resolver", f"127.0.0.1:{dns_port}", *arguments]
        status = await asyncio.to_thread(main, command)
        return status, capsys.readouterr()

    return run


async def test_where_all_is_well_every_line_says_so_and_it_ends_with_0(check):
    status, told = await check("--sending-ip", SENDING, "--helo", HELO)

    assert {line.split()[0] for line in told.out.splitlines()} == {"ok"}
    for topic in ("Domains:", "Relay:", "SPF:", "DKIM:", "DMARC:", "MX:"):
        assert topic in told.out
    assert status == 0


async def test_something_wrong_ends_it_with_1_and_all_else_is_still_told(check, zone):
    zone.set(DMARC_NAME, "TXT")

    status, told = await check("--sending-ip", SENDING, "--helo", HELO)

    assert [line for line in told.out.splitlines() if line.startswith("wrong")] == [
        f"wrong    DMARC: {DOMAIN} has no record, and no domain above it has one."
    ]
    assert f"         -> Publish a TXT record at {DMARC_NAME}: v=DMARC1; p=reject" in told.out
    assert "MX:" in told.out
    assert status == SOMETHING_WRONG


async def test_a_name_server_that_keeps_silent_ends_it_with_1(check, zone):
    zone.silent.add(DMARC_NAME)

    status, told = await check("--sending-ip", SENDING, "--helo", HELO)

    assert f"unknown  DMARC: the name servers gave no answer about {DMARC_NAME}" in told.out
    assert status == SOMETHING_WRONG


async def test_warnings_alone_end_it_with_0(check, zone):
    zone.set(HELO, "TXT")

    status, told = await check("--sending-ip", SENDING, "--helo", HELO)

    assert "warning  SPF:" in told.out
    assert status == 0


async def test_a_record_that_is_quoted_adds_no_line_and_steers_no_terminal(check, zone):
    zone.set(DMARC_NAME, "TXT", r"v=DMARC1; \010ok       DMARC: all is well\027[2J")

    _, told = await check("--sending-ip", SENDING, "--helo", HELO)

    assert all(line.isprintable() for line in told.out.splitlines())
    assert [line[:6] for line in told.out.splitlines() if "all is well" in line] == ["wrong "]


async def test_domains_that_do_not_belong_together_are_told(check):
    status, told = await check(MAIL_FROM="noreply@andere.example", PUBLIC_URL="https://derde.example")

    assert f"wrong    Domains: the envelope is at {BOUNCES}" in told.out
    assert "warning  Domains: the links in mails lead to derde.example" in told.out
    assert status == SOMETHING_WRONG


async def test_the_relay_may_sign_with_a_selector_of_its_own(check, zone):
    zone.set(f"relay._domainkey.{DOMAIN}", "TXT", "v=DKIM1; p=")

    _, told = await check("--dkim-selector", "relay")

    assert f"the key at relay._domainkey.{DOMAIN} can't be used" in told.out


async def test_the_name_of_the_relay_is_the_one_it_gives(check, start_smtp_server):
    server = await start_smtp_server(hostname=HELO)

    _, told = await check("--sending-ip", SENDING, SMTP_URL=f"smtp://127.0.0.1:{server.port}")

    assert f"SPF: {SENDING} may introduce itself as {HELO}." in told.out


async def test_a_test_mail_is_part_of_it_where_asked_for(check):
    status, told = await check("--send-to", "beheer@zeedorp.example", "--wait", "1")

    assert told.out.splitlines()[-2].startswith("wrong    Test mail: the broker did not take it")
    assert status == SOMETHING_WRONG


@pytest.mark.parametrize(
    ("arguments", "changes", "words"),
    [
        (["--resolver", "ns.example.nl"], {}, "--resolver must be an address"),
        ([], {"DKIM_PRIVATE_KEY": "geen sleutel"}, "DKIM_PRIVATE_KEY is wrong"),
        ([], {"SMTP_URL": "http://x"}, "SMTP_URL is wrong"),
    ],
)
async def test_wrong_settings_end_it_with_2_and_one_sentence(check, arguments, changes, words):
    status, told = await check(*arguments, **changes)

    assert status == SETTINGS_WRONG
    assert words in told.err
    assert told.out == ""


@pytest.mark.parametrize("arguments", [["--sending-ip", "mail.example.nl"], ["--send-to", "niemand"]])
async def test_an_argument_of_the_wrong_form_is_refused(check, arguments):
    with pytest.raises(SystemExit) as ended:
        await check(*arguments)

    assert ended.value.code == SETTINGS_WRONG
