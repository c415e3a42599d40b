"""What every service's settings have in common: durations, keys, URLs, files, and one sentence."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet

from shared.settings import (
    AmqpUrl,
    Duration,
    FernetKeys,
    MailAddress,
    Port,
    PublicUrl,
    ServiceSettings,
    SettingsWrong,
    load,
)


class ExampleSettings(ServiceSettings):
    """Nothing is required here, so that a test sets only what it is about."""

    example_duration: Duration = timedelta(0)
    example_keys: FernetKeys = ()
    example_address: MailAddress = "a@b.nl"
    example_broker: AmqpUrl | None = None
    example_url: PublicUrl | None = None
    example_port: Port = 1


class DemandingSettings(ServiceSettings):
    example_required: str


@pytest.fixture
def loaded(monkeypatch):
    def load_with(name, value):
        monkeypatch.setenv(name, value)
        return load(ExampleSettings)

    return load_with


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90s", timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        (" 24h ", timedelta(hours=24)),
        ("7d", timedelta(days=7)),
    ],
)
def test_a_duration_has_a_unit(text, span, loaded):
    assert loaded("EXAMPLE_DURATION", text).example_duration == span


def test_keys_are_separated_by_commas(loaded):
    keys = [Fernet.generate_key().decode() for _ in range(2)]

    assert loaded("EXAMPLE_KEYS", f"{keys[0]}, {keys[1]},").example_keys == tuple(keys)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("EXAMPLE_DURATION", "24", "must be a duration such as 90s, 30m, 24h or 7d."),
        ("EXAMPLE_DURATION", "0s", "must be a duration such as 90s, 30m, 24h or 7d."),
        ("EXAMPLE_KEYS", " , ", "must hold at least one Fernet key."),
        ("EXAMPLE_KEYS", "geheim", "key 1 is not a Fernet key (32 bytes in URL-safe base64)."),
        ("EXAMPLE_ADDRESS", "geen adres", "must be a mail address such as noreply@example.nl."),
        ("EXAMPLE_BROKER", "http://geheim", "URL scheme should be 'amqp' or 'amqps'."),
        ("EXAMPLE_URL", "https://a.nl/pad", "must be scheme and host only, such as https://inloggen.example.nl."),
        ("EXAMPLE_PORT", "70000", "Input should be less than or equal to 65535."),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_but_not_quoted(name, value, sentence, loaded):
    with pytest.raises(SettingsWrong) as wrong:
        loaded(name, value)

    assert str(wrong.value) == f"{name} is wrong: {sentence}"


def test_a_missing_setting_says_both_ways_to_give_it():
    with pytest.raises(SettingsWrong) as wrong:
        load(DemandingSettings)

    assert str(wrong.value) == (
        "EXAMPLE_REQUIRED is missing: set it in the environment, "
        "or name a file that holds it in EXAMPLE_REQUIRED_FILE."
    )


def test_a_setting_can_come_from_a_file(tmp_path, monkeypatch):
    secret = tmp_path / "secret"
    secret.write_text("geheim\n")
    monkeypatch.setenv("EXAMPLE_REQUIRED_FILE", str(secret))

    assert load(DemandingSettings).example_required == "geheim"


def test_a_file_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("EXAMPLE_REQUIRED_FILE", "/nergens")

    with pytest.raises(SettingsWrong, match="EXAMPLE_REQUIRED_FILE names /nergens, which can't be read"):
        load(DemandingSettings)


def test_a_setting_given_twice_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("EXAMPLE_REQUIRED_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("EXAMPLE_REQUIRED", "geheim")

    with pytest.raises(SettingsWrong, match="are both set; keep one of them"):
        load(DemandingSettings)
