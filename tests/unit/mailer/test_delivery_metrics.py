"""What became of mails, counted so that no stranger can make series of his own."""

import pytest

from mailer_service.consuming.delivery_metrics import count_reply
from shared.metrics import REGISTRY


def counted(code, status, receiver):
    labels = {"code": code, "status": status, "receiver": receiver}
    return REGISTRY.get_sample_value("dnr_smtp_replies_total", labels) or 0


@pytest.mark.parametrize(
    ("reply", "recipient", "labels"),
    [
        ("250 2.0.0 Kept", "jan@gmail.com", ("250", "2.0.0", "gmail.com")),
        ("550 5.1.1 No such user", "jan@HOTMAIL.nl", ("550", "5.1.1", "outlook.com")),
        ("451 Greylisted", "jan@dezon.example", ("451", "none", "other")),
        ("the session was lost: reset", "jan@dezon.example", ("none", "none", "other")),
        ("no answer to the whole mail: reset", "jan@ziggo.nl", ("none", "none", "ziggo.nl")),
        ("２５０ Ok", "jan@ziggo.nl", ("none", "none", "ziggo.nl")),
    ],
)
def test_a_reply_counts_by_its_codes_and_the_receivers_provider(reply, recipient, labels):
    before = counted(*labels)

    count_reply(reply, recipient)

    assert counted(*labels) == before + 1
