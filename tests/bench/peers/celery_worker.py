"""Celery with smtplib: a new connection for each mail as in its examples, or one that a process keeps."""

import os
import smtplib

from celery import Celery

from tests.bench.peers.peer_mail import SENDER, Words, built

HOST, PORT = "127.0.0.1", int(os.environ.get("BENCH_SMTP_PORT", "25"))
QUEUE = "bench.celery"

app = Celery("bench", broker=os.environ.get("AMQP_URL"))
app.conf.update(
    task_default_queue=QUEUE,
    task_ignore_result=True,
    # At least once, as ours.
    task_acks_late=True,
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
)

kept: list[smtplib.SMTP] = []


@app.task
def send_on_new_connection(words: Words) -> None:
    with smtplib.SMTP(HOST, PORT) as smtp:
        smtp.sendmail(SENDER, [words["to"]], built(words))


@app.task
def send_on_kept_connection(words: Words) -> None:
    kept_connection().sendmail(SENDER, [words["to"]], built(words))


@app.task
def send_ready_made(words: Words) -> None:
    kept_connection().sendmail(SENDER, [words["to"]], words["raw"].encode())


def kept_connection() -> smtplib.SMTP:
    if not kept:
        kept.append(smtplib.SMTP(HOST, PORT))
    return kept[0]
