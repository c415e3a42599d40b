"""Who competes in delivering mails from a queue: our mailer, and what others would build."""

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import aio_pika

from shared.broker_topology import REPORTS_QUEUE, SEND_QUEUE
from tests.bench.peers.peer_mail import SENDER, Words
from tests.bench.sample_mails import SampleMail
from tests.event_messages import event_message
from tests.running_services import CHECKOUT

# Names of their queues and tasks, which are theirs to choose; importing them here would load Celery for us.
CELERY_QUEUE = "bench.celery"
CELERY_MODULE = "tests.bench.peers.celery_worker"
FASTSTREAM_QUEUE = "bench.faststream"


@dataclass(frozen=True)
class Contender:
    """`queue` gets one message of `message` per mail; then `commands` are started together."""

    name: str
    queue: str
    message: Callable[[SampleMail], aio_pika.Message]
    commands: Sequence[Sequence[str]]
    environment: Mapping[str, str]
    # Queues that the work fills, to be emptied after it.
    fills: Sequence[str] = ()


def contenders(amqp_url: str, smtp_port: int, sealing_key: str) -> list[Contender]:
    environment = common_settings(amqp_url, smtp_port)
    ours = our_settings(amqp_url, smtp_port, sealing_key)
    return [
        *(our_mailer(count, ours) for count in (1, 2)),
        *(
            celery(title, task, environment)
            for title, task in (
                ("Celery, 2 processes, new connection per mail", "send_on_new_connection"),
                ("Celery, 2 processes, kept connection", "send_on_kept_connection"),
                ("Celery, 2 processes, kept, mail ready-made", "send_ready_made"),
            )
        ),
        *(faststream(count, environment) for count in (1, 2)),
    ]


def common_settings(amqp_url: str, smtp_port: int) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": str(CHECKOUT),
        "AMQP_URL": amqp_url,
        "BENCH_SMTP_PORT": str(smtp_port),
    }


def our_settings(amqp_url: str, smtp_port: int, sealing_key: str) -> dict[str, str]:
    return {
        **common_settings(amqp_url, smtp_port),
        "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        "MAIL_FROM": SENDER,
        "PUBLIC_URL": "https://inloggen.nachregister.example",
        "MESSAGE_SEALING_KEYS": sealing_key,
        "BROKER_TOPOLOGY": "check",
        "OPS_HOST": "127.0.0.1",
    }


def our_mailer(count: int, environment: Mapping[str, str]) -> Contender:
    return Contender(
        named("ours", count),
        SEND_QUEUE,
        lambda mail: event_message(mail.event),
        [(sys.executable, "-m", "mailer_service", "worker")] * count,
        environment,
        fills=(REPORTS_QUEUE,),
    )


def celery(name: str, task: str, environment: Mapping[str, str]) -> Contender:
    worker = ("-m", "celery", "-A", CELERY_MODULE, "worker", "--concurrency=2", "--loglevel=ERROR")
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    return Contender(
        name,
        CELERY_QUEUE,
        lambda mail: celery_message(mail, f"{CELERY_MODULE}.{task}"),
        [(sys.executable, *worker, *quiet)],
        environment,
    )


def celery_message(mail: SampleMail, task: str) -> aio_pika.Message:
    """What `task.delay(words)` puts there; the second version of Celery's message protocol."""
    identity = str(mail.event.id)
    body = json.dumps([[mail.words], {}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}])
    return aio_pika.Message(
        body.encode(),
        headers={
            "lang": "py",
            "task": task,
            "id": identity,
            "root_id": identity,
            "argsrepr": "",
            "retries": 0,
        },
        correlation_id=identity,
        content_type="application/json",
        content_encoding="utf-8",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )


def faststream(count: int, environment: Mapping[str, str]) -> Contender:
    return Contender(
        named("FastStream, kept connections", count),
        FASTSTREAM_QUEUE,
        lambda mail: words_message(mail.words),
        [(sys.executable, "-m", "tests.bench.peers.faststream_worker")] * count,
        environment,
    )


def words_message(words: Words) -> aio_pika.Message:
    return aio_pika.Message(
        json.dumps(words).encode(),
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )


def named(who: str, count: int) -> str:
    return f"{who}, 1 process" if count == 1 else f"{who}, {count} processes"
