"""Who a mail is from, as the mail server sees it: the envelope sender and the signature."""

from base64 import b64encode

import dkim
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from mailer_service.bounces.bounce_address import BounceAddresses
from shared.mail_facts import ActivationCodeIssued

BOUNCE_DOMAIN, BOUNCE_KEY = "bounce.nachregister.example", "0123456789abcdef" * 2


async def test_the_envelope_sender_says_which_mail_came_back(broker, smtp_server, start_mailer, make_event):
    start_mailer(mail_bounce_domain=BOUNCE_DOMAIN, mail_bounce_key=BOUNCE_KEY)
    event = make_event()

    await broker.publish(event)

    await broker.take_report()
    (kept,) = smtp_server.kept
    assert BounceAddresses(BOUNCE_DOMAIN, BOUNCE_KEY).read_bounce_address(kept.sender) == event.id


async def test_what_the_mail_server_gets_still_has_its_signature(
    broker, smtp_server, start_mailer, make_event
):
    key = rsa.generate_private_key(65537, 2048)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    start_mailer(dkim_selector="dnr2026", dkim_private_key=pem)

    await broker.publish(make_event(ActivationCodeIssued))

    await broker.take_report()
    (kept,) = smtp_server.kept
    records = {b"dnr2026._domainkey.nachregister.example.": b"v=DKIM1; k=rsa; p=" + b64encode(public)}
    assert dkim.verify(kept.raw, dnsfunc=lambda name, timeout: records.get(name))
