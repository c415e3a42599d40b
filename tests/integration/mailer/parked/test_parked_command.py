"""What an operator does about mails that were parked."""

import asyncio
import json
import os
import sys
from datetime import timedelta
from uuid import uuid4

import aio_pika
import pytest

from mailer_service.__main__ import UNREAD, main
from mailer_service.commands.parked import parked_queue
from shared.broker_topology import PARKING, PARKING_QUEUE, REPORTS_QUEUE, SEND_QUEUE
from shared.mail_contract import MailDelivered, MailRefused, encode, report_event
from shared.mail_facts import ActivationCodeIssued, GemeenteContact
from tests.integration.mailer.conftest import CODE, until


async def test_a_list_masks_addresses_and_shows_no_code(park, parked, make_event):
    event = make_event(ActivationCodeIssued, to="jan@pensiondezon.example")
    await park(event)

    status, said = await parked("list")

    assert status == 0
    assert "activation_code_issued" in said.out
    assert "ja***@pensiondezon.example" in said.out
    assert "550 5.1.1 <ja***@pensiondezon.example> No such user" in said.out
    assert str(event.id) in said.out
    assert "1 parked." in said.out
    assert "jan@" not in said.out
    assert event.data.sealed_code not in said.out


async def test_an_empty_list_says_so(parked):
    assert (await parked("list"))[1].out == "Nothing is parked that fits.\n"


async def test_looking_takes_nothing_away(broker, park, parked, make_event):
    for _ in range(3):
        await park(make_event())
    await broker.until_waiting(PARKING_QUEUE, 3)

    for _ in range(2):
        _, said = await parked("list", "--json")
        await broker.until_waiting(PARKING_QUEUE, 3)

    assert len(said.out.splitlines()) == 3


@pytest.mark.parametrize(
    "filters",
    [
        ("--kind", "activation_code_issued"),
        ("--kind", "mail.activation_code_issued.v1"),
        ("--reason", "seal_unreadable"),
        ("--domain", "Hotel.example"),
    ],
)
async def test_a_filter_leaves_what_fits(filters, park, parked, make_event):
    wanted = make_event(ActivationCodeIssued, to="jan@hotel.example")
    await park(make_event())
    await park(wanted, reason="seal_unreadable: no key opens this code")

    _, said = await parked("list", "--json", *filters)

    (line,) = said.out.splitlines()
    assert json.loads(line)["id"] == str(wanted.id)


async def test_a_message_of_somebody_else_does_not_steer_the_terminal(broker, parked):
    red = "\x1b[31mred\n\x9b2J"
    message = aio_pika.Message(b"?", message_id=red, type=red, headers={"mailer-reason": red})
    await (await broker.channel.get_exchange(PARKING)).publish(message, "mail")

    _, said = await parked("list")

    _heads, row, _, summary = said.out.splitlines()
    assert row.count("[31mred") == 3
    assert row.isprintable()
    assert summary == "1 parked."


async def test_nor_do_the_names_in_a_fact(park, parked, make_event):
    contact = GemeenteContact(name="Zee\x9b2Jdorp", email="loket@zeedorp.example")
    event = make_event(gemeente=contact, to="info@hotel\x9b2J.example")
    await park(event)

    _, said = await parked("show", str(event.id))

    shown = json.loads(said.out)
    assert (shown["gemeente"], shown["to"]) == ("Zee 2Jdorp", "in***@hotel 2J.example")


async def test_one_is_shown_in_full_but_for_its_code(park, parked, make_event):
    event = make_event(ActivationCodeIssued)
    await park(event)

    status, said = await parked("show", str(event.id))

    shown = json.loads(said.out)
    assert status == 0
    assert (shown["id"], shown["attempt"], shown["gemeente"]) == (str(event.id), 2, "Zeedorp")
    assert event.data.to not in said.out
    assert event.data.sealed_code not in said.out


async def test_one_that_is_not_there_is_said_to_be_missing(parked):
    status, said = await parked("show", str(uuid4()))

    assert status == 1
    assert "Not in the parking queue" in said.err


async def test_what_is_replayed_is_mailed_as_a_later_try(
    broker, smtp_server, park, parked, start_mailer, make_event
):
    event = make_event(ActivationCodeIssued)
    await park(event)

    status, said = await parked("replay", str(event.id), "--by", "anna")

    assert status == 0
    assert said.out == f"{event.id} ({event.type}) is sent again.\n"
    await broker.until_waiting(PARKING_QUEUE, 0)
    start_mailer()
    report = await broker.take_report()
    assert (report.subject, type(report.data), report.data.attempt) == (str(event.id), MailDelivered, 3)
    assert CODE in smtp_server.mails[0].get_body(("plain",)).get_content()


async def test_a_replayed_message_names_the_operator_and_not_its_old_reason(broker, park, parked, make_event):
    event = make_event()
    await park(event)

    await parked("replay", str(event.id), "--by", "anna")

    message = await broker.take(SEND_QUEUE)
    assert message.headers["mailer-replayed"].endswith(" by anna")
    assert "mailer-reason" not in message.headers


@pytest.mark.parametrize(("act", "done"), [("replay", "parked_replayed"), ("drop", "parked_dropped")])
async def test_whatever_is_done_leaves_an_audit_line(act, done, park, parked, make_event):
    event = make_event()
    await park(event)

    _, said = await parked(act, str(event.id), "--by", "anna")

    (line,) = said.audit
    assert (line["event"], line["message_id"], line["operator"]) == (done, str(event.id), "anna")
    assert event.data.to not in str(line)


async def test_the_audit_line_is_there_at_any_log_level(amqp_url, park, make_event):
    event = make_event()
    await park(event)

    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "mailer_service", "parked", "drop", str(event.id)),
        env={"PATH": os.environ["PATH"], "AMQP_URL": amqp_url, "LOG_LEVEL": "ERROR"},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, log = await process.communicate()

    assert json.loads(log)["event"] == "parked_dropped"


async def test_an_expired_mail_is_left_where_it_is(broker, park, parked, make_event, now):
    expired = make_event(expires_at=now - timedelta(minutes=1))
    await park(expired)
    await park(make_event())

    status, said = await parked("replay", "--all")

    assert status == 1
    assert f"{expired.id} is left: it expired at " in said.out
    await broker.until_waiting(PARKING_QUEUE, 1)
    await broker.until_waiting(SEND_QUEUE, 1)


async def test_what_cannot_be_read_is_left_where_it_is(broker, park, parked, make_event):
    event = make_event()
    await park(event, reason="undecodable", body=b"geen JSON")

    status, said = await parked("replay", "--all")

    assert status == 1
    assert "can't read it either: the body is not JSON" in said.out
    await broker.until_waiting(PARKING_QUEUE, 1)


async def test_what_is_parked_anew_meanwhile_is_not_looked_at(amqp_url, park, make_event):
    first, again = make_event(), make_event()
    await park(first)
    looked_at = []

    async with parked_queue(amqp_url, "anna") as queue:
        async for mail in queue.mails():
            looked_at.append(mail.id)
            await park(again)

    assert looked_at == [str(first.id)]


async def test_what_the_broker_refuses_stays_parked(broker, park, parked, make_event):
    await park(make_event())
    await broker.channel.queue_delete(SEND_QUEUE)

    status, said = await parked("replay", "--all")

    assert status == 1
    assert (said.out, said.audit) == ("", [])
    assert "The broker refuses, or can't be reached: " in said.err
    assert "NO_ROUTE" in said.err
    await broker.until_waiting(PARKING_QUEUE, 1)


async def test_a_report_goes_back_to_where_reports_go(broker, park, parked, make_event, now):
    about = make_event()
    report = report_event(uuid4(), MailRefused(at=now, attempt=1), about=about.id)
    await park(report, reason="rejected")

    await parked("replay", str(report.id))

    assert (await broker.take(REPORTS_QUEUE)).body == encode(report)


async def test_only_what_was_chosen_is_thrown_away(broker, park, parked, make_event):
    gone, kept = make_event(), make_event()
    await park(gone)
    await park(kept)

    status, said = await parked("drop", str(gone.id))

    assert status == 0
    assert said.out == f"{gone.id} ({gone.type}) is thrown away.\n"
    await broker.until_waiting(PARKING_QUEUE, 1)
    assert (await broker.take_parked()).message_id == str(kept.id)


async def test_who_has_seen_enough_is_told_of_no_error(amqp_url, park, make_event):
    await park(make_event())
    reads, writes = os.pipe()
    os.close(reads)

    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "mailer_service", "parked", "list"),
        env={"PATH": os.environ["PATH"], "AMQP_URL": amqp_url},
        stdout=writes,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(writes)
    _, log = await process.communicate()

    assert (process.returncode, log) == (UNREAD, b"")


@pytest.mark.parametrize("act", ["replay", "drop"])
async def test_without_saying_which_nothing_is_done(act, broker, park, parked, make_event):
    await park(make_event())

    with pytest.raises(SystemExit) as exit_:
        await parked(act, "--kind", "password_changed")

    assert exit_.value.code == 2
    await broker.until_waiting(PARKING_QUEUE, 1)


async def test_one_named_twice_over_is_done_once(broker, park, parked, make_event):
    event = make_event()
    await park(event)
    await parked("replay", str(event.id))

    status, said = await parked("replay", str(event.id))

    assert status == 1
    assert "Not in the parking queue" in said.err
    await until(lambda: broker.waiting_in(SEND_QUEUE))


def test_a_limit_below_none_is_refused(capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["parked", "list", "--limit", "-1"])

    assert exit_.value.code == 2
    assert "--limit" in capsys.readouterr().err


def test_a_broker_that_is_away_is_one_sentence(monkeypatch, capsys, unused_tcp_port):
    monkeypatch.setenv("AMQP_URL", f"amqp://guest:guest@127.0.0.1:{unused_tcp_port}/")
    monkeypatch.setattr("mailer_service.commands.parked.configure_logs", lambda *_, **__: None)

    status = main(["parked", "list"])

    assert status == 1
    assert "The broker refuses, or can't be reached: " in capsys.readouterr().err
