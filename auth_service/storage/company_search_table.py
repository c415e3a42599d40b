"""Looking through the companies and registrations of a gemeente; triggers keep what is looked through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from auth_service.accounts.account import CompanyState
from auth_service.accounts.company_search import PAGE_SIZE, CompanyFilter, FoundCompany, PeopleCount
from auth_service.accounts.mail_progress import MailState, TrailedState
from auth_service.storage.mail_trail_table import NOT_TOLD

# Of whom the newest mail came to nothing: registrations, and companies by their people.
REFUSED = f"""
refused AS MATERIALIZED (
    SELECT registration_id AS id FROM mail_trail AS mail
    WHERE state IN ('refused', 'bounced') AND registration_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM mail_trail AS newer
        WHERE newer.registration_id = mail.registration_id AND newer.created_at > mail.created_at
    )
    UNION
    SELECT company_id FROM mail_trail AS mail JOIN accounts ON accounts.id = mail.account_id
    WHERE mail.state IN ('refused', 'bounced') AND accounts.state = 'active' AND accounts.gemeente_code = $1
    AND company_id IS NOT NULL AND kind <> '{NOT_TOLD}' AND NOT EXISTS (
        SELECT FROM mail_trail AS newer
        WHERE newer.account_id = mail.account_id AND newer.created_at > mail.created_at
        AND newer.kind <> '{NOT_TOLD}'
    )
)
"""
# A registration stands for all of its address, and for nothing once the address has an account: one that the
# gemeente knows of, since that it isn't shown tells of the account.
SOUGHT = """
FROM company_search AS sought WHERE gemeente_code = $1 AND search_text LIKE ALL ($2) AND (
    kept_until IS NULL OR kept_until > $3
    AND NOT EXISTS (
        SELECT FROM accounts WHERE accounts.email_key = sought.email_key
        AND accounts.gemeente_code = $1 AND accounts.role <> 'beheerder'
    )
    AND NOT EXISTS (
        SELECT FROM company_search AS newer
        WHERE newer.email_key = sought.email_key AND newer.gemeente_code = sought.gemeente_code
        AND newer.kept_until > $3 AND (newer.registered_at, newer.id) > (sought.registered_at, sought.id)
    )
)
"""
CONDITIONS = {
    CompanyFilter.UNCONFIRMED: "kept_until IS NOT NULL",
    CompanyFilter.MAIL_REFUSED: "id IN (SELECT id FROM refused)",
    CompanyFilter.WITHOUT_TOTP: "lacks_totp",
    CompanyFilter.BLOCKED: "is_blocked",
    CompanyFilter.AWAITING_APPROVAL: "awaits_approval",
}
COUNTS = (
    f"WITH {REFUSED} SELECT count(*) AS total, "
    + ", ".join(f"count(*) FILTER (WHERE {condition}) AS {name}" for name, condition in CONDITIONS.items())
    + SOUGHT
)
# What is shown of the few on a page.
SHOWN = f"""
SELECT page.id, page.registered_at, earlier.count AS earlier, companies.state,
    coalesce(companies.name, pending.name) AS name, coalesce(companies.place, pending.place) AS place,
    coalesce(people.email, pending.email) AS email,
    people.active, people.blocked, people.frozen, people.enrolled,
    mail.state AS mail_state, mail.reply, mail.created_at, mail.expires_at, mail.reported_at, mail.next_try_at
FROM page
LEFT JOIN companies ON companies.id = page.id
LEFT JOIN pending_registrations AS pending ON pending.id = page.id
LEFT JOIN LATERAL (
    SELECT count(*) AS count FROM company_search AS other
    WHERE other.email_key = page.email_key AND other.gemeente_code = $1 AND other.kept_until > $3
    AND other.id <> page.id
) AS earlier ON true
LEFT JOIN LATERAL (
    SELECT array_agg(accounts.id) FILTER (WHERE accounts.state = 'active') AS ids,
        (array_agg(accounts.email ORDER BY accounts.state, role, created_at))[1] AS email,
        count(*) FILTER (WHERE accounts.state = 'active') AS active,
        count(*) FILTER (WHERE accounts.state = 'blocked') AS blocked,
        count(enrolment_frozen_at) FILTER (WHERE accounts.state = 'active') AS frozen,
        count(enrolled_at) FILTER (WHERE accounts.state = 'active') AS enrolled
    FROM accounts LEFT JOIN totp_enrolments ON totp_enrolments.account_id = accounts.id
    WHERE accounts.company_id = page.id
) AS people ON true
LEFT JOIN LATERAL (
    SELECT state, reply, created_at, expires_at, reported_at, next_try_at FROM mail_trail
    WHERE (registration_id = page.id OR account_id = ANY (people.ids)) AND kind <> '{NOT_TOLD}'
    ORDER BY created_at DESC, event_id LIMIT 1
) AS mail ON true
"""
NEWEST_FIRST = "registered_at DESC, id"
# Whose name begins with what was typed comes first.
BEST_FIRST = f"is_best DESC, {NEWEST_FIRST}"
IS_BEST = ", search_text LIKE $5 AS is_best"


@dataclass(frozen=True)
class Counted:
    total: int
    by_filter: Mapping[CompanyFilter, int]


@dataclass(frozen=True)
class Words:
    """Folded: nothing in them means anything to LIKE."""

    gemeente_code: str
    words: tuple[str, ...]

    @property
    def patterns(self) -> list[str]:
        return [f"%{word}%" for word in self.words]


class CompanySearchTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def count(self, words: Words, now: datetime) -> Counted:
        """All that has the words, and how much of it each filter leaves."""
        await self._interpret()
        row = await self._connection.fetchrow(COUNTS, words.gemeente_code, words.patterns, now)
        return Counted(row["total"], {each: row[each.value] for each in CompanyFilter})

    async def page(
        self, words: Words, chosen: CompanyFilter | None, now: datetime, *, number: int
    ) -> list[FoundCompany]:
        """Counted from 1."""
        await self._interpret()
        only = f"AND {CONDITIONS[chosen]}" if chosen else ""
        order, is_best = (BEST_FIRST, IS_BEST) if words.words else (NEWEST_FIRST, "")
        page = (
            f"SELECT id, registered_at, email_key{is_best} {SOUGHT} {only}"
            f" ORDER BY {order} LIMIT {PAGE_SIZE} OFFSET $4"
        )
        in_order = ", ".join(f"page.{key}" for key in order.split(", "))
        rows = await self._connection.fetch(
            f"WITH {REFUSED}, page AS ({page}) {SHOWN} ORDER BY {in_order}",
            words.gemeente_code,
            words.patterns,
            now,
            (number - 1) * PAGE_SIZE,
            *([f"{words.words[0]}%"] if words.words else []),
        )
        return [found_in(row, now) for row in rows]

    async def _interpret(self) -> None:
        """PostgreSQL takes these for costly: it would compile for half a second what runs in 20 ms."""
        await self._connection.execute("SET LOCAL jit = off")


def found_in(row: asyncpg.Record, now: datetime) -> FoundCompany:
    return FoundCompany(
        id=row["id"],
        name=row["name"],
        place=row["place"],
        email=row["email"],
        registered_at=row["registered_at"],
        state=CompanyState(row["state"]) if row["state"] else None,
        people=PeopleCount(row["active"], row["blocked"], row["frozen"], row["enrolled"]),
        last_mail=last_mail_in(row).progress(now) if row["mail_state"] else None,
        earlier=row["earlier"],
    )


def last_mail_in(row: asyncpg.Record) -> TrailedState:
    return TrailedState(
        state=MailState(row["mail_state"]),
        reply=row["reply"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        reported_at=row["reported_at"],
        next_try_at=row["next_try_at"],
    )
