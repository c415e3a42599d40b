"""Removing what has had its time, as the privacy page and the mails promise."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from auth_service.accounts.refusals import Unavailable
from auth_service.accounts.sessions import SessionLimits
from auth_service.accounts.suppression import SUPPRESSED_FOR
from auth_service.accounts.totp_offers import OFFER_LIFETIME
from auth_service.flows.anonymising import anonymise_closed, anonymise_rejected
from auth_service.storage.database import Autocommit, Database
from auth_service.storage.rows import PORTION
from shared.clock import Clock

# An expired code, or session, is refused all the same; until then the log, or the page, can tell why.
EXPIRED_CODES_KEPT = timedelta(days=1)
ENDED_SESSIONS_KEPT = timedelta(days=1)
# Long enough for a helpdesk to see what became of a mail.
MAIL_TRAIL_KEPT = timedelta(days=30)
# As long as the cookie that names it.
KNOWN_BROWSERS_KEPT = timedelta(days=365)
# More than anybody has; a script that logs in without cookies makes a new one each time.
KNOWN_BROWSERS_OF_ONE = 50

# Somebody may ask what became of one.
INVITATIONS_KEPT = timedelta(days=30)
# More than a year: who reviews once a year finds all that happened since. The BIO asks half a year at least.
AUDIT_TRAIL_KEPT = timedelta(days=400)
# One at a time, each in a transaction of its own.
ACCOUNTS_AT_ONCE = 500

Removal = Callable[[Autocommit], Awaitable[int]]
Anonymise = Callable[[Database, datetime], Awaitable[bool]]

ANONYMISING: dict[str, Anonymise] = {
    "closed_accounts": anonymise_closed,
    "rejected_registrations": anonymise_rejected,
}

log = structlog.get_logger()


class CleanUp:
    """Mail requests and the outbox need none: their rows go with the work that empties them."""

    def __init__(self, database: Database, session_limits: SessionLimits, clock: Clock) -> None:
        self._database = database
        self._session_limits = session_limits
        self._clock = clock

    async def sweep(self) -> bool:
        """Remove a portion of whatever is due; whether there is more."""
        removed = {}
        for what, removal in self._removals(self._clock()).items():
            try:
                async with self._database.autocommit() as tables:
                    removed[what] = await removal(tables)
            except Unavailable as error:
                # One that takes too long must not keep the others from being removed.
                log.warning("clean_up_failed", what=what, reason=str(error))
        for what, anonymise in ANONYMISING.items():
            removed[what] = await self._anonymised(what, anonymise)
        log.info("cleaned_up", **removed)
        return any(
            count >= (ACCOUNTS_AT_ONCE if what in ANONYMISING else PORTION) for what, count in removed.items()
        )

    async def _anonymised(self, what: str, anonymise: Anonymise) -> int:
        """How many, of a portion."""
        count = 0
        try:
            while count < ACCOUNTS_AT_ONCE and await anonymise(self._database, self._clock()):
                count += 1
        except Unavailable as error:
            log.warning("clean_up_failed", what=what, reason=str(error))
        return count

    def _removals(self, now: datetime) -> dict[str, Removal]:
        idle_since = now - ENDED_SESSIONS_KEPT - self._session_limits.idle
        started_before = now - ENDED_SESSIONS_KEPT - self._session_limits.longest
        return {
            "budgets": lambda tables: tables.throttle.forget_rested(now),
            "registrations": lambda tables: tables.registrations.forget_unconfirmed(now),
            "codes": lambda tables: tables.codes.forget_expired(now - EXPIRED_CODES_KEPT),
            "email_changes": lambda tables: tables.email_changes.forget_expired(now),
            "sessions": lambda tables: tables.sessions.forget_ended(
                unused_since=idle_since, started_before=started_before
            ),
            "totp_offers": lambda tables: tables.totp.forget_all_old_offers(now - OFFER_LIFETIME),
            "recovery_codes": lambda tables: tables.recovery_codes.forget_shown(now),
            "mail_trail": lambda tables: tables.mail_trail.forget(now - MAIL_TRAIL_KEPT),
            "suppressions": lambda tables: tables.suppressions.forget(now - SUPPRESSED_FOR),
            "invitations": lambda tables: tables.retention.forget_invitations(now - INVITATIONS_KEPT),
            "audit_trail": lambda tables: tables.trail.forget(now - AUDIT_TRAIL_KEPT),
            "kept_forms": lambda tables: tables.kept_forms.forget_old(now),
            "known_browsers": lambda tables: tables.known_browsers.forget_unused(now - KNOWN_BROWSERS_KEPT),
            "surplus_browsers": lambda tables: tables.known_browsers.forget_surplus(KNOWN_BROWSERS_OF_ONE),
        }
