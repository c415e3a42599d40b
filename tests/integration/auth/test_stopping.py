"""How the web process stops behind a gateway: it says so, goes on for a while, and answers everybody."""

import asyncio
import json
import os
import signal
import sys

import aiohttp
import pytest

from deploy.local.ports import draw_port
from tests.integration.auth.scene import MESSAGE_KEY, SEALING_KEY

PATIENCE_SECONDS = 30


class WebProcess:
    def __init__(self, process, http_port, ops_port):
        self.process = process
        self.http_port = http_port
        self._site = f"http://127.0.0.1:{http_port}"
        self._ready = f"http://127.0.0.1:{ops_port}/health/ready"
        self._client = aiohttp.ClientSession()

    async def readiness(self):
        """The status, and what is missing."""
        try:
            async with self._client.get(self._ready) as response:
                return response.status, (await response.json()).get("missing")
        except aiohttp.ClientConnectionError:
            return None, None

    async def until_readiness(self, status):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (said := await self.readiness())[0] != status:
                await asyncio.sleep(0.02)
        return said[1]

    async def get(self, path):
        async with self._client.get(self._site + path) as response:
            return response.status, response.headers.get("Connection")

    async def ended(self):
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.process.wait()

    async def close(self):
        await self._client.close()
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


@pytest.fixture
async def start_web(database_url, tmp_path):
    started = []

    async def start(stop_delay):
        http_port, ops_port = draw_port(), draw_port()
        environment = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": database_url,
            "MESSAGE_SEALING_KEYS": MESSAGE_KEY,
            "SEALING_KEYS": SEALING_KEY,
            "PUBLIC_URL": f"http://127.0.0.1:{http_port}",
            "MAIL_FROM": "noreply@nachregister.example",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_PORT": str(http_port),
            "OPS_HOST": "127.0.0.1",
            "OPS_PORT": str(ops_port),
            "STOP_DELAY": stop_delay,
        }
        with (tmp_path / "log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "auth_service", "web", env=environment, stderr=log
            )
        started.append(WebProcess(process, http_port, ops_port))
        await started[-1].until_readiness(200)
        return started[-1]

    yield start
    for web in started:
        await web.close()


async def test_it_says_that_it_stops_and_still_answers_for_a_while(start_web):
    web = await start_web("2s")
    assert await web.get("/inloggen") == (200, None)

    web.process.send_signal(signal.SIGTERM)
    missing = await web.until_readiness(503)

    assert missing == {"process": "it is stopping"}
    assert await web.get("/inloggen") == (200, "close")
    # Asked twice, as an impatient operator would.
    web.process.send_signal(signal.SIGTERM)
    assert await web.ended() == 0


async def test_a_request_under_way_is_answered_after_the_port_has_closed(start_web):
    web = await start_web("0s")
    body = json.dumps({"email": "jan@dezon.example"}).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", web.http_port)
    head = (
        f"POST /v1/activatiecodes HTTP/1.1\r\nHost: 127.0.0.1:{web.http_port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body[:10])
    await writer.drain()
    await until_in_progress(web)

    web.process.send_signal(signal.SIGTERM)
    await until_refused(web.http_port)
    writer.write(body[10:])

    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 202 ")
    assert b"\r\nConnection: close\r\n" in answer
    assert await web.ended() == 0


async def until_in_progress(web):
    """Until the server has begun to answer what was sent so far."""
    metrics = web._ready.replace("/health/ready", "/metrics")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            async with web._client.get(metrics) as response:
                if "dnr_http_requests_in_progress 1.0" in await response.text():
                    return
            await asyncio.sleep(0.02)


async def until_refused(port):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                return
            writer.close()
            await asyncio.sleep(0.02)
