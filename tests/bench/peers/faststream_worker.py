"""FastStream with aiosmtplib: as many connections, kept, and as many messages at hand as our mailer has."""

import asyncio
import os

import aiosmtplib
import uvloop
from faststream import FastStream
from faststream.rabbit import Channel, RabbitBroker, RabbitQueue

from tests.bench.peers.peer_mail import SENDER, Words, built

HOST, PORT = "127.0.0.1", int(os.environ.get("BENCH_SMTP_PORT", "25"))
QUEUE = "bench.faststream"
SESSIONS = 4

broker = RabbitBroker(os.environ.get("AMQP_URL"), default_channel=Channel(prefetch_count=2 * SESSIONS))
app = FastStream(broker)
free: asyncio.LifoQueue[aiosmtplib.SMTP] = asyncio.LifoQueue()


@app.on_startup
async def connect() -> None:
    for _ in range(SESSIONS):
        smtp = aiosmtplib.SMTP(hostname=HOST, port=PORT)
        await smtp.connect()
        free.put_nowait(smtp)


@broker.subscriber(RabbitQueue(QUEUE, durable=True))
async def send(words: Words) -> None:
    smtp = await free.get()
    try:
        await smtp.sendmail(SENDER, [words["to"]], built(words))
    finally:
        free.put_nowait(smtp)


if __name__ == "__main__":
    uvloop.run(app.run())
