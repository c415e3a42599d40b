"""What no client sends on a connection, or what never comes: a page in Dutch, or the end of it."""

import asyncio
import socket
from contextlib import suppress

import pytest

from auth_service.web.security_headers import ALWAYS
from tests.integration.auth.browsing import ADDRESS
from tests.integration.auth.serving import SiteServer, answer_to, bare_connection, read_answer

SECRET = "s3cr3t"
HOST = b"Host: localhost\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
CHUNKED = FORM + b"Transfer-Encoding: chunked\r\n"


def get(target=b"/inloggen", headers=HOST):
    return b"GET " + target + b" HTTP/1.1\r\n" + headers + b"Cookie: dnr-session=s3cr3t\r\n\r\n"


def post(headers, body, target=b"/inloggen"):
    return b"POST " + target + b" HTTP/1.1\r\n" + HOST + headers + b"\r\n" + body


UNREADABLE = {
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03s3cr3t\r\n\r\n",
    "raw bytes": bytes(range(255, 0, -1)) + b"\r\n\r\n",
    "white space": b" \t \r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/3.0": b"GET /inloggen?s3cr3t HTTP/3.0\r\n" + HOST + b"\r\n",
    "an invented method": b"S3CR3T /inloggen HTTP/1.1\r\n" + HOST + b"\r\n",
    "no host": get(headers=b""),
    "two hosts": get(headers=HOST + b"Host: s3cr3t.example\r\n"),
    "two hosts, ours last": get(headers=b"Host: s3cr3t.example\r\n" + HOST),
    "an address that is none": get(b"http://[::1/s3cr3t"),
    "a port that is none": get(b"http://localhost:99999/s3cr3t"),
    "a script as address": get(b"javascript:s3cr3t"),
    "a relative address": get(b"s3cr3t"),
    "NUL in the path": get(b"/s3cr3t\x00"),
    "broken UTF-8 in the path": get(b"/s3cr3t\xff\xfe"),
    "broken UTF-8 in the query": get(b"/inloggen?terug=/\xff\xfes3cr3t"),
    "a very long address": get(b"/inloggen?s3cr3t=" + b"a" * 100_000),
    "a huge header": get(headers=HOST + b"X: s3cr3t" + b"a" * 100_000 + b"\r\n"),
    "a thousand headers": get(headers=HOST + b"X: s3cr3t\r\n" * 1_000),
    "NUL in a header": get(headers=HOST + b"X: s3cr3t\x00\r\n"),
    "a header without a name": get(headers=HOST + b": s3cr3t\r\n"),
    "white space in a header's name": get(headers=HOST + b"X s3cr3t: a\r\n"),
    "a folded header": get(headers=HOST + b"X: a\r\n s3cr3t\r\n"),
    "a smuggled header": get(headers=HOST + b"X: a\rY: s3cr3t\r\n"),
    "a broken chunk": post(CHUNKED, b"s3cr3t\r\nabc\r\n"),
    "a chunk without an end": post(CHUNKED, b"3\r\nabcs3cr3t\r\n"),
    "a chunk of any size": post(CHUNKED, b"f" * 40 + b"\r\ns3cr3t\r\n"),
    "a length and chunks": post(CHUNKED + b"Content-Length: 3\r\n", b"0\r\n\r\n"),
    "another transfer encoding": post(FORM + b"Transfer-Encoding: s3cr3t\r\n", b"abc"),
    "a length below zero": post(FORM + b"Content-Length: -3\r\n", b"s3cr3t"),
    "no number as length": post(FORM + b"Content-Length: s3cr3t\r\n", b"s3cr3t"),
    "two lengths": post(FORM + b"Content-Length: 3\r\nContent-Length: 4\r\n", b"s3cr3t"),
    "an endless length": post(FORM + b"Content-Length: " + b"9" * 30 + b"\r\n", b"s3cr3t"),
    "more than its length": post(FORM + b"Content-Length: 2\r\n", b"abs3cr3t"),
}


@pytest.fixture
async def server(services):
    async with SiteServer(services) as server:
        yield server


def is_page_of_ours(answer, status):
    assert answer.status == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert '<html lang="nl">' in answer.text
    return True


@pytest.mark.parametrize("sent", UNREADABLE.values(), ids=UNREADABLE)
async def test_what_is_not_http_gets_a_page_that_tells_nothing_of_it(server, logs, sent):
    answer = await answer_to(server, sent)

    assert is_page_of_ours(answer, 400)
    assert "We kunnen niet lezen wat uw browser stuurde." in answer.text
    assert "request_unreadable" in logs()
    assert "unexpected_error" not in logs()
    assert SECRET not in (answer.text + logs()).lower()


@pytest.mark.parametrize("path", [b"/inloggen", b"/nergens", b"/static/x"])
async def test_an_expectation_we_do_not_know_is_told_in_dutch(server, path):
    answer = await answer_to(server, get(path, HOST + b"Expect: s3cr3t\r\n"))

    assert is_page_of_ours(answer, 417)
    assert SECRET not in answer.text


@pytest.mark.parametrize("path", [b"/v1/sessies/huidige", b"/v1/nergens"])
async def test_an_expectation_we_do_not_know_is_a_problem_of_the_api(server, path):
    answer = await answer_to(server, get(path, HOST + b"Expect: s3cr3t\r\n"))

    assert (answer.status, answer.headers["Content-Type"]) == (417, "application/problem+json")
    assert SECRET not in answer.text


async def test_a_body_that_is_waited_for_is_asked_for(server):
    answer = await answer_to(server, post(FORM + b"Expect: 100-continue\r\nContent-Length: 1\r\n", b"a"))

    assert is_page_of_ours(answer, 403)


async def test_a_chunk_that_breaks_while_it_is_read_is_waited_for_in_vain(services, logs):
    async with SiteServer(services, wait_seconds=0.2) as server, bare_connection(server) as (reader, writer):
        writer.write(post(CHUNKED, b"3\r\ncsr\r\n"))
        await until(lambda: server.runner.server.requests_count == 1)
        writer.write(b"s3cr3t\r\n")

        assert is_page_of_ours(await read_answer(reader), 408)
    assert "unexpected_error" not in logs()
    assert SECRET not in logs()


async def test_what_is_packed_is_thrown_away_as_it_is(server, logs):
    async with bare_connection(server) as (reader, writer):
        writer.write(post(b"Content-Encoding: gzip\r\nContent-Length: 6\r\n", b"s3cr3t", target=b"/nergens"))
        assert is_page_of_ours(await read_answer(reader), 404)

        writer.write(get())

        assert is_page_of_ours(await read_answer(reader), 200)
    assert "request_unreadable" not in logs()


async def test_whoever_goes_away_while_sending_is_no_error_of_ours(server, logs):
    async with bare_connection(server) as (_, writer):
        writer.write(post(FORM + b"Content-Length: 100\r\n", b"email="))
        await until(lambda: server.runner.server.requests_count == 1)
    await until(lambda: not server.runner.server.connections)

    assert "unexpected_error" not in logs()


async def until(is_so):
    async with asyncio.timeout(20):
        while not is_so():
            await asyncio.sleep(0.01)


async def test_a_bug_outside_of_every_page_is_logged_and_told_in_dutch(server, logs, monkeypatch):
    async def broken(_request):
        raise ZeroDivisionError(ADDRESS)

    monkeypatch.setattr(server.app.router, "resolve", broken)

    answer = await answer_to(server, get())

    assert is_page_of_ours(answer, 500)
    assert "Er ging iets mis bij ons." in answer.text
    assert "unexpected_error" in logs()


async def test_an_answer_that_cannot_be_sent_is_logged(server, logs, monkeypatch):
    def broken(_path):
        raise ZeroDivisionError

    monkeypatch.setattr("auth_service.web.api.version.is_api_call", broken)

    async with bare_connection(server) as (reader, writer):
        writer.write(get())
        assert await reader.read() == b""

    assert "unexpected_error" in logs()


async def drip(writer, drops):
    """Send one byte after the other, with no end to the headers, until there is nobody to send them to."""
    for drop in drops:
        writer.write(bytes([drop]))
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("before", [b"", get()], ids=["a new connection", "after an answer"])
@pytest.mark.parametrize("drops", [b"", b"GET /" + b"a" * 2_000, get()[:-2] + b"X: " + b"a" * 2_000])
async def test_a_connection_on_which_no_whole_request_comes_ends(services, before, drops):
    async with SiteServer(services, silence=0.3) as server, bare_connection(server) as (reader, writer):
        writer.write(before)
        if before:
            assert (await read_answer(reader)).status == 200
        dripping = asyncio.ensure_future(drip(writer, drops))

        try:
            left = await reader.read()
        except ConnectionResetError:
            left = b""

        dripping.cancel()
    assert left == b""


async def test_a_slow_request_ends_nobody_elses_connection(services):
    async with SiteServer(services, silence=0.3) as server, bare_connection(server) as (_, slow):
        slow.write(get()[:-2])
        async with bare_connection(server) as (reader, writer):
            for _ in range(10):
                writer.write(get())
                assert (await read_answer(reader)).status == 200
                await asyncio.sleep(0.1)


async def test_a_connection_whose_answers_nobody_reads_ends(services):
    asker = socket.socket()
    # The less fits in between, the sooner the answers get stuck.
    asker.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    asker.setblocking(False)
    async with SiteServer(services, silence=0.5) as server:
        await asyncio.get_running_loop().sock_connect(asker, (server.host, server.port))
        with suppress(BlockingIOError):
            asker.send(get() * 1_000)
        await until(lambda: server.runner.server.requests_count > 1)

        await until(lambda: not server.runner.server.connections)
    asker.close()
