"""A domain with its name server, a relay with its certificate, and what the checks say of them."""

import dns.resolver
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mailer_service.checking.mail_identity import MailIdentity
from mailer_service.checking.name_servers import NameServers
from mailer_service.writing.dkim_signing import read_dkim_key
from tests.integration.mailer.checking.dns_server import serving
from tests.integration.mailer.checking.domain import BOUNCES, DOMAIN, SELECTOR, well_set_up

# Long enough for a name server that answers at once, and to be waited for where it keeps silent.
SHORT_SECONDS = 0.5


@pytest.fixture(scope="session")
def private_key():
    return pem_of(rsa.generate_private_key(65537, 2048))


def pem_of(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
def zone(private_key):
    return well_set_up(private_key)


@pytest.fixture
def dns_port(zone):
    with serving(zone) as port:
        yield port


@pytest.fixture(autouse=True)
def short_patience(monkeypatch):
    monkeypatch.setattr("mailer_service.checking.name_servers.QUESTION_SECONDS", SHORT_SECONDS)


@pytest.fixture
def name_servers(dns_port):
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], dns_port
    return NameServers(resolver)


@pytest.fixture
def make_identity(private_key):
    def make(**changes):
        given = {
            "from_domain": DOMAIN,
            "envelope_sender": f"b+abc@{BOUNCES}",
            "bounce_domain": BOUNCES,
            "link_host": f"inloggen.{DOMAIN}",
            "dkim_selector": SELECTOR,
            "dkim_key": read_dkim_key(private_key).public_key(),
        }
        return MailIdentity(**{**given, **changes})

    return make


@pytest.fixture
def identity(make_identity):
    return make_identity()
