"""The pool of connections, and transactions that bundle the tables."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from auth_service.accounts.attempt_budgets import refused_act_claims
from auth_service.accounts.audit import AuditLine
from auth_service.accounts.refusals import Refusal, Unavailable
from auth_service.storage.account_table import AccountTable
from auth_service.storage.audit_table import AuditTable
from auth_service.storage.code_table import CodeTable
from auth_service.storage.company_search_table import CompanySearchTable
from auth_service.storage.company_table import CompanyTable
from auth_service.storage.connecting import CONNECT_SECONDS, UNREACHABLE, blaming_database_url
from auth_service.storage.email_change_table import EmailChangeTable
from auth_service.storage.gemeente_list_table import GemeenteListTable
from auth_service.storage.gemeente_table import GemeenteTable
from auth_service.storage.holdings_table import HoldingsTable
from auth_service.storage.invitation_table import InvitationTable
from auth_service.storage.kept_form_table import KeptFormTable
from auth_service.storage.known_browser_table import KnownBrowserTable
from auth_service.storage.login_table import LoginTable
from auth_service.storage.mail_request_table import MailRequestTable
from auth_service.storage.mail_trail_table import MailTrailTable
from auth_service.storage.merger_table import MergerTable
from auth_service.storage.outbox_codes import OutboxCodes
from auth_service.storage.outbox_table import OutboxTable
from auth_service.storage.people_table import PeopleTable
from auth_service.storage.recovery_code_table import RecoveryCodeTable
from auth_service.storage.registration_table import RegistrationTable
from auth_service.storage.reset_wait_table import ResetWaitTable
from auth_service.storage.retention_table import RetentionTable
from auth_service.storage.sealed_places import SealedPlaces
from auth_service.storage.session_table import SessionTable
from auth_service.storage.story_table import StoryTable
from auth_service.storage.suppression_table import SuppressionTable
from auth_service.storage.throttle_table import ThrottleTable
from auth_service.storage.totp_policy_table import TotpPolicyTable
from auth_service.storage.totp_table import TotpTable
from auth_service.storage.trail_table import TrailTable
from auth_service.storage.unused_table import UnusedTable

ACQUIRE_SECONDS = 5
STATEMENT_SECONDS = 10
CLOSE_SECONDS = 5


class Tables:
    """All on one connection."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self.accounts = AccountTable(connection)
        self.audit = AuditTable(connection)
        self.codes = CodeTable(connection)
        self.companies = CompanyTable(connection)
        self.company_search = CompanySearchTable(connection)
        self.email_changes = EmailChangeTable(connection)
        self.gemeente_list = GemeenteListTable(connection)
        self.gemeenten = GemeenteTable(connection)
        self.invitations = InvitationTable(connection)
        self.kept_forms = KeptFormTable(connection)
        self.holdings = HoldingsTable(connection)
        self.known_browsers = KnownBrowserTable(connection)
        self.mail_requests = MailRequestTable(connection)
        self.mail_trail = MailTrailTable(connection)
        self.mergers = MergerTable(connection)
        self.outbox = OutboxTable(connection)
        self.people = PeopleTable(connection)
        self.recovery_codes = RecoveryCodeTable(connection)
        self.outbox_codes = OutboxCodes(connection)
        self.registrations = RegistrationTable(connection)
        self.retention = RetentionTable(connection)
        self.reset_waits = ResetWaitTable(connection)
        self.sealed_places = SealedPlaces(connection)
        self.sessions = SessionTable(connection)
        self.stories = StoryTable(connection)
        self.suppressions = SuppressionTable(connection)
        self.totp = TotpTable(connection)
        self.trail = TrailTable(connection)
        self.totp_policy = TotpPolicyTable(connection)
        self.unused = UnusedTable(connection)


class Transaction(Tables):
    """The tables, bundled by one transaction."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        super().__init__(connection)
        self.refused: AuditLine | None = None

    def note_refused(self, line: AuditLine) -> None:
        """Kept although the transaction is rolled back, where the refusal that follows does that."""
        self.refused = line

    async def lock_address(self, email_key: str) -> None:
        """Let one transaction at a time decide about an address; released at its end.

        Always the first lock: in any other order than this one two transactions would wait for each other.
        Addresses, accounts (both in the order of their keys), a session, a registration, a company or a
        gemeente, invitations, codes, a suppressed address; and last of all the row of `company_search`.
        Triggers lock that where a company, a registration, an enrolment, or an account's address, state or
        company is written: what another may hold besides must be locked by then.
        """
        await self._connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", email_key)


class Autocommit(Tables):
    """The tables, with each statement a transaction of its own.

    Only here are those whose statements commit without waiting for a disk: whatever else a transaction did
    would be lost with them in a crash.
    """

    def __init__(self, connection: asyncpg.Connection) -> None:
        super().__init__(connection)
        self.logins = LoginTable(connection)
        self.throttle = ThrottleTable(connection)


class Database:
    """Raises Unavailable where the server can't be asked."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._connection() as connection:
            tx = Transaction(connection)
            try:
                async with connection.transaction():
                    yield tx
            except Refusal:
                if tx.refused:
                    await keep_refused(Autocommit(connection), tx.refused)
                raise

    @asynccontextmanager
    async def autocommit(self) -> AsyncIterator[Autocommit]:
        """For what one statement does whole: to begin and commit apart takes two round trips more."""
        async with self._connection() as connection:
            yield Autocommit(connection)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[asyncpg.Connection]:
        try:
            async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
                yield connection
        except asyncpg.DataError:
            # A value that no column can hold is a bug of ours, although asyncpg counts it among the others.
            raise
        except UNREACHABLE as error:
            raise Unavailable(f"the database can't be asked: {error}") from error

    async def close(self) -> None:
        """Let running transactions end, for a moment; the server rolls back what is cut off."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()


async def keep_refused(tables: Autocommit, line: AuditLine) -> None:
    """Unless whoever tries has left so many lines already that they would bury others."""
    claims = refused_act_claims(line.actor.id)
    rested = await tables.throttle.count(claims, line.happened_at)
    if all(claim.budget.has_room(at, line.happened_at) for claim, at in zip(claims, rested, strict=True)):
        await tables.audit.add(line)


async def open_database(url: str, *, most_connections: int) -> Database:
    """Raises SettingsWrong where the server can't be reached or doesn't let us in."""
    with blaming_database_url():
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=most_connections,
            timeout=CONNECT_SECONDS,
            command_timeout=STATEMENT_SECONDS,
            init=use_json,
            reset=keep_as_it_is,
        )
    return Database(pool)


async def keep_as_it_is(_: asyncpg.Connection) -> None:
    """On giving a connection back: asyncpg has rolled back what was cut off, and no more is to be undone.

    Nothing of ours outlives its transaction: no LISTEN, no SET, no cursor, no lock of the session. To reset
    those all the same, which is asyncpg's default, was a fifth of the round trips of a login.
    """


async def use_json(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
