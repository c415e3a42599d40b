"""The mail server refuses connections for a while: every mail comes, and no try is used up."""

from mailer_service.sending.smtp_relay import SESSIONS
from mailer_service.wiring import PREFETCH_PER_SESSION
from shared.broker_topology import SEND_QUEUE
from shared.mail_contract import MailDelivered, Report, decode
from tests.faults.broker_tap import BrokerTap
from tests.faults.conftest import ShowTable
from tests.faults.scene import Scene, until
from tests.running_services import COMMANDS, start_all

BEFORE, MEANWHILE = 10, 40
AT_HAND = PREFETCH_PER_SESSION * SESSIONS


def reports(tap: BrokerTap) -> list[Report]:
    said = [decode(message.body).data for message in tap.reports]
    return [report for report in said if isinstance(report, Report)]


def test_with_the_mail_server_away_for_a_while_every_mail_comes_at_its_first_try(
    scene: Scene, tap: BrokerTap, show_table: ShowTable
) -> None:
    start_all([scene.services.add(command) for command in COMMANDS])
    early = scene.register(BEFORE)
    # Where a mail is under way, what becomes of it is another matter.
    until(lambda: len(tap.reports) == BEFORE, "the first mails have come")

    scene.own_loop.run(scene.sink.close())
    late = scene.register(MEANWHILE)
    until(lambda: not scene.services["mailer"].is_ready(), "the mailer says that something is missing")
    # At the first refusal it stops taking mails, so fewer may be at hand than it takes at most.
    until(lambda: scene.broker.ready(SEND_QUEUE) >= MEANWHILE - AT_HAND, "all else waits in the queue")
    missing, mails_by_then = scene.services.missing("mailer"), len(scene.sink.mails)
    scene.own_loop.run(scene.sink.open())
    counted = scene.settle(early, late)

    row = {"not delivered at once": len(scene.sink.mails) - mails_by_then, **counted.row()}
    show_table("SMTP refuses connections for a while", [{**row, "seconds": scene.seconds()}])
    assert list(missing) == ["relay"]
    assert "refused" in missing["relay"] or "Connect call failed" in missing["relay"]
    assert mails_by_then == BEFORE
    assert counted.is_sound
    assert (counted.doubles, counted.max_attempt) == (0, 1)
    assert {(type(report), report.attempt) for report in reports(tap)} == {(MailDelivered, 1)}
