"""PostgreSQL and RabbitMQ of our own, beside whatever else runs on this machine."""

import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import aio_pika
import asyncpg
import pytest

from deploy.local.failures import StartFailed
from deploy.local.ports import STANDARD_PORTS
from deploy.local.postgres import PrivatePostgres
from deploy.local.process_identity import recorded_processes
from deploy.local.rabbitmq import PrivateRabbit, answer

MakePostgres = Callable[..., PrivatePostgres]


async def ask(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


def addresses_of_this_machine() -> set[str]:
    """Other than loopback."""
    found = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    return {str(address) for address in found if not str(address).startswith("127.")}


async def test_postgres_keeps_its_data_through_a_kill(own_postgres: PrivatePostgres) -> None:
    await ask(own_postgres.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    own_postgres.kill()
    own_postgres.start()

    assert await ask(own_postgres.url, "SELECT answer FROM kept") == 42


async def test_postgres_keeps_its_address_through_a_restart(own_postgres: PrivatePostgres) -> None:
    before = own_postgres.url
    own_postgres.restart()

    assert own_postgres.url == before
    assert await ask(before, "SELECT 1") == 1


async def test_postgres_lets_nobody_in_without_the_password(own_postgres: PrivatePostgres) -> None:
    without = own_postgres.url.replace(own_postgres.password, "guess")

    with pytest.raises(asyncpg.InvalidPasswordError):
        await ask(without, "SELECT 1")


async def test_postgres_listens_on_loopback_only(own_postgres: PrivatePostgres) -> None:
    assert await ask(own_postgres.url, "SHOW listen_addresses") == "127.0.0.1"
    assert await ask(own_postgres.url, "SHOW unix_socket_directories") == ""


def test_the_password_can_be_read_by_its_owner_only(own_postgres: PrivatePostgres) -> None:
    assert (own_postgres.home / "password").stat().st_mode & 0o077 == 0
    assert own_postgres.home.stat().st_mode & 0o077 == 0


def test_a_directory_in_use_is_refused(own_postgres: PrivatePostgres) -> None:
    with pytest.raises(StartFailed, match="in use by process"):
        PrivatePostgres(own_postgres.home).start()


async def test_a_second_server_on_the_same_data_finds_what_the_first_left(
    make_postgres: MakePostgres,
) -> None:
    with make_postgres() as first:
        await ask(first.url, "CREATE TABLE kept AS SELECT 42 AS answer")
        address = first.url
    with make_postgres() as second:
        assert second.url == address
        assert await ask(second.url, "SELECT answer FROM kept") == 42


def test_an_initdb_that_was_cut_off_is_done_again(make_postgres: MakePostgres) -> None:
    server = make_postgres()
    (server.home / "data.new").mkdir()
    (server.home / "data.new" / "PG_VERSION").write_text("15\n", encoding="ascii")

    server.start()

    assert server.is_running()


def test_a_server_that_cannot_start_says_why_and_leaves_nothing(make_postgres: MakePostgres) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        server = make_postgres(port=stranger.getsockname()[1])
        with pytest.raises(StartFailed, match="Address already in use"):
            server.start()

    assert not server.is_running()
    assert recorded_processes(server.home / "server.pid") == (None, None)


async def test_a_vhost_can_be_used_and_is_gone_after_its_removal(own_rabbit: PrivateRabbit) -> None:
    own_rabbit.add_vhost("a run/1")
    async with await aio_pika.connect(own_rabbit.url_for("a run/1"), timeout=10) as connection:
        queue = await (await connection.channel()).declare_queue("hello", durable=True)
        assert queue.name == "hello"
    own_rabbit.delete_vhost("a run/1")

    with pytest.raises(aio_pika.exceptions.AMQPError):
        await aio_pika.connect(own_rabbit.url_for("a run/1"), timeout=10)


async def test_rabbitmq_knows_no_guest(own_rabbit: PrivateRabbit) -> None:
    with pytest.raises(aio_pika.exceptions.AMQPConnectionError):
        await aio_pika.connect(f"amqp://guest:guest@127.0.0.1:{own_rabbit.port}/", timeout=10)


def test_rabbitmq_uses_no_standard_port_and_loopback_only(own_rabbit: PrivateRabbit) -> None:
    ports = {own_rabbit.home.port(name) for name in ("amqp", "epmd", "distribution")}

    assert len(ports) == 3
    assert not ports & STANDARD_PORTS
    for address in addresses_of_this_machine():
        for port in ports:
            with socket.socket() as probe:
                probe.settimeout(1)
                assert probe.connect_ex((address, port)) != 0


async def test_rabbitmq_keeps_its_queues_through_a_kill_and_stops_with_its_epmd(
    own_rabbit: PrivateRabbit,
) -> None:
    async with await aio_pika.connect(own_rabbit.url, timeout=10) as connection:
        await (await connection.channel()).declare_queue(
            "kept", durable=True, arguments={"x-queue-type": "quorum"}
        )
    own_rabbit.kill()
    assert nothing_answers(own_rabbit)
    # In a thread the server would die with that thread; so the loop waits.
    own_rabbit.start()
    async with await aio_pika.connect(own_rabbit.url, timeout=10) as connection:
        kept = await (await connection.channel()).get_queue("kept", ensure=True)
        assert kept.name == "kept"

    own_rabbit.stop()
    assert nothing_answers(own_rabbit)


def nothing_answers(rabbit: PrivateRabbit) -> bool:
    ports = [urlsplit(rabbit.url).port, rabbit.home.port("epmd"), rabbit.home.port("distribution")]
    return all(answer(port, b"") is None for port in ports if port)


def test_a_rabbitmq_that_ends_while_starting_says_why_and_leaves_no_epmd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "rabbitmq-server"
    script.write_text("#!/bin/sh\necho 'no such boot file'; exit 1\n", encoding="ascii")
    script.chmod(0o755)
    monkeypatch.setattr("deploy.local.rabbitmq.rabbit_scripts", lambda: tmp_path)
    server = PrivateRabbit(tmp_path / "rabbitmq")

    with pytest.raises(StartFailed, match="no such boot file"):
        server.start()
    assert answer(server.home.port("epmd"), b"") is None
