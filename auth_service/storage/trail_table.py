"""The audit trail as the staff of a gemeente read it, and how its lines leave."""

from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.audit import AuditOrigin
from auth_service.accounts.trail import GROUPS, TrailFilter, TrailLine
from auth_service.storage.audit_table import LINE, line_of
from auth_service.storage.rows import PORTION

NEWEST = "ORDER BY happened_at DESC, id DESC"
# Joined to no more lines than are shown. Of other gemeenten, and of the platform, nobody is named.
NAMED = (
    "SELECT line.*, actor.email AS actor_email, subject.email AS account_email,"
    " coalesce(companies.name, pending.name) AS company_name, invitations.email AS invited_email"
    " FROM ({lines}) AS line"
    " LEFT JOIN accounts AS actor ON actor.id = line.actor_id"
    " AND actor.gemeente_code = line.gemeente_code AND actor.role <> 'beheerder'"
    " LEFT JOIN accounts AS subject ON subject.id = line.account_id"
    " AND subject.gemeente_code = line.gemeente_code AND subject.role <> 'beheerder'"
    " LEFT JOIN companies ON companies.id = line.company_id"
    " AND companies.gemeente_code = line.gemeente_code"
    " LEFT JOIN pending_registrations AS pending ON pending.id = line.company_id"
    " AND pending.gemeente_code = line.gemeente_code"
    " LEFT JOIN invitations ON invitations.id = line.invitation_id"
    " AND invitations.gemeente_code = line.gemeente_code AND invitations.role <> 'beheerder'"
    f" {NEWEST}"
)
MIDNIGHT = "::date::timestamp AT TIME ZONE 'Europe/Amsterdam'"


class TrailTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def of_gemeente(
        self, code: str, sought: TrailFilter, *, older_than: UUID | None, most: int
    ) -> list[TrailLine]:
        """The newest first; `older_than` is the id of a line of that gemeente."""
        conditions, arguments = conditions_of(code, sought)
        if older_than:
            arguments.append(older_than)
            conditions.append(
                "(happened_at, id) < (SELECT happened_at, id FROM audit_trail"
                f" WHERE id = ${len(arguments)} AND gemeente_code = $1)"
            )
        arguments.append(most)
        limit = f"LIMIT ${len(arguments)}"
        if sought.group:
            arguments.append(list(GROUPS[sought.group]))
            lines = lines_of_acts(conditions, f"${len(arguments)}::text[]::audited_act[]", limit)
        else:
            lines = f"{LINE} WHERE {' AND '.join(conditions)} {NEWEST} {limit}"
        rows = await self._connection.fetch(NAMED.format(lines=lines), *arguments)
        return [trail_line_of(row) for row in rows]

    async def forget(self, before: datetime) -> int:
        """A portion of the lines of before then; returns how many."""
        forgotten: int = await self._connection.fetchval("SELECT forget_audit_lines($1, $2)", before, PORTION)
        return forgotten


def conditions_of(code: str, sought: TrailFilter) -> tuple[list[str], list[object]]:
    """But for the group: conditions in our own words, and the arguments that they number from 1."""
    chosen: dict[str, object] = {
        f"happened_at >= {{}}{MIDNIGHT}": sought.first_day,
        f"happened_at < ({{}}::date + 1){MIDNIGHT.removeprefix('::date')}": sought.last_day,
        "(SELECT id FROM accounts WHERE email_key = {} AND gemeente_code = $1 AND role <> 'beheerder')"
        " IN (account_id, actor_id)": sought.email_key,
    }
    conditions: list[str] = ["gemeente_code = $1"]
    arguments: list[object] = [code]
    for condition, argument in chosen.items():
        if argument is not None:
            arguments.append(argument)
            conditions.append(condition.format(f"${len(arguments)}"))
    return conditions, arguments


def lines_of_acts(conditions: list[str], acts: str, limit: str) -> str:
    """One act at a time, from its own index: a rare one is not looked for among all the others."""
    # In this order, and not `=`: the planner would else take the index without acts, and hope.
    of_act = " AND ".join([*conditions, "act BETWEEN chosen.act AND chosen.act"])
    newest_of_act = f"ORDER BY act, happened_at DESC, id DESC {limit}"
    return (
        f"SELECT found.* FROM unnest({acts}) AS chosen (act),"
        f" LATERAL ({LINE} WHERE {of_act} {newest_of_act}) AS found {NEWEST} {limit}"
    )


def trail_line_of(row: asyncpg.Record) -> TrailLine:
    return TrailLine(
        id=row["id"],
        line=line_of(row),
        origin=AuditOrigin(row["origin"]) if row["origin"] else None,
        correlation_id=row["correlation_id"],
        actor_email=row["actor_email"],
        account_email=row["account_email"],
        company_name=row["company_name"],
        invited_email=row["invited_email"],
    )
