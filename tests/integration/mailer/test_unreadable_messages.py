"""A message that the protocol library can't read ends up parked, and its neighbours are mailed."""

from shared.broker_topology import COMMANDS, SEND_QUEUE
from shared.mail_contract import MailDelivered
from tests.integration.mailer.broken_message import READABLE, publish_broken


async def test_a_message_that_ends_the_connection_is_parked_and_its_neighbours_are_mailed(
    broker, start_mailer, smtp_server, make_event, amqp_url, monkeypatch
):
    monkeypatch.setattr("shared.broker.PAUSE_AFTER_UNREADABLE_SECONDS", 0)
    before, after = [make_event() for _ in range(3)], [make_event() for _ in range(6)]
    for event in before:
        await broker.publish(event)
    await publish_broken(amqp_url, COMMANDS, correlation_id=READABLE.decode())
    for event in after:
        await broker.publish(event)

    start_mailer()

    reports = await reports_about({str(event.id) for event in (*before, *after)}, broker)
    assert {(type(report.data), report.data.attempt) for report in reports} == {(MailDelivered, 1)}
    await broker.until_waiting("mailer.parking.v1", 1)
    assert await broker.waiting_in(SEND_QUEUE) == 0
    assert len(smtp_server.mails) == len(before) + len(after)


async def reports_about(events, broker):
    """Until there is one about each: one that was not yet acknowledged when the connection ended has two."""
    reports = {}
    while events - {report.subject for report in reports.values()}:
        report = await broker.take_report(60)
        reports[report.id] = report
    return reports.values()
