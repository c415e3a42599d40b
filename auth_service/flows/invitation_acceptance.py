"""Accepting an invitation with the mailed code and a password: only then the account comes into being."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import structlog

from auth_service.accounts.account import Account, AccountState, CompanyState, Role
from auth_service.accounts.audit import Actor, AuditedAct, AuditLine, told_to
from auth_service.accounts.invitation import Invitation, Place, still_stands
from auth_service.accounts.one_time_codes import Owner, code_digest, read_code
from auth_service.accounts.passwords import PasswordRules
from auth_service.accounts.refusals import (
    CodeRejected,
    Field,
    FieldRefused,
    InputRefused,
    Problem,
    Violation,
)
from auth_service.accounts.visitors import Visitor
from auth_service.flows.known_browsers import remember_browser
from auth_service.flows.throttling import Throttle
from auth_service.password_hashing import PasswordHashing
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

log = structlog.get_logger()


@dataclass(frozen=True)
class Offer:
    """An invitation, the code that accepts it, and the names that its password must not be made of."""

    invitation: Invitation
    code_digest: bytes
    company_name: str | None
    gemeente_name: str


class InvitationAcceptance:
    def __init__(
        self,
        database: Database,
        hashing: PasswordHashing,
        throttle: Throttle,
        rules: PasswordRules,
        clock: Clock,
    ) -> None:
        self._database = database
        self._hashing = hashing
        self._throttle = throttle
        self._rules = rules
        self._clock = clock

    async def accept(self, typed_code: str, password: str, visitor: Visitor) -> str | None:
        """Open the account that was offered; returns what the browser is known by from now on.

        Raises InputRefused, CodeRejected, TooOften and TooBusy; each leaves the code unused.
        """
        refuse_empty(typed_code, password)
        code = read_code(typed_code)
        offer = await self._offer_of(code_digest(code)) if code else None
        if offer is None:
            await self._throttle.count_form(visitor)
            raise CodeRejected
        await self._throttle.count_invitation_password(offer.code_digest)
        chosen = self._check(password, offer)
        return await self._open_account(offer, await self._hashing.hash(chosen), visitor)

    async def _offer_of(self, digest: bytes) -> Offer | None:
        now = self._clock()
        async with self._database.transaction() as tx:
            invitation_id = await tx.codes.invitation_of(digest, now)
            invitation = await tx.invitations.with_id(invitation_id) if invitation_id else None
            if invitation is None:
                log.info("code_rejected", flow="invitation", why=await tx.codes.why_rejected(digest, now))
                return None
            place = invitation.place
            company = await tx.companies.details(place.company_id) if place.company_id else None
            gemeente = await tx.gemeenten.existing(place.gemeente_code)
            return Offer(invitation, digest, company.name if company else None, gemeente.name)

    def _check(self, password: str, offer: Offer) -> str:
        known = (offer.company_name or "", offer.invitation.email.text, offer.gemeente_name)
        try:
            return self._rules.check(password, *known)
        except FieldRefused as refusal:
            raise InputRefused(Violation(Field.PASSWORD, refusal.problem)) from None

    async def _open_account(self, offer: Offer, password_hash: str, visitor: Visitor) -> str | None:
        now = self._clock()
        async with self._database.transaction() as tx:
            await tx.lock_address(offer.invitation.email.key)
            is_welcome = await is_open(tx, offer.invitation.place)
            invitation = await tx.invitations.lock(offer.invitation.id)
            # Of many at once one passes here; and only while nobody has withdrawn it.
            if invitation is None or await tx.codes.use_for_invitation(offer.code_digest, now) is None:
                why = await tx.codes.why_rejected(offer.code_digest, now)
                log.info("code_rejected", flow="invitation", why=why)
                raise CodeRejected
            if not (is_welcome and await is_vouched_for(tx, invitation)):
                log.info(
                    "code_rejected",
                    flow="invitation",
                    why="company, gemeente or inviter stands no longer for it",
                )
                raise CodeRejected
            account = account_of(invitation, offer.company_name, password_hash, now)
            if not await tx.accounts.add(account, now):
                log.info("code_rejected", flow="invitation", why="the address has an account already")
                raise CodeRejected
            await self._settle(tx, invitation, account, now)
            browser = await remember_browser(tx, visitor, account.id, now)
        log.info("invitation_accepted", invitation=str(invitation.id), account=str(account.id))
        return browser

    async def _settle(self, tx: Transaction, invitation: Invitation, account: Account, now: datetime) -> None:
        await tx.mail_trail.move_invited_to_account(invitation.id, account.id)
        await tx.codes.void_all(Owner(invitation_id=invitation.id), now)
        await tx.invitations.forget(invitation.id)
        line = AuditLine(
            AuditedAct.INVITATION_ACCEPTED,
            now,
            Actor(account.id, account.role),
            account_id=account.id,
            company_id=account.company_id,
            gemeente_code=told_to(account),
            invitation_id=invitation.id,
        )
        await tx.audit.add(line)


async def is_open(tx: Transaction, place: Place) -> bool:
    """Whether it can be joined.

    A company that was rejected, or moved to another gemeente, can't, nor the staff of a dissolved gemeente.
    """
    if place.role is Role.GEMEENTEMEDEWERKER:
        return (await tx.gemeenten.existing(place.gemeente_code)).dissolved_in is None
    if place.company_id is None:
        return True
    standing = await tx.companies.standing(place.company_id)
    if standing is None:
        return False
    state, gemeente_code = standing
    return state is not CompanyState.REJECTED and gemeente_code == place.gemeente_code


async def is_vouched_for(tx: Transaction, invitation: Invitation) -> bool:
    """Whether whoever invited could do so today."""
    if invitation.invited_by is None:
        return True
    inviter = await tx.accounts.with_id(invitation.invited_by)
    return inviter is not None and still_stands(inviter, invitation)


def account_of(
    invitation: Invitation, company_name: str | None, password_hash: str, now: datetime
) -> Account:
    return Account(
        id=uuid4(),
        email=invitation.email,
        password_hash=password_hash,
        role=invitation.place.role,
        state=AccountState.ACTIVE,
        company_id=invitation.place.company_id,
        company_name=company_name,
        gemeente_code=invitation.place.gemeente_code,
        password_changed_at=now,
    )


def refuse_empty(typed_code: str, password: str) -> None:
    typed = {Field.CODE: typed_code.strip(), Field.PASSWORD: password}
    empty = [Violation(field, Problem.EMPTY) for field, text in typed.items() if not text]
    if empty:
        raise InputRefused(*empty)
