"""Lists of people as a template shows them: their role, state and second factor, and what became of mails."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from auth_service.accounts.account import Account, Role
from auth_service.accounts.authority import outranks
from auth_service.accounts.mail_hitches import MailHitch
from auth_service.accounts.mail_progress import MailState, TrailedState
from auth_service.accounts.people import Invited, Person, RightsReview, Roster
from auth_service.accounts.two_factor import ResetBy
from auth_service.web.audit_nl import DOERS
from auth_service.web.company_story_nl import told_suppression
from shared.dutch_times import date, moment

ROLES = {
    Role.ONDERNEMER: "Beheerder",
    Role.GEBRUIKER: "Gebruiker",
    Role.GEMEENTEMEDEWERKER: "Medewerker",
    Role.BEHEERDER: "Beheerder",
}
BLOCKED_BY = {
    ResetBy.COMPANY: "door uw bedrijf",
    ResetBy.GEMEENTE: "door de gemeente",
    ResetBy.PLATFORM: "door de beheerder van het systeem",
}
# As what each role acts on others of its kind.
STANDING = {
    Role.ONDERNEMER: ResetBy.COMPANY,
    Role.GEMEENTEMEDEWERKER: ResetBy.GEMEENTE,
    Role.BEHEERDER: ResetBy.PLATFORM,
}
NEVER = "nog nooit"
MAILS = {
    MailState.QUEUED: "E-mail wordt verstuurd",
    MailState.DEFERRED: "E-mail vertraagd",
    MailState.DELIVERED: "E-mail verstuurd",
    MailState.REFUSED: "E-mail geweigerd",
    MailState.EXPIRED: "E-mail niet op tijd bezorgd",
    # As what is held back: where no server refuses at once, another word would tell that others were mailed.
    MailState.BOUNCED: "E-mail geweigerd",
}
NOT_TAKEN = "de mailserver neemt de e-mail niet aan"
WHY = {
    MailHitch.ADDRESS_UNKNOWN: "dit adres bestaat niet",
    MailHitch.DOMAIN_UNKNOWN: "het deel na het @-teken klopt niet",
    MailHitch.MAILBOX_FULL: "de mailbox is vol",
    MailHitch.FILTERED: "een spamfilter houdt de e-mail tegen",
    MailHitch.BUSY: NOT_TAKEN,
    MailHitch.NOT_SENT: "dat ligt aan ons",
    MailHitch.OTHER: NOT_TAKEN,
}
GONE_WRONG = frozenset({MailState.REFUSED, MailState.EXPIRED, MailState.BOUNCED})


@dataclass(frozen=True)
class PersonRow:
    """`blocked_by` in words where he is blocked; `can_act` whether whoever looks can block or unblock him.

    `no_mail` is a sentence where his address isn't mailed.
    """

    id: UUID
    email: str
    role: str
    is_manager: bool
    is_self: bool
    blocked_by: str | None
    can_act: bool
    enrolled: str | None
    last_login: str
    since: str
    gemeente_code: str
    no_mail: str | None

    @property
    def is_blocked(self) -> bool:
        return self.blocked_by is not None


@dataclass(frozen=True)
class InvitedRow:
    """`mail` is what became of it, None where that is forgotten.

    `is_void`: whoever invited could do so no longer. `awaits_word`: it isn't mailed until he says that its
    address is right.
    """

    id: UUID
    email: str
    role: str
    is_expired: bool
    is_void: bool
    until: str
    mail: str | None
    mail_is_wrong: bool
    awaits_word: bool


@dataclass(frozen=True)
class ReviewView:
    at: str
    reviewer: str
    is_overdue: bool


def people_of(roster: Roster, looker: Account) -> list[PersonRow]:
    return [row_of(person, looker) for person in roster.people]


def row_of(person: Person, looker: Account) -> PersonRow:
    blocked_by = (person.blocked_by or ResetBy.PLATFORM) if person.is_blocked else None
    is_self = person.id == looker.id
    is_out_of_reach = blocked_by is not None and outranks(blocked_by, STANDING[looker.role])
    return PersonRow(
        id=person.id,
        email=person.email,
        role=ROLES[person.role],
        is_manager=person.role is Role.ONDERNEMER,
        is_self=is_self,
        blocked_by=BLOCKED_BY[blocked_by] if blocked_by else None,
        can_act=not (is_self or is_out_of_reach),
        enrolled=date(person.enrolled_at) if person.enrolled_at else None,
        last_login=date(person.last_login_at) if person.last_login_at else NEVER,
        since=date(person.since),
        gemeente_code=person.gemeente_code,
        no_mail=told_suppression(person.suppression) if person.suppression else None,
    )


def invited_of(roster: Roster) -> list[InvitedRow]:
    return [invited_row(each, roster.seen_at) for each in roster.invited]


def invited_row(invited: Invited, now: datetime) -> InvitedRow:
    invitation = invited.invitation
    return InvitedRow(
        id=invitation.id,
        email=invitation.email.text,
        role=ROLES[invitation.place.role],
        is_expired=invitation.is_expired(now),
        is_void=not invited.stands,
        until=date(invitation.expires_at),
        mail=told_of_mail(invited.mail, now) if invited.mail else None,
        mail_is_wrong=invited.mail is not None and invited.mail.state in GONE_WRONG,
        awaits_word=invited.awaits_word,
    )


def told_of_mail(mail: TrailedState, now: datetime) -> str:
    """`E-mail geweigerd: dit adres bestaat niet`."""
    progress = mail.progress(now)
    what = MAILS[progress.state]
    return f"{what}: {WHY[progress.hitch]}" if progress.hitch else what


def review_of(review: RightsReview | None, now: datetime) -> ReviewView | None:
    if review is None:
        return None
    return ReviewView(moment(review.at), review.reviewer or DOERS[review.role], review.is_overdue(now))
