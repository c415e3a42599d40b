"""Reports of mail systems, as they are but for what is ours in them."""

from pathlib import Path
from uuid import UUID

import pytest

from mailer_service.bounces.bounce_address import BounceAddresses
from mailer_service.bounces.bounce_reading import BounceReading

REPORTS = Path(__file__).parent / "reports"
EVENT_ID = UUID("0193a000-0000-7000-8000-000000000001")
OTHER_ID = UUID("0193a000-0000-7000-8000-000000000002")
CODE = "08783e884a2f59f2cf1108c566a33353518e775d44310341"
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="session")
def addresses():
    return BounceAddresses("bounce.nachregister.example", KEY)


@pytest.fixture(scope="session")
def read(addresses):
    return BounceReading(addresses).read


@pytest.fixture(scope="session")
def report_of(addresses):
    """The report `<name>.eml` about the mail of our event, to its bounce address or another."""

    def report(name, *, bounce_address=None, event_id=EVENT_ID):
        text = (REPORTS / f"{name}.eml").read_text(encoding="utf-8")
        ours = {
            "bounce_address": bounce_address or addresses.address_for(EVENT_ID),
            "event_id": str(event_id),
            "code": CODE,
        }
        for slot, value in ours.items():
            text = text.replace(f"{{{slot}}}", value)
        return text.encode()

    return report
