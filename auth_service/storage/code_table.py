"""Digests of mailed codes; a code is used by a guarded UPDATE, so that of many at once one wins."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.audit import AuditedAct
from auth_service.accounts.one_time_codes import ABOUT_RESETS, CodePurpose, IssuedCode, Owner
from auth_service.storage.rows import forget_portion, insert

# Unused, not voided, not expired, and mailed to what still is the address of its owner.
USABLE = (
    "codes.digest = $1 AND codes.purpose = $2 AND codes.used_at IS NULL AND codes.voided_at IS NULL"
    " AND codes.expires_at > $3 AND codes.mailed_to_key = owner.email_key"
)
OF_REGISTRATION = f"{USABLE} AND owner.id = codes.registration_id AND owner.kept_until > $3"
OF_ACCOUNT = f"{USABLE} AND owner.id = codes.account_id"
OF_INVITATION = f"{USABLE} AND owner.id = codes.invitation_id AND owner.expires_at > $3"
OF_EMAIL_CHANGE = f"{USABLE} AND owner.account_id = codes.account_id AND owner.expires_at > $3"


def using(owners: str, condition: str, whose: str) -> str:
    """The code was read in a mail: its address is mailed again, if it was mailed no more."""
    return (
        f"WITH used AS (UPDATE codes SET used_at = $3 FROM {owners} AS owner WHERE {condition}"
        f" RETURNING codes.{whose}, mailed_to_key),"
        " proven AS (UPDATE suppressed_addresses SET ends_at = $3 FROM used"
        " WHERE email_key = mailed_to_key AND ends_at > $3)"
        f" SELECT {whose} FROM used"
    )


def voiding(which: str, *, now: str) -> str:
    """In the order of their digests: a code may be voided by its owner and by its address at once."""
    return (
        f"UPDATE codes SET voided_at = {now} WHERE digest IN (SELECT digest FROM codes WHERE ({which})"
        " AND used_at IS NULL AND voided_at IS NULL ORDER BY digest FOR UPDATE)"
    )


def ending(which: str) -> str:
    """$1 is the account, $2 now."""
    return (
        "UPDATE codes SET expires_at = least(expires_at, $2), objecting_until = least(objecting_until, $2)"
        f" WHERE digest IN (SELECT digest FROM codes WHERE account_id = $1 AND {which}"
        " AND greatest(expires_at, objecting_until) > $2 ORDER BY digest FOR UPDATE)"
    )


@dataclass(frozen=True)
class ObjectingCode:
    """`issued_at` is aware."""

    account_id: UUID
    purpose: CodePurpose
    issued_at: datetime


class CodeTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def add(self, code: IssuedCode, owner: Owner, *, mailed_to_key: str) -> None:
        row = {
            "digest": code.digest,
            "purpose": code.purpose,
            "registration_id": owner.registration_id,
            "account_id": owner.account_id,
            "invitation_id": owner.invitation_id,
            "mailed_to_key": mailed_to_key,
            "issued_at": code.issued_at,
            "expires_at": code.expires_at,
            "objecting_until": code.objecting_until,
        }
        await insert(self._connection, "codes", row)

    async def registration_of(self, digest: bytes, now: datetime) -> UUID | None:
        """The pending registration that this code would confirm; the code stays unused."""
        return await self._owner(
            f"SELECT registration_id FROM codes, pending_registrations AS owner WHERE {OF_REGISTRATION}",
            digest,
            CodePurpose.ACTIVATION,
            now,
        )

    async def use_for_registration(self, digest: bytes, now: datetime) -> UUID | None:
        """Use the code up; the registration it confirms, or None where it can't be used (any more)."""
        return await self._owner(
            using("pending_registrations", OF_REGISTRATION, "registration_id"),
            digest,
            CodePurpose.ACTIVATION,
            now,
        )

    async def account_of(self, digest: bytes, now: datetime) -> UUID | None:
        """The account whose password this code would reset; the code stays unused."""
        return await self._owner(
            f"SELECT account_id FROM codes, accounts AS owner WHERE {OF_ACCOUNT}",
            digest,
            CodePurpose.PASSWORD_RESET,
            now,
        )

    async def use_for_account(self, digest: bytes, now: datetime) -> UUID | None:
        """Use the code up; the account it speaks for, or None where it can't be used (any more)."""
        return await self._owner(
            using("accounts", OF_ACCOUNT, "account_id"),
            digest,
            CodePurpose.PASSWORD_RESET,
            now,
        )

    async def invitation_of(self, digest: bytes, now: datetime) -> UUID | None:
        """The invitation that this code would accept; the code stays unused."""
        return await self._owner(
            f"SELECT invitation_id FROM codes, invitations AS owner WHERE {OF_INVITATION}",
            digest,
            CodePurpose.INVITATION,
            now,
        )

    async def use_for_invitation(self, digest: bytes, now: datetime) -> UUID | None:
        """Use the code up; the invitation it accepts, or None where it can't be used (any more)."""
        return await self._owner(
            using("invitations", OF_INVITATION, "invitation_id"),
            digest,
            CodePurpose.INVITATION,
            now,
        )

    async def use_for_enrolment(self, account_id: UUID, digest: bytes, now: datetime) -> bool:
        """Use the code up that this account needs for setting up two-factor authentication anew."""
        return account_id == await self._owner(
            using("accounts", f"{OF_ACCOUNT} AND owner.id = $4", "account_id"),
            digest,
            CodePurpose.TOTP_ENROLMENT,
            now,
            account_id,
        )

    async def objecting(self, digest: bytes, now: datetime) -> ObjectingCode | None:
        """A code of a mail about a reset by others that lets the owner of the account object to it.

        Also one that was used or enrols no longer, and after a reset also one that was mailed to an address
        that no longer is the account's: whoever reads the mailbox may have done all of that.
        """
        row = await self._connection.fetchrow(
            "SELECT account_id, purpose, issued_at FROM codes JOIN accounts AS owner ON owner.id = account_id"
            " WHERE digest = $1 AND purpose = ANY($2) AND objecting_until > $3"
            " AND (purpose = $4 OR mailed_to_key = owner.email_key)",
            digest,
            list(ABOUT_RESETS),
            now,
            CodePurpose.TOTP_ENROLMENT,
        )
        return (
            ObjectingCode(row["account_id"], CodePurpose(row["purpose"]), row["issued_at"]) if row else None
        )

    async def has_objected(self, digest: bytes) -> bool:
        """Whether this code ended because the owner of its account objected."""
        # By the moment: an objection is noted at the one at which it ends the codes.
        found: bool = await self._connection.fetchval(
            "SELECT EXISTS (SELECT FROM codes JOIN audit_trail AS line USING (account_id)"
            " WHERE digest = $1 AND purpose = ANY($2) AND line.happened_at = codes.objecting_until"
            " AND line.actor_id = line.account_id AND line.act = ANY($3))",
            digest,
            list(ABOUT_RESETS),
            [AuditedAct.TOTP_RESET_CANCELLED, AuditedAct.TOTP_RESET_DISPUTED],
        )
        return found

    async def can_object_until(self, account_id: UUID, now: datetime) -> datetime | None:
        """To a reset by others that was done; None where there is none, or no longer time for it."""
        until: datetime | None = await self._connection.fetchval(
            "SELECT max(objecting_until) FROM codes"
            " WHERE account_id = $1 AND purpose = $2 AND objecting_until > $3",
            account_id,
            CodePurpose.TOTP_ENROLMENT,
            now,
        )
        return until

    async def end_objecting(self, account_id: UUID, now: datetime) -> None:
        """Let every code about resets of this account expire, used or not."""
        await self._connection.execute(ending("purpose = ANY($3)"), account_id, now, list(ABOUT_RESETS))

    async def end_objecting_to_wait(self, account_id: UUID, asked_at: datetime, now: datetime) -> None:
        """Only those of the reset that was asked for then and isn't done; they say nothing about another."""
        await self._connection.execute(
            ending("purpose = $3 AND issued_at >= $4"),
            account_id,
            now,
            CodePurpose.TOTP_RESET_OBJECTION,
            asked_at,
        )

    async def use_for_email_change(self, account_id: UUID, digest: bytes, now: datetime) -> bool:
        """Use the code up that proves the address which this account wants; False where it doesn't."""
        return account_id == await self._owner(
            using("email_changes", f"{OF_EMAIL_CHANGE} AND owner.account_id = $4", "account_id"),
            digest,
            CodePurpose.EMAIL_CHANGE,
            now,
            account_id,
        )

    async def _owner(
        self, query: str, digest: bytes, purpose: CodePurpose, now: datetime, *more: object
    ) -> UUID | None:
        owner: UUID | None = await self._connection.fetchval(query, digest, purpose, now, *more)
        return owner

    async def void_all(self, owner: Owner, now: datetime) -> None:
        await self._connection.execute(
            voiding("registration_id = $1 OR account_id = $2 OR invitation_id = $3", now="$4"),
            owner.registration_id,
            owner.account_id,
            owner.invitation_id,
            now,
        )

    async def void_for(self, account_id: UUID, purpose: CodePurpose, now: datetime) -> None:
        await self._connection.execute(
            voiding("account_id = $1 AND purpose = $2", now="$3"), account_id, purpose, now
        )

    async def void_mailed_to(self, email_key: str, purpose: CodePurpose, now: datetime) -> None:
        await self._connection.execute(
            voiding("mailed_to_key = $1 AND purpose = $2", now="$3"), email_key, purpose, now
        )

    async def forget_expired(self, before: datetime) -> int:
        """A portion of those that were good for nothing any more before then; returns how many."""
        is_over = "expires_at <= $1 AND coalesce(objecting_until, expires_at) <= $1"
        return await forget_portion(self._connection, "codes", is_over, before)

    async def why_rejected(self, digest: bytes, now: datetime) -> str:
        """For the log only: what the person sees is always the same."""
        row = await self._connection.fetchrow(
            "SELECT used_at, voided_at, expires_at FROM codes WHERE digest = $1", digest
        )
        if row is None:
            return "unknown"
        if row["used_at"]:
            return "used"
        if row["voided_at"]:
            return "voided"
        return "expired" if row["expires_at"] <= now else "mailed to another address or for another purpose"
