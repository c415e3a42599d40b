"""What the relay as a whole says of itself."""

import pytest

from mailer_service.sending.smtp_answers import RelayDown
from mailer_service.sending.smtp_relay import SmtpRelay
from shared.metrics import REGISTRY


class RefusingSession:
    is_connected = False

    async def probe(self):
        return RelayDown("530 5.7.0 <jan@dezon.example>: Must issue a STARTTLS command first", our_fault=True)

    async def quit(self):
        """Nothing is open."""


@pytest.fixture
async def relay():
    relay = SmtpRelay(RefusingSession)
    yield relay
    await relay.close()


async def test_it_is_not_up_before_it_was_tried(relay):
    assert await relay.trouble() == "not tried yet"
    assert REGISTRY.get_sample_value("dnr_relay_up") == 0


async def test_what_it_says_names_nobody(relay):
    await relay.try_out()

    assert await relay.trouble() == "530 5.7.0 <ja***@dezon.example>: Must issue a STARTTLS command first"
