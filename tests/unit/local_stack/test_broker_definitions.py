"""The file that operators import into RabbitMQ."""

from pathlib import Path

from deploy.local.broker_definitions import as_text

FILE = Path(__file__).resolve().parents[3] / "deploy" / "rabbitmq" / "definitions.json"


def test_the_definitions_file_is_the_topology_of_the_code() -> None:
    assert FILE.read_text(encoding="utf-8") == as_text(), (
        "write it anew: python -m deploy.local.broker_definitions > deploy/rabbitmq/definitions.json"
    )
