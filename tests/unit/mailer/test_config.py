"""A wrong setting stops the start with one sentence that names it, and exit status 2."""

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mailer_service.__main__ import INTERRUPTED, main
from mailer_service.config import MailerSettings, bounce_keys
from shared.settings import SettingsWrong, load

GOOD = {
    "AMQP_URL": "amqp://guest:guest@localhost/",
    "SMTP_URL": "smtp://localhost:1025",
    "PUBLIC_URL": "https://inloggen.example.nl",
    "MAIL_FROM": "noreply@example.nl",
    "MESSAGE_SEALING_KEYS": Fernet.generate_key().decode(),
}
DKIM_KEY = (
    rsa.generate_private_key(65537, 2048)
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
)
OPTIONAL = ("PRODUCT_NAME", "BROKER_TOPOLOGY", "LOG_LEVEL")


@pytest.fixture
def set_environment(monkeypatch):
    def set_to(**changes):
        for name in [*GOOD, *OPTIONAL]:
            monkeypatch.delenv(name, raising=False)
        for name, value in {**GOOD, **changes}.items():
            if value is not None:
                monkeypatch.setenv(name, value)

    return set_to


def test_five_settings_are_enough(set_environment):
    set_environment()

    settings = load(MailerSettings)

    assert settings.product_name == "Digitaal Nachregister"
    assert settings.broker_topology == "check"
    assert settings.smtp_url.port == 1025


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_setting_is_named(name, set_environment, capsys):
    set_environment(**{name: None})

    status = main(["worker"])

    assert status == 2
    assert capsys.readouterr().err == (
        f"{name} is missing: set it in the environment, or name a file that holds it in {name}_FILE.\n"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AMQP_URL", "http://localhost"),
        ("SMTP_URL", "relay.example:geheim"),
        ("PUBLIC_URL", "https://example.nl/pad"),
        ("MAIL_FROM", "noreply"),
        ("MAIL_FROM", "rené@example.nl"),
        ("MESSAGE_SEALING_KEYS", "geheim"),
        ("DKIM_SELECTOR", "twee woorden"),
        ("DKIM_PRIVATE_KEY", "geheim"),
        ("PRODUCT_NAME", "twee\nregels"),
        ("PRODUCT_NAME", " "),
        ("BROKER_TOPOLOGY", "maybe"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence_without_its_value(name, value, set_environment, capsys):
    set_environment(**{name: value})

    status = main(["worker"])

    sentence = capsys.readouterr().err
    assert status == 2
    assert sentence.startswith(f"{name} is wrong: ")
    assert sentence.count("\n") == 1
    assert "geheim" not in sentence


def test_a_command_is_required(capsys):
    with pytest.raises(SystemExit) as exit_:
        main([])

    assert exit_.value.code == 2
    assert "worker" in capsys.readouterr().err


def test_a_command_that_is_interrupted_ends_without_a_traceback(monkeypatch):
    def interrupted(_chosen):
        raise KeyboardInterrupt

    monkeypatch.setattr("mailer_service.commands.contract.run", interrupted)

    assert main(["contract"]) == INTERRUPTED


def test_a_broken_pipe_that_is_not_our_output_is_a_bug_to_see(monkeypatch):
    def cut_off(_chosen):
        raise BrokenPipeError

    monkeypatch.setattr("mailer_service.commands.contract.run", cut_off)

    with pytest.raises(BrokenPipeError):
        main(["contract"])


def test_a_new_bounce_key_may_stand_before_the_old_one(set_environment):
    new, old = "a" * 32, "b" * 32
    set_environment(MAIL_BOUNCE_DOMAIN="bounce.example.nl", MAIL_BOUNCE_KEY=f"{new}, {old}")

    settings = load(MailerSettings)

    assert bounce_keys(settings.mail_bounce_key) == [new, old]


def test_each_bounce_key_must_be_long_enough(set_environment):
    set_environment(MAIL_BOUNCE_DOMAIN="bounce.example.nl", MAIL_BOUNCE_KEY="a" * 32 + ",")

    with pytest.raises(SettingsWrong, match="MAIL_BOUNCE_KEY is wrong: must have 32 characters"):
        load(MailerSettings)


@pytest.mark.parametrize(
    ("one", "value", "other"),
    [
        ("MAIL_BOUNCE_DOMAIN", "bounce.example.nl", "MAIL_BOUNCE_KEY"),
        ("MAIL_BOUNCE_KEY", "0123456789abcdef0123456789abcdef", "MAIL_BOUNCE_DOMAIN"),
        ("DKIM_SELECTOR", "dnr", "DKIM_PRIVATE_KEY"),
        ("DKIM_PRIVATE_KEY", DKIM_KEY, "DKIM_SELECTOR"),
    ],
)
def test_half_of_a_pair_is_refused_with_the_name_of_the_other(one, value, other, set_environment):
    set_environment(**{one: value})

    with pytest.raises(SettingsWrong, match=f"{other} go together|{other} and {one}"):
        load(MailerSettings)
