"""What came back, from the relay's pipe or a Maildir to the queue of reports."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from email.message import EmailMessage
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from mailer_service.bounces.bounce_address import BounceAddresses
from mailer_service.bounces.bounce_intake import BounceIntake
from mailer_service.bounces.bounce_reading import BounceReading
from mailer_service.bounces.maildir import Maildir
from shared.broker import BROKER_ERRORS
from shared.broker_topology import REPORTS_QUEUE
from shared.mail_contract import MailBounced
from tests.integration.mailer.conftest import until

KEY = "0123456789abcdef0123456789abcdef"
ADDRESSES = BounceAddresses("bounce.nachregister.example", KEY)
# Of somebody who guesses the key.
FORGED = BounceAddresses(ADDRESSES.domain, "guessed" * 5)
NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)


def bounce_of(event_id, words="550 5.1.1 No such user", addresses=ADDRESSES):
    """A mail to our bounce address in which a mail system tells what another one said."""
    mail = EmailMessage()
    mail["From"] = "MAILER-DAEMON@mx.gastvrij.example"
    mail["To"] = addresses.address_for(event_id)
    mail["Subject"] = "failure notice"
    mail.set_content(f"<info@pensiondezon.example>:\nRemote host said: {words}\n")
    return mail.as_bytes()


@pytest.fixture
async def run_command(amqp_url):
    """`dnr-mailer bounces` as a relay runs it; its exit status and what it wrote to standard error."""
    processes = []

    async def start(*arguments, **changes):
        environment = {
            "PATH": os.environ["PATH"],
            "AMQP_URL": amqp_url,
            "MAIL_BOUNCE_DOMAIN": ADDRESSES.domain,
            "MAIL_BOUNCE_KEY": KEY,
            **changes,
        }
        processes.append(
            await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "mailer_service", "bounces", *arguments),
                env=environment,
                stdin=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
        )
        return processes[-1]

    yield start
    for process in processes:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def end_of(process, mail=b""):
    _, log = await asyncio.wait_for(process.communicate(mail), 20)
    return process.returncode, log.decode()


async def test_a_bounce_from_the_pipe_is_reported(broker, run_command):
    event_id = uuid4()

    status, log = await end_of(await run_command(), bounce_of(event_id))

    event = await broker.take_report()
    assert status == 0
    assert event.subject == str(event_id)
    assert isinstance(event.data, MailBounced)
    assert event.data.reply == "550 5.1.1 No such user"
    assert event.data.address_unusable
    assert "mail_bounced" in log


async def test_an_address_in_the_words_of_a_server_is_reported_but_masked_in_the_log(broker, run_command):
    mail = bounce_of(uuid4(), "550 <info@pensiondezon.example> unknown")

    _, log = await end_of(await run_command(), mail)

    event = await broker.take_report()
    assert "info@pensiondezon.example" in event.data.reply
    assert "in***@pensiondezon.example" in log
    assert "info@" not in log


@pytest.fixture
def no_broker(unused_tcp_port):
    return f"amqp://guest:guest@127.0.0.1:{unused_tcp_port}/"


async def test_without_a_broker_the_relay_is_asked_to_keep_it(no_broker, run_command):
    status, log = await end_of(await run_command(AMQP_URL=no_broker), bounce_of(uuid4()))

    assert status == os.EX_TEMPFAIL
    assert "bounce_postponed" in log


async def test_a_forgery_is_taken_and_dropped_without_asking_the_broker(no_broker, run_command):
    forged = bounce_of(uuid4(), addresses=FORGED)

    status, log = await end_of(await run_command(AMQP_URL=no_broker), forged)

    assert status == 0
    assert '"because": "forged"' in log
    assert "@" not in log


async def test_what_comes_back_to_the_sender_of_a_mail_is_reported_of_its_event(
    broker, start_mailer, smtp_server, run_command, make_event
):
    start_mailer(mail_bounce_domain=ADDRESSES.domain, mail_bounce_key=KEY)
    event = make_event()
    await broker.publish(event)
    await broker.take_report()
    (kept,) = smtp_server.kept
    returned = b"From: MAILER-DAEMON@mx.example\nTo: %s\n\n550 5.1.1 Gone\n\n--- The original message\n\n%s"

    await end_of(await run_command(), returned % (kept.sender.encode(), kept.raw))

    report = await broker.take_report()
    assert (report.type, report.subject) == ("mail.bounced.v1", str(event.id))


@pytest.fixture
def maildir(tmp_path):
    for folder in ("new", "cur", "tmp"):
        (tmp_path / folder).mkdir()
    return tmp_path


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def intake(amqp_url):
    return BounceIntake(BounceReading(ADDRESSES), amqp_url, lambda: NOW)


async def test_a_maildir_is_emptied_and_what_was_not_understood_is_flagged(broker, intake, maildir):
    event_id = uuid4()
    (maildir / "new" / "1.mx").write_bytes(bounce_of(event_id))
    (maildir / "new" / "2.mx").write_bytes(bounce_of(event_id, "I am on holiday"))
    (maildir / "new" / "3.mx").write_bytes(b"To: somebody@nachregister.example\n\n")

    await intake.take_all(Maildir(maildir))

    event = await broker.take_report()
    assert event.subject == str(event_id)
    assert names_in(maildir / "new") == []
    assert names_in(maildir / "cur") == ["1.mx:2,S", "2.mx:2,FS", "3.mx:2,S"]
    assert await broker.waiting_in(REPORTS_QUEUE) == 0


async def test_a_mail_that_cannot_be_read_stays_and_stops_no_other(broker, intake, maildir, monkeypatch):
    event_id = uuid4()
    for name in ("1.mx", "2.mx"):
        (maildir / "new" / name).write_bytes(bounce_of(event_id))
    readable = Maildir.read

    def read(self, mail):
        if mail.name == "1.mx":
            raise PermissionError(13, "Permission denied")
        return readable(self, mail)

    monkeypatch.setattr(Maildir, "read", read)

    await intake.take_all(Maildir(maildir))

    assert (await broker.take_report()).subject == str(event_id)
    assert names_in(maildir / "new") == ["1.mx"]


async def test_a_mail_that_trips_a_bug_stays_and_stops_no_other(broker, intake, maildir, monkeypatch):
    event_id = uuid4()
    (maildir / "new" / "1.mx").write_bytes(b"odd")
    (maildir / "new" / "2.mx").write_bytes(bounce_of(event_id))
    understood = BounceReading.read

    def read(self, raw, recipient=""):
        return understood(self, raw, recipient) if raw != b"odd" else 1 / 0

    monkeypatch.setattr(BounceReading, "read", read)

    await intake.take_all(Maildir(maildir))

    assert (await broker.take_report()).subject == str(event_id)
    assert names_in(maildir / "new") == ["1.mx"]


async def test_a_mail_that_cannot_be_moved_stays_and_stops_no_other(broker, intake, maildir):
    stuck, moved = uuid4(), uuid4()
    # With the flags its name is longer than a file's may be.
    (maildir / "new" / ("1" * 255)).write_bytes(bounce_of(stuck))
    (maildir / "new" / "2.mx").write_bytes(bounce_of(moved))

    await intake.take_all(Maildir(maildir))

    assert {(await broker.take_report()).subject for _ in "12"} == {str(stuck), str(moved)}
    assert names_in(maildir / "new") == ["1" * 255]


async def test_a_mail_that_another_one_took_is_no_error(broker, intake, maildir, monkeypatch):
    gone = maildir / "new" / "1.mx"
    monkeypatch.setattr(Maildir, "waiting", lambda _: [gone])

    with capture_logs() as logged:
        await intake.take_all(Maildir(maildir))

    assert [line["log_level"] for line in logged] == ["info"]


async def test_what_the_broker_did_not_take_stays_in_the_maildir(broker, intake, maildir):
    (maildir / "new" / "1.mx").write_bytes(bounce_of(uuid4()))
    await broker.channel.queue_delete(REPORTS_QUEUE)

    with pytest.raises(BROKER_ERRORS):
        await intake.take_all(Maildir(maildir))

    assert names_in(maildir / "new") == ["1.mx"]


async def test_two_that_read_one_maildir_report_each_bounce_alike(broker, intake, maildir):
    event_ids = [uuid4() for _ in range(20)]
    for number, event_id in enumerate(event_ids):
        (maildir / "new" / f"{number}.mx").write_bytes(bounce_of(event_id))

    await asyncio.gather(intake.take_all(Maildir(maildir)), intake.take_all(Maildir(maildir)))

    reports = [await broker.take_report() for _ in range(await broker.waiting_in(REPORTS_QUEUE))]
    assert {report.subject for report in reports} == {str(event_id) for event_id in event_ids}
    assert len({report.id for report in reports}) == len(event_ids)
    assert names_in(maildir / "new") == []


async def test_a_maildir_is_followed_until_a_signal(broker, run_command, maildir):
    process = await run_command("--maildir", str(maildir), "--follow", "0.05")
    event_ids = [uuid4(), uuid4()]
    for event_id in event_ids:
        (maildir / "tmp" / "mail").write_bytes(bounce_of(event_id))
        (maildir / "tmp" / "mail").rename(maildir / "new" / event_id.hex)
        assert (await broker.take_report()).subject == str(event_id)

    await until(lambda: len(names_in(maildir / "cur")) == 2)
    process.terminate()

    status, log = await end_of(process)
    assert status == 0
    assert "Traceback" not in log
