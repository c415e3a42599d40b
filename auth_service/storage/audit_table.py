"""The audit trail: lines are added and read, never changed."""

from uuid import uuid4

import asyncpg

from auth_service.accounts.account import Account, Role
from auth_service.accounts.audit import Actor, AuditedAct, AuditLine
from auth_service.storage.rows import insert

LINE = (
    "SELECT id, act, happened_at, account_id, company_id, gemeente_code, invitation_id,"
    " actor_id, actor_role, reason FROM audit_trail"
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
        }
        await insert(self._connection, "audit_trail", row)

    async def about_account(self, account: Account, *, most: int) -> list[AuditLine]:
        """What was done to it and to its company, the newest first; at most so many of each.

        Counted apart: however much happens in a company, it hides nothing that was done to one of its users.
        """
        newest = "ORDER BY happened_at DESC, id"
        rows = await self._connection.fetch(
            f"({LINE} WHERE account_id = $1 {newest} LIMIT $3) UNION ALL"
            f" ({LINE} WHERE company_id = $2 AND account_id IS DISTINCT FROM $1 {newest} LIMIT $3) {newest}",
            account.id,
            account.company_id,
            most,
        )
        return [line_of(row) for row in rows]


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
    )
