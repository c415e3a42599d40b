"""An operator scales the mailer by hand in the middle of a backlog: from one to four, and back to one."""

import time
from dataclasses import dataclass

from shared.broker_topology import SEND_QUEUE
from tests.faults.conftest import OpenStream, ShowTable
from tests.faults.scene import until
from tests.running_services import start_all
from tests.service_process import ServiceProcess

BACKLOG = 4_200
# How many mails each mailer shall have sent before the next thing happens.
SHARE = 150
SENT = '"event": "mail_delivered"'


@dataclass(frozen=True)
class Stop:
    name: str
    status: int | None
    seconds: float
    mails: int


def sent_by(mailer: ServiceProcess) -> int:
    return mailer.log.read_text(encoding="utf-8").count(SENT)


def stop(mailer: ServiceProcess) -> Stop:
    began = time.monotonic()
    status = mailer.stop()
    return Stop(mailer.name, status, time.monotonic() - began, sent_by(mailer))


def test_from_one_to_four_to_one_in_a_backlog_nothing_is_lost_or_doubled(
    open_stream: OpenStream, show_table: ShowTable
) -> None:
    stream = open_stream()
    stream.publish(BACKLOG)
    stream.start_with(mailers=1)
    until(lambda: sent_by(stream.mailers[0]) >= SHARE, "the first mailer has sent some")

    start_all(others := stream.add_mailers(3))
    until(lambda: min(sent_by(mailer) for mailer in others) >= SHARE, "each mailer has sent some")
    stops = [stop(mailer) for mailer in others]
    left_to_the_first = stream.scene.broker.ready(SEND_QUEUE)
    counted = stream.settle()

    show_table("mailers stopped in a backlog", [vars(one) for one in stops])
    show_table("1 to 4 to 1 mailers", [{"left to the first": left_to_the_first, **counted.row()}])
    assert left_to_the_first > 0
    # Whoever isn't gone after the 30 s that the README speaks of is killed.
    assert {one.status for one in stops} == {0}
    assert counted.is_sound
    assert (counted.doubles, counted.said_twice) == (0, 0)
