"""What the settings make of the sender of every mail."""

from base64 import b64encode
from email import message_from_bytes

import dkim
import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from structlog.testing import capture_logs

from mailer_service.config import MailerSettings
from mailer_service.wiring import NO_MAIL, bounce_addresses_for, composer_for
from mailer_service.writing.rendering import RenderedMail
from shared.mail_contract import fact_event
from shared.mail_facts import PasswordChanged

BOUNCES = {"mail_bounce_domain": "bounce.example.nl", "mail_bounce_key": "0123456789abcdef" * 2}


@pytest.fixture
def make_settings():
    def make(**changes):
        given = {
            "amqp_url": "amqp://guest:guest@localhost/",
            "smtp_url": "smtp://localhost:1025",
            "public_url": "https://inloggen.example.nl",
            "mail_from": "noreply@example.nl",
            "message_sealing_keys": Fernet.generate_key().decode(),
        }
        return MailerSettings(**{**given, **changes})

    return make


@pytest.fixture
def compose(make_settings, make_fact, event_id):
    def compose(**changes):
        fact = make_fact(PasswordChanged)
        composer = composer_for(make_settings(**changes))
        return composer.compose(
            fact_event(event_id, fact), fact, RenderedMail("Onderwerp", "x\n", "<p>x</p>\n")
        )

    return compose


def test_without_a_domain_for_them_bounces_go_to_mail_from(compose):
    assert compose().sender == "noreply@example.nl"


def test_with_one_they_say_which_mail_came_back(compose, make_settings, event_id):
    sender = compose(**BOUNCES).sender

    assert bounce_addresses_for(make_settings(**BOUNCES)).read_bounce_address(sender) == event_id


def test_the_relay_is_tried_out_with_a_sender_of_the_same_form(make_settings):
    composer = composer_for(make_settings(**BOUNCES))

    assert composer.sender_for(NO_MAIL).startswith("b+")
    assert composer.sender_for(NO_MAIL).endswith("@bounce.example.nl")


def test_a_mail_is_signed_as_the_domain_of_from_in_ascii(compose):
    key = rsa.generate_private_key(65537, 2048)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    records = {b"dnr2026._domainkey.xn--caf-dma.example.": b"v=DKIM1; k=rsa; p=" + b64encode(public)}
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    mail = compose(mail_from="noreply@café.example", dkim_selector="dnr2026", dkim_private_key=pem)

    assert dkim.verify(mail.content, dnsfunc=lambda name, timeout: records.get(name))


def test_without_a_key_it_is_not_signed(compose):
    assert message_from_bytes(compose().content)["DKIM-Signature"] is None


@pytest.mark.parametrize(
    ("bounce_domain", "events"),
    [("bounce.example.nl", []), ("bounces.provider.example", ["sender_not_aligned"])],
)
def test_bounces_to_another_organisation_are_warned_of(make_settings, bounce_domain, events):
    with capture_logs() as logs:
        composer_for(make_settings(**{**BOUNCES, "mail_bounce_domain": bounce_domain}))

    assert [line["event"] for line in logs] == events
