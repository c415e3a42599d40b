"""`python -m deploy.local.broker_definitions`: shared/broker_topology.py as RabbitMQ's definitions file.

Production imports that file (`rabbitmqctl import_definitions`), and the services only check.
"""

import json
from typing import Any

from shared.broker_topology import EXCHANGES, QUEUES

VHOST = "/"


def definitions() -> dict[str, Any]:
    return {
        "vhosts": [{"name": VHOST}],
        "exchanges": [
            {
                "name": name,
                "vhost": VHOST,
                "type": kind.value,
                "durable": True,
                "auto_delete": False,
                "internal": False,
                "arguments": {},
            }
            for name, kind in EXCHANGES.items()
        ],
        "queues": [
            {
                "name": queue.name,
                "vhost": VHOST,
                "durable": True,
                "auto_delete": False,
                "arguments": {"x-queue-type": "quorum", **queue.arguments},
            }
            for queue in QUEUES
        ],
        "bindings": [
            {
                "source": queue.exchange,
                "vhost": VHOST,
                "destination": queue.name,
                "destination_type": "queue",
                "routing_key": queue.routing_key,
                "arguments": {},
            }
            for queue in QUEUES
        ],
    }


def as_text() -> str:
    return json.dumps(definitions(), indent=2) + "\n"


if __name__ == "__main__":
    print(as_text(), end="")
