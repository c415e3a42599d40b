"""A missing or wrong setting stops each process at once, with one sentence that names it."""

import asyncio
import base64
import os
import secrets
import socket
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet

import auth_service.__main__
import mailer_service.__main__
from auth_service.storage.migrations import migrate
from deploy.local.ports import draw_port
from tests.integration.auth.scene import administer, with_database

# The same in each worker that runs a part of these tests.
A_KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
COMMON = {
    "DATABASE_URL": "postgresql://dnr:secret-password@127.0.0.1:1/dnr",
    "MESSAGE_SEALING_KEYS": Fernet.generate_key().decode(),
}
PROCESSES = {
    "auth_service web": {
        **COMMON,
        "SEALING_KEYS": Fernet.generate_key().decode(),
        "PUBLIC_URL": "https://inloggen.example.nl",
        "MAIL_FROM": "noreply@example.nl",
    },
    "auth_service worker": {**COMMON, "AMQP_URL": "amqp://127.0.0.1:1/"},
    "auth_service migrate": {"DATABASE_URL": COMMON["DATABASE_URL"]},
    "auth_service reseal": {**COMMON, "SEALING_KEYS": Fernet.generate_key().decode()},
    "mailer_service worker": {
        "AMQP_URL": "amqp://127.0.0.1:1/",
        "SMTP_URL": "smtp://127.0.0.1:1",
        "PUBLIC_URL": "https://inloggen.example.nl",
        "MAIL_FROM": "noreply@example.nl",
        "MESSAGE_SEALING_KEYS": COMMON["MESSAGE_SEALING_KEYS"],
    },
}
WRONG = {
    "DATABASE_URL": ["mysql://127.0.0.1/dnr", "nonsense"],
    "AMQP_URL": ["http://127.0.0.1/"],
    "SMTP_URL": ["ftp://127.0.0.1", "smtp://", "smtp://u:secret\u2100x@127.0.0.1", "smtp://127.0.0.1:secret"],
    "PUBLIC_URL": ["inloggen.example.nl", "https://inloggen.example.nl/pad"],
    "MAIL_FROM": ["noreply", "Naam <noreply@example.nl>"],
    "MESSAGE_SEALING_KEYS": ["kort", ",", f"{A_KEY},secret-key"],
    "SEALING_KEYS": ["kort", ",", f"{A_KEY},secret-key"],
}
OPTIONAL_AND_WRONG = {
    "auth_service web": {
        "HTTP_PORT": "99999",
        "PASSWORD_MIN_LENGTH": "4",
        "SESSION_IDLE": "1m",
        "SESSION_MAX": "9999999999999d",
        "MANUAL_URL": "javascript:alert(1)",
        "SECURITY_CONTACT": "bel maar",
        "ACTIVATION_LIFETIME": "14d",
        "RESET_LIFETIME": "een uur",
        "APP_URL": "//evil.example",
        "LOG_LEVEL": "LOUD",
        "STOP_DELAY": "5m",
        "OPS_PORT": "0",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4317",
        "GATEWAY_SIGNING_KEY": "secret-key",
    },
    "auth_service worker": {"BROKER_TOPOLOGY": "guess", "OPS_PORT": "negenduizend"},
    "mailer_service worker": {
        "BROKER_TOPOLOGY": "guess",
        "OPS_PORT": "66000",
        "MAIL_BOUNCE_DOMAIN": "geen domein",
        "MAIL_BOUNCE_KEY": "secret-key",
        "SMTP_SESSIONS": "0",
        "SMTP_MAILS_PER_SESSION": "veel",
    },
}


MAINS = {"auth_service": auth_service.__main__.main, "mailer_service": mailer_service.__main__.main}
NAMES = {name for settings in (*PROCESSES.values(), *OPTIONAL_AND_WRONG.values()) for name in settings}


def start(process, environment):
    done = subprocess.run(  # noqa: S603 - our own program.
        [sys.executable, "-m", *process.split()],
        env={"PATH": os.environ["PATH"], "OPS_PORT": str(draw_port()), **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stderr


def every_wrong_start():
    for process, settings in PROCESSES.items():
        for name in settings:
            yield process, name, None
            yield from ((process, name, value) for value in WRONG[name])
        yield from ((process, name, value) for name, value in OPTIONAL_AND_WRONG.get(process, {}).items())


@pytest.fixture
def migrated_url(postgres_url):
    name = f"start_{secrets.token_hex(4)}"
    url = with_database(postgres_url, name)
    asyncio.run(administer(postgres_url, f"CREATE DATABASE {name}"))
    asyncio.run(migrate(url))
    yield url
    asyncio.run(administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def start_here(monkeypatch, capsys):
    """Start in this process, which saves a second each time."""

    def run(process, environment):
        for name in os.environ.keys() & NAMES:
            monkeypatch.delenv(name)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        package, command = process.split()
        return MAINS[package]([command]), capsys.readouterr().err

    return run


@pytest.mark.parametrize(("process", "name", "value"), [*every_wrong_start()])
def test_one_sentence_names_the_setting(start_here, process, name, value):
    environment = {**PROCESSES[process], name: value}

    status, said = start_here(process, {key: text for key, text in environment.items() if text is not None})

    assert status == 2
    assert len(said.splitlines()) == 1
    assert f"{name} is {'missing' if value is None else 'wrong'}: " in said
    assert "secret" not in said


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_without_settings_ends_at_once_with_one_sentence(process):
    status, said = start(process, {})

    assert status == 2
    assert len(said.splitlines()) == 1
    assert "_URL is missing: " in said


def test_a_setting_may_come_from_a_file(start_here, tmp_path):
    file = tmp_path / "database-url"
    file.write_text("nonsense\n")

    status, said = start_here("auth_service migrate", {"DATABASE_URL_FILE": str(file)})
    assert (status, "DATABASE_URL is wrong: " in said) == (2, True)

    status, said = start("auth_service migrate", {"DATABASE_URL_FILE": str(tmp_path / "none")})
    assert status == 2
    assert said.strip().endswith(
        f"DATABASE_URL_FILE names {tmp_path / 'none'}, which can't be read: No such file or directory."
    )


def test_a_database_that_is_not_there_is_named():
    status, said = start("auth_service migrate", PROCESSES["auth_service migrate"])

    assert status == 2
    assert "DATABASE_URL can't be used: " in said
    assert "secret" not in said


def test_a_database_that_does_not_exist_is_named(postgres_url):
    nowhere = postgres_url.rpartition("/")[0] + "/no_such_database"

    for process in ("auth_service migrate", "auth_service web"):
        status, said = start(process, {**PROCESSES[process], "DATABASE_URL": nowhere})

        assert status == 2
        assert 'DATABASE_URL can\'t be used: database "no_such_database" does not exist' in said


def test_a_port_that_is_taken_is_named(migrated_url):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        environment = {
            **PROCESSES["auth_service web"],
            "DATABASE_URL": migrated_url,
            "HTTP_HOST": "127.0.0.1",
            "HTTP_PORT": str(taken.getsockname()[1]),
        }
        status, said = start("auth_service web", environment)

    assert status == 2
    assert "HTTP_HOST and HTTP_PORT can't be used: " in said


@pytest.mark.parametrize("process", ["auth_service web", "auth_service worker", "mailer_service worker"])
def test_an_operations_port_that_is_taken_is_named(process):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        operations = {"OPS_HOST": "127.0.0.1", "OPS_PORT": str(taken.getsockname()[1])}
        status, said = start(process, {**PROCESSES[process], **operations})

    assert status == 2
    assert "OPS_HOST and OPS_PORT can't be used: " in said


def test_a_vhost_that_does_not_exist_is_named(amqp_url):
    nowhere = amqp_url.rpartition("/")[0] + "/no-such-vhost"

    status, said = start("mailer_service worker", {**PROCESSES["mailer_service worker"], "AMQP_URL": nowhere})

    assert status == 2
    assert said.splitlines()[-1].endswith("AMQP_URL is wrong: the broker refuses its vhost.")


def test_a_broker_that_refuses_our_password_is_named(amqp_url):
    refused = amqp_url.replace(amqp_url.split("@")[0].rpartition(":")[2], "not-the-password", 1)

    status, said = start("mailer_service worker", {**PROCESSES["mailer_service worker"], "AMQP_URL": refused})

    assert status == 2
    assert said.splitlines()[-1].endswith("AMQP_URL is wrong: the broker refuses its user or password.")
