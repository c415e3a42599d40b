"""nachregister.example as it should be set up: every record that the mail of this project needs."""

from mailer_service.checking.signing_key import record_for
from mailer_service.writing.dkim_signing import read_dkim_key
from tests.integration.mailer.checking.dns_server import Zone

DOMAIN = "nachregister.example"
BOUNCES = "bounce.nachregister.example"
HELO = "mail.nachregister.example"
SELECTOR = "dnr"
KEY_NAME = f"{SELECTOR}._domainkey.{DOMAIN}"
DMARC_NAME = f"_dmarc.{DOMAIN}"
SENDING = "192.0.2.25"
STRANGER = "198.51.100.7"


def well_set_up(private_key):
    zone = Zone()
    zone.set(DOMAIN, "MX", f"10 {HELO}.")
    zone.set(BOUNCES, "TXT", f"v=spf1 ip4:{SENDING} -all")
    zone.set(BOUNCES, "MX", f"10 {HELO}.")
    zone.set(HELO, "A", SENDING)
    zone.set(HELO, "TXT", "v=spf1 a -all")
    zone.set(KEY_NAME, "TXT", record_for(read_dkim_key(private_key).public_key()))
    zone.set(DMARC_NAME, "TXT", f"v=DMARC1; p=reject; rua=mailto:dmarc@{DOMAIN}")
    return zone
