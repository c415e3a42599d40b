"""The product of one test of faults, with servers that the test may kill."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from deploy.local.postgres import PrivatePostgres
from deploy.local.rabbitmq import PrivateRabbit
from deploy.local.waiting import became_true
from shared.broker_topology import REPORTS_QUEUE, SEND_QUEUE, TIERS
from tests.faults.crowd import Crowd
from tests.faults.look import BrokerLook, DatabaseLook
from tests.faults.own_loop import OwnLoop
from tests.faults.seeds import draws
from tests.faults.smtp_sink import SmtpSink
from tests.faults.tally import Tally, tally
from tests.running_services import RunningServices

WAIT_SECONDS = 60.0
QUIET_QUEUES = (SEND_QUEUE, REPORTS_QUEUE, *(f"mailer.retry.v1.{tier}" for tier in TIERS))
# What the log of a process holds where something went wrong that nobody thought of.
BUG = "Traceback (most recent call last)"


@dataclass
class Servers:
    postgres: PrivatePostgres
    rabbit: PrivateRabbit


@dataclass
class Scene:
    """`services` is prepared, nothing of it runs yet; `sink` takes its mails."""

    seed: int
    servers: Servers
    services: RunningServices
    sink: SmtpSink
    own_loop: OwnLoop
    database: DatabaseLook
    broker: BrokerLook
    began: float = field(default_factory=time.monotonic)
    _crowds: int = 0

    def crowd(self, size: int, *, site: str | None = None, at_once: int = 4, pause: float = 0.0) -> Crowd:
        site = site or self.services.site
        self._crowds += 1
        return Crowd(
            self.own_loop,
            site,
            name=f"s{self.seed}.c{self._crowds}",
            random=draws(self.seed),
            size=size,
            at_once=at_once,
            pause=pause,
        )

    def register(self, size: int) -> Crowd:
        """So many people have registered when this returns."""
        crowd = self.crowd(size)
        crowd.start()
        crowd.wait()
        assert len(crowd.accepted) == size, crowd.answers
        return crowd

    def settle(self, *crowds: Crowd) -> Tally:
        """Let everything come to its end, stop all processes in order, and count."""
        # Not asserted: what is still open then shows in the numbers.
        became_true(self._is_quiet, within=WAIT_SECONDS)
        self.services.stop()
        promised = [email for crowd in crowds for email in crowd.accepted]
        return tally(promised, self.sink.mails, self.database, self.broker)

    def seconds(self) -> float:
        return time.monotonic() - self.began

    def bugs(self) -> list[str]:
        """Lines of logs that no fault explains."""
        return [
            f"{name}: {line}"
            for name, log in self.services.logs().items()
            for line in log.splitlines()
            if BUG in line
        ]

    def _is_quiet(self) -> bool:
        open_in_database = self.database.value(
            "SELECT (SELECT count(*) FROM outbox)"
            " + (SELECT count(*) FROM mail_trail WHERE state IN ('queued', 'deferred'))"
        )
        return open_in_database == 0 and not any(self.broker.ready(queue) for queue in QUIET_QUEUES)


def until(condition: Callable[[], bool], what: str, *, within: float = WAIT_SECONDS) -> None:
    """Wait for it, and fail where it doesn't come."""
    assert became_true(condition, within=within), f"waited {within:.0f} s in vain until {what}"
