"""The command as an operator starts and stops it."""

import asyncio
import os
import signal
import sys

import pytest

from deploy.local.ports import draw_port
from shared.broker_topology import SEND_QUEUE, declare
from shared.mail_contract import MailDelivered
from tests.integration.mailer.conftest import KEY, until


@pytest.fixture
async def start_process(amqp_url, smtp_server):
    processes = []

    async def start(**changes):
        environment = {
            "PATH": os.environ["PATH"],
            "AMQP_URL": amqp_url,
            "SMTP_URL": f"smtp://127.0.0.1:{smtp_server.port}",
            "PUBLIC_URL": "https://inloggen.nachregister.example",
            "MAIL_FROM": "noreply@nachregister.example",
            "MESSAGE_SEALING_KEYS": KEY,
            "BROKER_TOPOLOGY": "check",
            "OPS_HOST": "127.0.0.1",
            "OPS_PORT": str(draw_port()),
            **changes,
        }
        processes.append(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "mailer_service",
                "worker",
                env=environment,
                stderr=asyncio.subprocess.PIPE,
            )
        )
        return processes[-1]

    yield start
    for process in processes:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_after_the_mail_under_way(
    signal_number, broker, smtp_server, start_process, make_event
):
    smtp_server.handler.answering.clear()
    process = await start_process()
    await broker.publish(make_event())
    await until(lambda: smtp_server.handler.in_data == 1)

    process.send_signal(signal_number)
    # Said by the process itself: from here on the answer is what it waits for.
    smtp_server.handler.answering.set()
    _, log = await asyncio.wait_for(process.communicate(), 20)

    report = await broker.take_report()
    assert process.returncode == 0
    assert isinstance(report.data, MailDelivered)
    assert smtp_server.handler.goodbyes == 1
    assert b"Traceback" not in log


async def test_it_waits_for_a_broker_that_is_not_there_and_ends_when_told(start_process, unused_tcp_port):
    process = await start_process(AMQP_URL=f"amqp://guest:guest@127.0.0.1:{unused_tcp_port}/")
    await asyncio.wait_for(process.stderr.readuntil(b"broker_lost"), 15)

    process.terminate()
    await asyncio.wait_for(process.wait(), 15)

    assert process.returncode == 0


async def test_a_broker_with_other_queues_stops_it_with_one_sentence(broker, start_process):
    await broker.channel.queue_delete(SEND_QUEUE)
    await broker.channel.declare_queue(SEND_QUEUE, durable=True, arguments={"x-queue-type": "quorum"})

    process = await start_process()
    _, log = await asyncio.wait_for(process.communicate(), 15)
    await broker.channel.queue_delete(SEND_QUEUE)
    await declare(broker.channel)

    assert process.returncode == 2
    assert "'x-dead-letter-exchange' for queue 'mailer.send.v1'" in log.decode().splitlines()[-1]
    assert b"Traceback" not in log


async def test_a_missing_setting_stops_it_at_once_with_one_sentence(start_process):
    process = await start_process(MAIL_FROM="geen adres")

    _, log = await asyncio.wait_for(process.communicate(), 15)

    assert process.returncode == 2
    assert log.decode() == "MAIL_FROM is wrong: must be a mail address such as noreply@example.nl.\n"
