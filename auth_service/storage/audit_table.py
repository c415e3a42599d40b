"""The audit trail: lines are added and read, never changed; the database refuses it."""

from uuid import UUID, uuid4

import asyncpg

from auth_service.accounts.account import Account, Role
from auth_service.accounts.audit import Actor, AuditedAct, AuditLine, AuditOrigin, AuditResult
from auth_service.accounts.identification import Identification, IdentifiedBy
from auth_service.storage.rows import insert
from shared.correlation import current_door, current_origin

LINE = (
    "SELECT id, act, happened_at, account_id, company_id, gemeente_code, invitation_id,"
    " actor_id, actor_role, reason, identified_by, identified_how, result, origin, correlation_id"
    " FROM audit_trail"
)


class AuditTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def add(self, line: AuditLine) -> None:
        row = {
            "id": uuid4(),
            "happened_at": line.happened_at,
            "act": line.act,
            "account_id": line.account_id,
            "company_id": line.company_id,
            "gemeente_code": line.gemeente_code,
            "invitation_id": line.invitation_id,
            "actor_id": line.actor.id,
            "actor_role": line.actor.role,
            "reason": line.reason,
            "result": line.result,
            # What doesn't come through one of the doors is a command.
            "origin": current_door() or AuditOrigin.COMMAND,
            "correlation_id": current_origin().correlation_id,
            "identified_by": line.identification.by if line.identification else None,
            "identified_how": line.identification.how if line.identification else None,
        }
        await insert(self._connection, "audit_trail", row)

    async def last_reset_by_other(self, account_id: UUID) -> AuditLine | None:
        """Of its second factor; None where nobody but its owner ever did that."""
        row = await self._connection.fetchrow(
            f"{LINE} WHERE account_id = $1 AND act = $2 AND actor_id <> account_id"
            " ORDER BY happened_at DESC LIMIT 1",
            account_id,
            AuditedAct.TOTP_RESET,
        )
        return line_of(row) if row else None

    async def about_account(self, account: Account, *, most: int) -> list[AuditLine]:
        """What was done to it and to its company, the newest first; at most so many of each.

        Counted apart: however much happens in a company, it hides nothing that was done to one of its users.
        """
        newest = "ORDER BY happened_at DESC, id"
        rows = await self._connection.fetch(
            f"({LINE} WHERE account_id = $1 AND result = 'done' {newest} LIMIT $3) UNION ALL"
            f" ({LINE} WHERE company_id = $2 AND account_id IS DISTINCT FROM $1 {newest} LIMIT $3) {newest}",
            account.id,
            account.company_id,
            most,
        )
        return [line_of(row) for row in rows]


def identification_of(row: asyncpg.Record) -> Identification | None:
    by = row["identified_by"]
    return Identification(IdentifiedBy(by), row["identified_how"]) if by else None


def line_of(row: asyncpg.Record) -> AuditLine:
    return AuditLine(
        act=AuditedAct(row["act"]),
        happened_at=row["happened_at"],
        actor=Actor(row["actor_id"], Role(row["actor_role"]) if row["actor_role"] else None),
        account_id=row["account_id"],
        company_id=row["company_id"],
        gemeente_code=row["gemeente_code"],
        invitation_id=row["invitation_id"],
        reason=row["reason"],
        result=AuditResult(row["result"]),
        identification=identification_of(row),
    )
