"""What the mailer says it lacks."""

from tests.integration.mailer.conftest import until


def names_only(readiness, *names):
    async def named():
        return set(await readiness.missing()) == set(names)

    return named


async def test_it_is_ready_while_it_has_its_broker(broker, cable, run_mailer):
    readiness, _ = run_mailer(amqp_url=cable.url)
    await until(names_only(readiness))

    await cable.cut()
    await until(names_only(readiness, "broker"))

    await cable.mend()
    await until(names_only(readiness))


async def test_it_says_from_the_start_that_its_relay_takes_no_mail(broker, run_mailer, unused_tcp_port):
    readiness, _ = run_mailer(smtp_url=f"smtp://127.0.0.1:{unused_tcp_port}")

    async def tried():
        return str(unused_tcp_port) in (await readiness.missing()).get("relay", "")

    await until(tried)


async def test_it_lacks_its_relay_until_that_takes_mails_again(broker, smtp_server, run_mailer):
    smtp_server.handler.sender_reply = "550 5.7.1 Who are you?"
    readiness, _ = run_mailer()
    await until(names_only(readiness, "relay"))

    smtp_server.handler.sender_reply = None

    await until(names_only(readiness))


async def test_it_is_not_ready_while_it_drains(broker, smtp_server, run_mailer, make_event):
    smtp_server.handler.answering.clear()
    readiness, stop = run_mailer()
    await broker.publish(make_event())
    await until(lambda: smtp_server.handler.in_data == 1)

    stop.set()
    await until(names_only(readiness, "process"))

    smtp_server.handler.answering.set()
    await broker.take_report()
