"""Inviting people to a company, a gemeente or the platform, and taking that back.

The same answer and the same work for every address: only a mail tells its owner that it has an account.
"""

from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import timedelta
from uuid import UUID, uuid4

import structlog

from auth_service.accounts.account import Account, Role
from auth_service.accounts.audit import AuditedAct, refused_act
from auth_service.accounts.invitation import Invitation, Place, may_invite_to, place_of_company_user
from auth_service.accounts.mail_addresses import MailAddress
from auth_service.accounts.one_time_codes import Owner
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import (
    Field,
    FieldRefused,
    InputRefused,
    NoSuchGemeente,
    NoSuchInvitation,
    NotAllowed,
    Problem,
    Violation,
)
from auth_service.accounts.registration_form import read_email
from auth_service.accounts.visitors import Visitor
from auth_service.flows.invitation_acceptance import is_vouched_for
from auth_service.flows.invitation_facts import InvitationFacts
from auth_service.flows.invitation_withdrawal import line_about, withdraw_one
from auth_service.flows.sessions import (
    LoggedIn,
    lock_full_session,
    lock_proven_session,
    refuse_disputed,
    require_fresh_proof,
)
from auth_service.flows.suppression_lifting import lift
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

log = structlog.get_logger()


class Invitations:
    def __init__(
        self,
        database: Database,
        facts: InvitationFacts,
        throttle: Throttle,
        lifetime: timedelta,
        clock: Clock,
    ) -> None:
        self._database = database
        self._facts = facts
        self._throttle = throttle
        self._lifetime = lifetime
        self._clock = clock

    async def invite_to_company(
        self, logged_in: LoggedIn, typed_email: str, role: Role | None, visitor: Visitor
    ) -> None:
        """To his own; `role` None where none was chosen.

        An address that is invited already gets a further mail. Earlier codes stay good, unless somebody else
        had them sent: he answers for those no longer.
        Raises InputRefused, NotAllowed, ProofNeeded, FactorOwed, TooOften and SessionGone.
        """
        if logged_in.account.role is not Role.ONDERNEMER:
            raise NotAllowed
        place = place_of_company_user(logged_in.account, role) if role else None
        email = read_invited(typed_email, has_place=place is not None)
        if place is None:
            raise InputRefused(Violation(Field.ROLE, Problem.EMPTY))
        await self._invite(logged_in, email, place, visitor)

    async def invite_staff(
        self, logged_in: LoggedIn, gemeente_code: str, typed_email: str, visitor: Visitor
    ) -> None:
        """The same, to the staff of a gemeente; raises NoSuchGemeente too, also for one that isn't his."""
        place = Place(Role.GEMEENTEMEDEWERKER, None, gemeente_code)
        if not may_invite_to(logged_in.account, place):
            raise NoSuchGemeente
        await self._invite(logged_in, read_invited(typed_email), place, visitor)

    async def invite_to_platform(self, logged_in: LoggedIn, typed_email: str, visitor: Visitor) -> None:
        """The same, to those who run it; the contact in their mails is that of who invites them."""
        place = Place(Role.BEHEERDER, None, logged_in.account.gemeente_code)
        if not may_invite_to(logged_in.account, place):
            raise NotAllowed
        await self._invite(logged_in, read_invited(typed_email), place, visitor)

    async def invite_by_command(self, typed_email: str, gemeente_code: str, role: Role) -> MailAddress:
        """Staff, where nobody is there yet who could. Raises InputRefused and NoSuchGemeente."""
        email = read_invited(typed_email)
        async with self._database.transaction() as tx:
            await tx.lock_address(email.key)
            await self._issue(tx, email, Place(role, None, gemeente_code), None, None)
        return email

    async def send_again(
        self,
        logged_in: LoggedIn,
        invitation_id: UUID | None,
        visitor: Visitor,
        *,
        gemeente_code: str | None = None,
    ) -> None:
        """A further mail, also of one that has expired; `invitation_id` None is no invitation.

        Where it awaits his word, whoever asks for it says that the address is right, and it is mailed again.
        `gemeente_code` is where staff look after it, None for whoever acts from elsewhere.

        One that is good stays on the word of whoever invited, and gives nobody more than was given already,
        so that no fresh proof is asked. It is for one that has expired, or whose inviter could no longer
        invite: he who sends it invites anew.
        Raises ProofNeeded, FactorOwed, InputRefused, TooOften, SessionGone and, also for one that he may not
        know of, NoSuchInvitation.
        """
        found = await self._found(logged_in, invitation_id, gemeente_code)
        await self._throttle.count_invitation(visitor, logged_in.account.id, found.email.key)
        async with await self._counting_lift(found), self._database.transaction() as tx:
            await tx.lock_address(found.email.key)
            inviter = await lock_full_session(tx, logged_in)
            refuse_disputed(inviter)
            invitation, now = await self._locked(tx, inviter, found.id), self._clock()
            if not invitation.is_expired(now) and await is_vouched_for(tx, invitation):
                on_word_of = invitation.invited_by
            else:
                on_word_of = (await lock_proven_session(tx, logged_in, now)).id
            # By the mail of before, of which he was told: else the line would tell what is nobody's to know.
            awaits_word = await tx.people.awaits_word(invitation.id, now)
            await self._issue(tx, invitation.email, invitation.place, inviter, on_word_of)
            if awaits_word:
                # As of before the new mail: where it comes back, too, the address is mailed no more again.
                act = AuditedAct.SUPPRESSION_LIFTED_FOR_INVITED
                await lift(tx, invitation.email, line_about(act, invitation, inviter, now))

    async def withdraw(
        self, logged_in: LoggedIn, invitation_id: UUID | None, *, gemeente_code: str | None = None
    ) -> None:
        """Its codes are void from then on; the rest as above.

        Raises FactorOwed, TooOften, SessionGone and, also for one that he may not know of, NoSuchInvitation.
        """
        found = await self._found(logged_in, invitation_id, gemeente_code)
        await self._throttle.count_own_act(logged_in.account.id)
        async with self._database.transaction() as tx:
            await tx.lock_address(found.email.key)
            actor = await lock_full_session(tx, logged_in)
            refuse_disputed(actor)
            invitation = await self._locked(tx, actor, found.id)
            await withdraw_one(tx, invitation, actor, self._clock())

    async def _invite(self, logged_in: LoggedIn, email: MailAddress, place: Place, visitor: Visitor) -> None:
        require_fresh_proof(logged_in)
        await self._throttle.count_invitation(visitor, logged_in.account.id, email.key)
        async with self._database.transaction() as tx:
            await tx.lock_address(email.key)
            inviter = await lock_proven_session(tx, logged_in, self._clock())
            refuse_disputed(inviter)
            # Judged anew: his role may have changed meanwhile.
            if not may_invite_to(inviter, place):
                raise NotAllowed
            await self._issue(tx, email, place, inviter, inviter.id)

    async def _counting_lift(self, found: Invitation) -> AbstractAsyncContextManager[None]:
        """Where it awaits the word of a company; staff give it as often as they like."""
        company_id = found.place.company_id
        if company_id is not None:
            async with self._database.transaction() as tx:
                awaits_word = await tx.people.awaits_word(found.id, self._clock())
            if awaits_word:
                return self._throttle.counting_lift(company_id, found.email.key)
        return nullcontext()

    async def _issue(
        self,
        tx: Transaction,
        email: MailAddress,
        place: Place,
        inviter: Account | None,
        on_word_of: UUID | None,
    ) -> None:
        now = self._clock()
        gemeente = await gemeente_to_ask(tx, place)
        former = await tx.invitations.lock_for(email.key, place)
        invitation = Invitation(
            id=former.id if former else uuid4(),
            email=email,
            place=place,
            invited_by=on_word_of,
            invited_at=now,
            expires_at=now + self._lifetime,
        )
        if former and former.invited_by != invitation.invited_by:
            # Whoever has a code of the former inviter would come in on the word of this one.
            await tx.codes.void_all(Owner(invitation_id=former.id), now)
        await tx.invitations.put(invitation)
        known = await tx.accounts.with_address(email.key)
        await self._facts.invited(tx, invitation, gemeente, now, inviter=inviter, known=known)
        await tx.audit.add(line_about(AuditedAct.INVITED, invitation, inviter, now))
        log.info("invited", invitation=str(invitation.id), role=place.role, gemeente=place.gemeente_code)

    async def _found(
        self, logged_in: LoggedIn, invitation_id: UUID | None, gemeente_code: str | None
    ) -> Invitation:
        async with self._database.transaction() as tx:
            found = await tx.invitations.with_id(invitation_id) if invitation_id else None
            if found and gemeente_code not in (None, found.place.gemeente_code):
                raise NoSuchInvitation
            return self._his_to_decide(tx, found, logged_in.account)

    async def _locked(self, tx: Transaction, actor: Account, invitation_id: UUID) -> Invitation:
        return self._his_to_decide(tx, await tx.invitations.lock(invitation_id), actor)

    def _his_to_decide(self, tx: Transaction, invitation: Invitation | None, actor: Account) -> Invitation:
        # Not there any more: a colleague was sooner, and nothing was tried on anybody.
        if invitation is None:
            raise NoSuchInvitation
        if not may_invite_to(actor, invitation.place):
            log.warning("act_refused", actor=str(actor.id), invitation=str(invitation.id))
            tx.note_refused(refused_act(actor, self._clock()))
            raise NoSuchInvitation
        return invitation


def read_invited(typed: str, *, has_place: bool = True) -> MailAddress:
    """Raises InputRefused, with the role where none was chosen: a person sees at once all that is wrong."""
    role_missing = () if has_place else (Violation(Field.ROLE, Problem.EMPTY),)
    try:
        return read_email(typed)
    except FieldRefused as refusal:
        raise InputRefused(Violation(Field.INVITED_EMAIL, refusal.problem), *role_missing) from None


async def gemeente_to_ask(tx: Transaction, place: Place) -> Gemeente:
    """Whose contact stands in the mail; one that never took part has none. No staff for a dissolved one."""
    gemeente = await tx.gemeenten.with_code(place.gemeente_code)
    if gemeente is None:
        raise NoSuchGemeente
    if place.role is Role.GEMEENTEMEDEWERKER and gemeente.dissolved_in:
        raise InputRefused(Violation(Field.INVITED_EMAIL, Problem.DISSOLVED))
    if not gemeente.email:
        raise InputRefused(Violation(Field.INVITED_EMAIL, Problem.NO_CONTACT))
    return gemeente
