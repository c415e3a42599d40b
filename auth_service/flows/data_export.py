"""Gathering all that is held about somebody, for himself."""

from auth_service.accounts.holdings import Holdings
from auth_service.flows.sessions import LoggedIn, require_fresh_proof
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database
from shared.clock import Clock

# More than anybody's trail has; nobody should wait for one that goes wild.
MOST_LINES = 5_000


class DataExport:
    def __init__(self, database: Database, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._throttle = throttle
        self._clock = clock

    async def holdings_of(self, logged_in: LoggedIn) -> Holdings:
        """Raises ProofNeeded and TooOften."""
        require_fresh_proof(logged_in)
        account = logged_in.account
        await self._throttle.count_own_act(account.id)
        now = self._clock()
        async with self._database.transaction() as tx:
            return Holdings(
                held_at=now,
                account=account,
                dates=await tx.holdings.dates(account.id),
                gemeente=await tx.gemeenten.existing(account.gemeente_code),
                company=await tx.companies.details(account.company_id) if account.company_id else None,
                email_change=await tx.email_changes.of_account(account.id, now),
                suppression=await tx.suppressions.of_address(account.email.key, now),
                sessions=await tx.sessions.of_account(account.id),
                mails=await tx.holdings.mails(account.id),
                browsers=await tx.holdings.browsers(account.id),
                audit_lines=await tx.audit.about_account(account, most=MOST_LINES),
            )
