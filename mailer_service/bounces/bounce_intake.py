"""Bounces from where the relay puts them to their reports: one from a pipe, or all of a Maildir."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import structlog

from mailer_service.bounces.bounce_reading import Because, Bounce, BounceReading, NoBounce
from mailer_service.bounces.bounce_reports import BounceReports, log_no_bounce
from mailer_service.bounces.maildir import FLAGGED, SEEN, Maildir
from shared.clock import Clock

log = structlog.get_logger()


@dataclass(frozen=True)
class BounceIntake:
    """Every method raises one of BROKER_ERRORS where the broker didn't take a report."""

    reading: BounceReading
    amqp_url: str
    clock: Clock

    async def take(self, raw: bytes, recipient: str) -> None:
        """One mail; `recipient` is whom it came to, as far as that is known."""
        match self.reading.read(raw, recipient):
            case Bounce() as bounce:
                async with BounceReports.connected(self.amqp_url, self.clock) as reports:
                    await reports.send(bounce)
            case NoBounce() as other:
                log_no_bounce(other)

    async def take_all(self, maildir: Maildir) -> None:
        """Each mail of the Maildir; one that can't be read or moved stays there, and stops no other."""
        if not (waiting := maildir.waiting()):
            return
        counts: Counter[str] = Counter()
        async with BounceReports.connected(self.amqp_url, self.clock) as reports:
            for mail in waiting:
                counts[await self._take_from(maildir, mail, reports)] += 1
        log.info("maildir_read", **counts)

    async def _take_from(self, maildir: Maildir, mail: Path, reports: BounceReports) -> str:
        try:
            reading = self.reading.read(maildir.read(mail))
        except FileNotFoundError:
            return "taken_by_another"
        except OSError as error:
            log.error("mail_unreadable", file=mail.name, reason=error.strerror)
            return "unreadable"
        except Exception:
            # The edge for this mail, which anybody may have sent: it waits until the bug is mended.
            log.exception("bounce_tripped_a_bug", file=mail.name)
            return "unreadable"
        match reading:
            case Bounce() as bounce:
                await reports.send(bounce)
                put_away(maildir, mail, SEEN)
                return "reported"
            case NoBounce() as other:
                log_no_bounce(other)
                unclear = other.because is Because.NOT_UNDERSTOOD
                put_away(maildir, mail, FLAGGED if unclear else SEEN)
                return other.because


def put_away(maildir: Maildir, mail: Path, flags: str) -> None:
    try:
        maildir.put_away(mail, flags)
    except OSError as error:
        # It comes by again, as does its report, which is harmless: no reason to keep the others waiting.
        log.error("mail_not_put_away", file=mail.name, reason=error.strerror)
