"""Settings from the environment; a wrong one stops the start with one sentence that names it."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from cryptography.fernet import Fernet
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BeforeValidator, Field, UrlConstraints, ValidationError
from pydantic.networks import AnyUrl
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SECONDS_OF = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
LONGEST_DURATION = timedelta(days=365)


class SettingsWrong(Exception):
    """A setting is missing or unusable; the message is one sentence for the operator."""


def read_duration(value: object) -> object:
    """`90s`, `30m`, `24h` or `7d` as a timedelta; anything else is refused."""
    if isinstance(value, timedelta):
        return value
    match = re.fullmatch(r"([1-9][0-9]{0,9})([smhd])", str(value).strip())
    if match is None:
        raise ValueError("must be a duration such as 90s, 30m, 24h or 7d")
    seconds = int(match[1]) * SECONDS_OF[match[2]]
    if seconds > LONGEST_DURATION.total_seconds():
        raise ValueError("must be a year at most")
    return timedelta(seconds=seconds)


def read_keys(value: object) -> object:
    """Comma-separated Fernet keys; the first seals, all open."""
    if not isinstance(value, str):
        return value
    keys = [key.strip() for key in value.split(",") if key.strip()]
    if not keys:
        raise ValueError("must hold at least one Fernet key")
    for position, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            # Never the key itself: this sentence ends up in a log.
            raise ValueError(f"key {position} is not a Fernet key (32 bytes in URL-safe base64)") from None
    return tuple(keys)


def check_address(value: str) -> str:
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        raise ValueError("must be a mail address such as noreply@example.nl") from None


def check_public_url(value: AnyUrl) -> AnyUrl:
    if value.path not in (None, "", "/") or value.query or value.fragment or value.username:
        raise ValueError("must be scheme and host only, such as https://inloggen.example.nl")
    return value


def check_collector(value: AnyUrl) -> AnyUrl:
    if (value.path or "").rstrip("/").endswith("/v1/traces"):
        raise ValueError("must be the collector's base URL, without /v1/traces")
    return value


Duration = Annotated[timedelta, BeforeValidator(read_duration)]
FernetKeys = Annotated[tuple[str, ...], NoDecode, BeforeValidator(read_keys)]
MailAddress = Annotated[str, AfterValidator(check_address)]
AmqpUrl = Annotated[AnyUrl, UrlConstraints(allowed_schemes=["amqp", "amqps"], host_required=True)]
PublicUrl = Annotated[
    AnyUrl,
    UrlConstraints(allowed_schemes=["http", "https"], host_required=True),
    AfterValidator(check_public_url),
]
OtlpEndpoint = Annotated[
    AnyUrl,
    UrlConstraints(allowed_schemes=["http", "https"], host_required=True),
    AfterValidator(check_collector),
]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
Port = Annotated[int, Field(ge=1, le=65535)]


class ServiceSettings(BaseSettings):
    """Field names in lower case are the names of the environment in upper case."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore", frozen=True, hide_input_in_errors=True)

    log_level: LogLevel = "INFO"


class OperatedSettings(ServiceSettings):
    """Of a process that runs until it is stopped, and that an operator watches."""

    # None listens on every interface, IPv6 too.
    ops_host: str | None = None
    ops_port: Port
    otel_exporter_otlp_endpoint: OtlpEndpoint | None = None

    @property
    def trace_endpoint(self) -> str | None:
        return str(self.otel_exporter_otlp_endpoint) if self.otel_exporter_otlp_endpoint else None


SettingsOf = TypeVar("SettingsOf", bound=ServiceSettings)


def load(kind: type[SettingsOf]) -> SettingsOf:
    """Read `kind` from the environment, and `NAME` from the file in `NAME_FILE` where that is given.

    Raises SettingsWrong with one sentence about the first setting that is missing or wrong.
    """
    try:
        return kind(**from_files(kind))
    except ValidationError as error:
        raise SettingsWrong(sentence_about(error.errors(include_url=False)[0])) from None


def from_files(kind: type[ServiceSettings]) -> dict[str, Any]:
    return {
        field: read_setting_file(field.upper(), path)
        for field in kind.model_fields
        if (path := os.environ.get(f"{field.upper()}_FILE"))
    }


def read_setting_file(name: str, path: str) -> str:
    if name in os.environ:
        raise SettingsWrong(f"{name} and {name}_FILE are both set; keep one of them.")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingsWrong(f"{name}_FILE names {path}, which can't be read: {reason}.") from None


def sentence_about(error: ErrorDetails) -> str:
    name = str(error["loc"][0]).upper() if error["loc"] else "A setting"
    if error["type"] == "missing":
        return f"{name} is missing: set it in the environment, or name a file that holds it in {name}_FILE."
    return f"{name} is wrong: {error['msg'].removeprefix('Value error, ')}."
