"""A mail server that breaks off, stalls, drips, leaves and spoils TLS: every mail comes all the same."""

from pathlib import Path

from tests.faults.conftest import OpenStream, ShowTable
from tests.faults.smtp_rudeness import ToHandshake, ToMail
from tests.loopback_certificate import write_certificate

EVENTS = 2_400
# What the mailers count where they can't know whether a mail was taken.
DOUBTED = "dnr_mail_ambiguous_total"
# So often that each kind is met, and broken handshakes so seldom that the mailers' pauses stay short.
RUDE = ("--rude-to-one-mail-in=33", "--rude-to-one-handshake-in=14")


def test_met_with_rudeness_of_every_kind_each_event_has_one_end_and_doubles_only_what_was_taken(
    open_stream: OpenStream, tmp_path: Path, show_table: ShowTable
) -> None:
    write_certificate(certificate := tmp_path / "relay.pem")
    stream = open_stream(f"--certificate={certificate}", *RUDE)
    stream.start_with(mailers=2, scheme="smtp+starttls", SSL_CERT_FILE=str(certificate))

    stream.publish(EVENTS)
    stream.let_end()
    doubted = sum(stream.scene.services.metric(mailer.name, DOUBTED) for mailer in stream.mailers)
    counted = stream.settle()

    show_table("what the mail server did", [dict(sorted(stream.journal.rude.items()))])
    show_table("a rude mail server, over STARTTLS, with two mailers", [{**counted.row(), "doubted": doubted}])
    assert set(stream.journal.rude) == {*ToMail, *ToHandshake}
    assert counted.is_sound
    assert 0 < counted.doubles <= counted.windows
    # What broke off before its last dot may look the same from here.
    assert counted.windows <= doubted
