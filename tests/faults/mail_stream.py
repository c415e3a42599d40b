"""Mailers between a queue that is filled by hand and a mail server that can be rude and be killed."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from deploy.local.run_settings import draw_fernet_key
from deploy.local.waiting import became_true
from shared.broker_topology import SEND_QUEUE, TIERS
from shared.clock import utc_now
from shared.mail_contract import Envelope
from shared.sealing import MessageSeal
from tests.faults.broker_wire import BrokerWire
from tests.faults.facts import Facts
from tests.faults.ledger import Ledger
from tests.faults.mail_copies import MailCopies
from tests.faults.mail_server import mail_server
from tests.faults.publishing import hurry_retries, publish_body, publish_facts
from tests.faults.scene import Scene, until
from tests.faults.seeds import draws
from tests.faults.smtp_journal import HOSTS, Journal
from tests.faults.stream_tally import StreamTally, count
from tests.faults.windows import Windows
from tests.running_services import start_all
from tests.service_process import ServiceProcess

# A whole backlog on a machine that is busy with other things.
SETTLE_SECONDS = 120.0
# Of whatever type: its body isn't of any.
POISON_KEY = "mail.password_changed.v1"
MAILER_QUEUES = (SEND_QUEUE, *(f"mailer.retry.v1.{tier}" for tier in TIERS))
# Copies that a mailer hands back when it is stopped are for another one.
LAST_ROUNDS = 3


class MailStream:
    """Nothing runs yet. `journal` is what the mail server writes down, `copies` is what came of it."""

    def __init__(self, scene: Scene, folder: Path, *mail_server_options: str) -> None:
        self.scene = scene
        self.journal = Journal(folder / "mail-server.journal")
        self.copies = MailCopies(scene.own_loop, scene.broker.url)
        self.mailers: list[ServiceProcess] = []
        self.ledger = Ledger()
        # By the name of the process that uses it; empty where nobody watches.
        self.wires: dict[str, BrokerWire] = {}
        self._is_watched = False
        self._key = draw_fernet_key()
        self.facts = Facts(draws(scene.seed), MessageSeal([self._key]), utc_now())
        self.mail_server, self._port = mail_server(folder, self.journal, scene.seed, *mail_server_options)
        self._began: float | None = None

    def watch(self) -> None:
        """Have the mailers added from now on talk to the broker over wires, so that the ledger is kept."""
        self._is_watched = True

    def wire(self, name: str, *, known_as: str) -> BrokerWire:
        """For another process, which is to use its URL."""
        self.wires[name] = BrokerWire(self.scene.broker.url, known_as, self.ledger)
        self.scene.own_loop.run(self.wires[name].open())
        return self.wires[name]

    @property
    def known(self) -> list[str]:
        """As whom the ledger knows those on wires."""
        return [wire.known_as for wire in self.wires.values()]

    def windows(self) -> Windows:
        """Once all is over."""
        return Windows(self.ledger, self.journal.takes)

    def start_with(self, mailers: int, *others: ServiceProcess, **changes: str) -> None:
        start_all([self.mail_server, *self.add_mailers(mailers, **changes), *others])

    def add_mailers(self, number: int, *, scheme: str = "smtp", **changes: str) -> list[ServiceProcess]:
        """To be started; `changes` are settings of all of them."""
        changes = {"MESSAGE_SEALING_KEYS": self._key, **changes}
        return [self._add_mailer(scheme, changes) for _ in range(number)]

    def restart_mailers(self) -> None:
        stop_all(self.mailers)
        start_all(self.mailers)

    def begin(self) -> None:
        """The clock runs from the first event on."""
        self._began = self._began or time.monotonic()

    def publish(self, number: int) -> None:
        """So many facts are in the broker's hands when this returns."""
        self._publish(self.facts.draw(number))

    def publish_what_is_open(self) -> int:
        """Once more, where its end isn't reported, or what was to be parked isn't; how many events."""
        unparked = self.facts.to_be_parked - self.copies.parked.keys()
        closed = self.copies.endings.keys() - unparked
        events = [event for event in self.facts.drawn if str(event.id) not in closed]
        self._publish(events)
        return len(events)

    def poison(self, number: int) -> None:
        for _ in range(number):
            message_id, body = self.facts.draw_poison()
            self.scene.own_loop.run(publish_body(self.scene.broker.url, message_id, body, key=POISON_KEY))

    def until_taken(self, number: int) -> None:
        until(lambda: self.journal.read() >= number, f"{number} mails are taken")

    def has_ended(self) -> bool:
        return self.facts.endings.keys() <= self.copies.endings.keys()

    def close(self) -> None:
        self.mail_server.kill()
        self.copies.close()
        for wire in self.wires.values():
            self.scene.own_loop.run(wire.close())

    def settle(self, also: Callable[[], bool] = lambda: True) -> StreamTally:
        """Let every event come to its end, and what `also` asks for; stop all in order, and count."""
        assert self._began is not None, "there were no events"
        self.let_end(also)
        seconds = time.monotonic() - self._began
        left = self._left_when_stopped()
        until(self.copies.are_all_read, "all copies are read")
        return count(self.facts, self.journal, self.copies, left=left, seconds=seconds)

    def let_end(self, also: Callable[[], bool] = lambda: True) -> None:
        self.copies.read()
        # Not asserted: what is still open then shows in the numbers.
        end = time.monotonic() + SETTLE_SECONDS
        while not became_true(lambda: self.has_ended() and also(), within=1.0) and time.monotonic() < end:
            self.scene.own_loop.run(hurry_retries(self.scene.broker.url))

    def _add_mailer(self, scheme: str, changes: Mapping[str, str]) -> ServiceProcess:
        name, host = f"mailer-{len(self.mailers) + 1}", HOSTS[0]
        if self._is_watched:
            host = HOSTS[len(self.mailers)]
            changes = {**changes, "AMQP_URL": self.wire(name, known_as=host).url}
        url = f"{scheme}://{host}:{self._port}"
        self.mailers.append(self.scene.services.add("mailer", name=name, SMTP_URL=url, **changes))
        return self.mailers[-1]

    def _publish(self, events: Sequence[Envelope]) -> None:
        self.begin()
        self.scene.own_loop.run(publish_facts(self.scene.broker.url, events))

    def _left_when_stopped(self) -> int:
        for _ in range(LAST_ROUNDS):
            assert not (ended := self.scene.services.ended_early()), ended
            stop_all(self.scene.services.processes)
            if not (left := self._waiting()):
                break
            start_all(self.scene.services.processes)
            became_true(lambda: not self._waiting(), within=SETTLE_SECONDS)
        return left

    def _waiting(self) -> int:
        return sum(self.scene.broker.ready(queue) for queue in MAILER_QUEUES)


def stop_all(processes: Sequence[ServiceProcess]) -> None:
    """In order, and at the same time."""
    for process in processes:
        process.ask_to_stop()
    assert {process.stop() for process in processes} == {0}
