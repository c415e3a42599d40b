"""A test mail by the real way: `dnr-mailer check --send-to`."""

import aio_pika
import pytest

from deploy.local.mailbox.smtp_server import Moment
from mailer_service.checking.findings import Verdict
from mailer_service.checking.trial_mail import finding_about, trial_event, trial_finding
from shared import broker_topology
from shared.broker_topology import SEND_QUEUE
from shared.mail_contract import MailExpired, MailRefused

TO = "beheer@zeedorp.example"
CONTACT = "noreply@nachregister.example"


@pytest.fixture
def send(amqp_url, now):
    async def send_to_relay(url=amqp_url, seconds=15.0):
        event = trial_event(TO, CONTACT, lambda: now)
        return await trial_finding(url, event, wait_seconds=seconds)

    return send_to_relay


async def test_it_says_what_the_relay_answered(start_mailer, smtp_server, send):
    start_mailer()

    finding = await send()

    assert finding.verdict is Verdict.OK
    assert "the relay took it: 250" in finding.sentence
    (mail,) = smtp_server.mails
    assert mail["To"] == TO
    assert mail["Subject"] == "Test van het Digitaal Nachregister"


async def test_a_mail_that_is_put_off_is_told_with_the_masked_reply(start_mailer, smtp_server, send):
    smtp_server.handler.replies[Moment.RCPT] = [f"451 4.7.1 <{TO}> greylisted"]
    start_mailer()

    finding = await send()

    assert finding.verdict is Verdict.WRONG
    assert "451 4.7.1 <be***@zeedorp.example> greylisted; the mailer tries again" in finding.sentence


async def test_without_a_mailer_it_says_that_nothing_was_reported(broker, send):
    finding = await send(seconds=0.2)

    assert finding.verdict is Verdict.UNKNOWN
    assert "brought no report" in finding.sentence
    await broker.until_waiting(SEND_QUEUE, 1)


@pytest.fixture
async def locked_broker(rabbit):
    """Where everything is there and nothing more can be made."""
    rabbit.add_vhost("locked")
    url = rabbit.url_for("locked")
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        await broker_topology.declare(channel)
        rabbit.forbid_declaring("locked")
        yield url, channel
    rabbit.delete_vhost("locked")


async def test_where_no_queue_may_be_made_the_mail_goes_out_and_it_says_where_to_look(locked_broker, send):
    url, channel = locked_broker

    finding = await send(url=url)

    assert finding.verdict is Verdict.WARNING
    assert "lets us make no queue" in finding.sentence
    queue = await channel.get_queue(SEND_QUEUE, ensure=False)
    assert (await queue.get(no_ack=True)).message_id in finding.sentence


async def test_a_broker_that_is_away_is_told(send):
    finding = await send(url="amqp://127.0.0.1:1/")

    assert finding.verdict is Verdict.WRONG
    assert "AMQP_URL" in finding.advice


@pytest.mark.parametrize(
    ("report", "words"), [(MailRefused, "was refused: 550 No such user."), (MailExpired, "expired")]
)
def test_an_end_without_delivery_is_wrong(now, report, words):
    finding = finding_about(report(at=now, attempt=1, reply="550 No such user."))

    assert finding.verdict is Verdict.WRONG
    assert words in finding.sentence
