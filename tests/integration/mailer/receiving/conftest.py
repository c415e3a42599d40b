"""All mails of a domain that is set up as the README says, and its name server."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.integration.mailer.checking.conftest import pem_of
from tests.integration.mailer.checking.dns_server import serving
from tests.integration.mailer.checking.domain import well_set_up
from tests.integration.mailer.receiving.received_mails import received_mails


@pytest.fixture(scope="session")
def private_key():
    return pem_of(rsa.generate_private_key(65537, 2048))


@pytest.fixture(scope="session")
def mails(private_key):
    return received_mails(private_key)


@pytest.fixture(scope="session")
def dns_port(private_key):
    with serving(well_set_up(private_key)) as port:
        yield port
