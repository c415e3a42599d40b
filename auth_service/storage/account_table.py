"""The accounts of people."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.account import Account, AccountState, CompanyState, Role
from auth_service.accounts.mail_addresses import MailAddress
from auth_service.accounts.two_factor import Reset, ResetBy, TwoFactor, obligation_of
from auth_service.storage.rows import insert, rows_touched

# Named one by one, here and in all tables: what `*` means changes under a running process when the next
# release adds a column, and the statement it has prepared fails.
ACCOUNT = (
    "SELECT accounts.id, accounts.email, email_key, password_hash, role, accounts.state, company_id,"
    " accounts.gemeente_code, password_changed_at,"
    " companies.name AS company_name, companies.state AS company_state,"
    " gemeenten.totp_required AS gemeente_asks,"
    " coalesce(companies.totp_required, false) AS company_asks,"
    " enrolled_at, totp_reset_by, totp_reset_at, enrolment_frozen_at, blocked_by"
    " FROM accounts JOIN gemeenten ON gemeenten.code = accounts.gemeente_code"
    " LEFT JOIN companies ON companies.id = company_id"
    " LEFT JOIN totp_enrolments ON totp_enrolments.account_id = accounts.id"
)


class AccountTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def with_address(self, email_key: str) -> Account | None:
        return account_of(await self._connection.fetchrow(f"{ACCOUNT} WHERE email_key = $1", email_key))

    async def with_id(self, account_id: UUID) -> Account | None:
        return account_of(await self._connection.fetchrow(f"{ACCOUNT} WHERE accounts.id = $1", account_id))

    async def with_ids(self, account_ids: Iterable[UUID]) -> dict[UUID, Account]:
        rows = await self._connection.fetch(f"{ACCOUNT} WHERE accounts.id = ANY($1)", list(account_ids))
        return {account.id: account for row in rows if (account := account_of(row))}

    async def lock(self, account_id: UUID) -> Account | None:
        """As it is now, and unchanged by others until the end of the transaction."""
        # Apart: what a statement that had to wait reads of other tables is as old as its beginning.
        # NO KEY: whoever writes a row that names the account must not wait, or two would for each other.
        await self._connection.execute("SELECT FROM accounts WHERE id = $1 FOR NO KEY UPDATE", account_id)
        return await self.with_id(account_id)

    async def add(self, account: Account, now: datetime) -> bool:
        """False where the address has an account already."""
        row = {
            "id": account.id,
            "email": account.email.text,
            "email_key": account.email.key,
            "password_hash": account.password_hash,
            "role": account.role,
            "state": account.state,
            "company_id": account.company_id,
            "gemeente_code": account.gemeente_code,
            "created_at": now,
            "password_changed_at": account.password_changed_at,
        }
        return await insert(
            self._connection, "accounts", row, on_conflict="ON CONFLICT (email_key) DO NOTHING"
        )

    async def note_totp_reset(self, account_id: UUID, reset: Reset) -> None:
        await self._connection.execute(
            "UPDATE accounts SET totp_reset_by = $2, totp_reset_at = $3 WHERE id = $1",
            account_id,
            reset.by,
            reset.at,
        )

    async def forget_totp_reset(self, account_id: UUID) -> None:
        await self._connection.execute(
            "UPDATE accounts SET totp_reset_by = NULL, totp_reset_at = NULL WHERE id = $1", account_id
        )

    async def freeze_enrolment(self, account_id: UUID, now: datetime) -> None:
        await self._connection.execute(
            "UPDATE accounts SET enrolment_frozen_at = $2 WHERE id = $1", account_id, now
        )

    async def release_enrolment(self, account_id: UUID) -> None:
        await self._connection.execute(
            "UPDATE accounts SET enrolment_frozen_at = NULL WHERE id = $1", account_id
        )

    async def company_requires_totp(self, company_id: UUID) -> bool:
        required: bool = await self._connection.fetchval(
            "SELECT totp_required FROM companies WHERE id = $1", company_id
        )
        return required

    async def require_totp_in_company(self, company_id: UUID, *, required: bool) -> bool:
        """False where it is so already."""
        done = await self._connection.execute(
            "UPDATE companies SET totp_required = $2 WHERE id = $1 AND totp_required <> $2",
            company_id,
            required,
        )
        return rows_touched(done) > 0

    async def change_password(self, account_id: UUID, new_hash: str, now: datetime) -> None:
        await self._connection.execute(
            "UPDATE accounts SET password_hash = $2, password_changed_at = $3 WHERE id = $1",
            account_id,
            new_hash,
            now,
        )

    async def change_email(self, account_id: UUID, email: MailAddress) -> None:
        """Nobody else's, and locked, so that it can't become somebody else's meanwhile."""
        await self._connection.execute(
            "UPDATE accounts SET email = $2, email_key = $3 WHERE id = $1", account_id, email.text, email.key
        )

    async def block(self, account_id: UUID, by: ResetBy) -> None:
        await self._connection.execute(
            "UPDATE accounts SET state = 'blocked', blocked_by = $2 WHERE id = $1", account_id, by
        )

    async def unblock(self, account_id: UUID) -> None:
        await self._connection.execute(
            # Who couldn't log in hasn't let a warning pass that he didn't use his account.
            "UPDATE accounts SET state = 'active', blocked_by = NULL, unused_warned_at = NULL WHERE id = $1",
            account_id,
        )

    async def change_role(self, account_id: UUID, role: Role) -> None:
        await self._connection.execute("UPDATE accounts SET role = $2 WHERE id = $1", account_id, role)

    async def has_other_manager(self, account: Account) -> bool:
        """Whether somebody else can manage the company, who isn't blocked."""
        found: bool = await self._connection.fetchval(
            "SELECT EXISTS (SELECT FROM accounts WHERE company_id = $1 AND id <> $2"
            " AND role = 'ondernemer' AND state = 'active')",
            account.company_id,
            account.id,
        )
        return found

    async def close(self, account_id: UUID, now: datetime) -> None:
        """For good."""
        await self._connection.execute(
            "UPDATE accounts SET state = 'closed', closed_at = $2 WHERE id = $1", account_id, now
        )

    async def managers_of(self, company_id: UUID) -> list[Account]:
        """Those who are neither blocked nor closed; the first one first."""
        rows = await self._connection.fetch(
            f"{ACCOUNT} WHERE company_id = $1 AND role = 'ondernemer' AND accounts.state = 'active'"
            " ORDER BY created_at, accounts.id",
            company_id,
        )
        return [account for row in rows if (account := account_of(row))]

    async def left_without_manager(self, account: Account) -> bool:
        """Whether the company has users and, without this account, nobody to manage them."""
        found = await self._connection.fetchval(
            "SELECT count(*) > 0 AND count(*) FILTER (WHERE role = 'ondernemer' AND state = 'active') = 0"
            " FROM accounts WHERE company_id = $1 AND id <> $2 AND state <> 'closed'",
            account.company_id,
            account.id,
        )
        return bool(found)


def account_of(row: asyncpg.Record | None) -> Account | None:
    if row is None:
        return None
    role = Role(row["role"])
    return Account(
        id=row["id"],
        email=MailAddress(row["email"], row["email_key"]),
        password_hash=row["password_hash"],
        role=role,
        state=AccountState(row["state"]),
        company_id=row["company_id"],
        company_name=row["company_name"],
        gemeente_code=row["gemeente_code"],
        password_changed_at=row["password_changed_at"],
        two_factor=two_factor_of(row, role),
        company_state=CompanyState(row["company_state"]) if row["company_state"] else None,
        blocked_by=ResetBy(row["blocked_by"]) if row["blocked_by"] else None,
    )


def two_factor_of(row: asyncpg.Record, role: Role) -> TwoFactor:
    obligation = obligation_of(
        is_staff=role.is_staff, gemeente_asks=row["gemeente_asks"], company_asks=row["company_asks"]
    )
    reset_by = row["totp_reset_by"]
    reset = Reset(ResetBy(reset_by), row["totp_reset_at"]) if reset_by else None
    return TwoFactor(row["enrolled_at"], obligation, reset, row["enrolment_frozen_at"])
