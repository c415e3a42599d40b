"""What a helpdesk knows of one company, or of one registration that waits for its code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from auth_service.accounts.account import AccountState, CompanyState, Role
from auth_service.accounts.audit import AuditLine
from auth_service.accounts.company_details import CompanyDetails
from auth_service.accounts.company_search import is_lost
from auth_service.accounts.mail_hitches import MailHitch
from auth_service.accounts.mail_progress import MailProgress, MailState
from auth_service.accounts.places import Gemeente
from auth_service.accounts.suppression import Suppression, is_held_back

# Of the mails that a registration causes, in place of one that tells of another gemeente's account.
CODE_KIND = "activation_code_issued"
TAKEN_KIND = "registration_for_existing_account"


@dataclass(frozen=True)
class Person:
    """Somebody of a company; `reset_at` while he has to set up two-factor authentication anew.

    `reset_due_at` while a reset of it waits for his objection; `suppression` while his address isn't mailed.
    """

    id: UUID
    email: str
    role: Role
    state: AccountState
    opened_at: datetime
    last_login_at: datetime | None
    enrolled_at: datetime | None
    reset_at: datetime | None
    frozen_at: datetime | None
    reset_due_at: datetime | None
    suppression: Suppression | None = None


@dataclass(frozen=True)
class StoryMail:
    """`reply` is the raw one of the receiving server, in whatever words."""

    kind: str
    recipient: str
    sent_at: datetime
    progress: MailProgress
    reply: str | None
    account_id: UUID | None = None


@dataclass(frozen=True)
class DoneAct:
    """`actor_email` where his account is still known; `subject_email` of the account it was done to."""

    line: AuditLine
    actor_email: str | None
    subject_email: str | None


@dataclass(frozen=True)
class Waiting:
    """A registration without an account; `others` are of the same address, `taken_by` who has it now.

    `suppression` while that address isn't mailed.
    """

    email: str
    kept_until: datetime
    others: Sequence[UUID] = ()
    is_taken: bool = False
    taken_by: UUID | None = None
    suppression: Suppression | None = None


@dataclass(frozen=True)
class CompanyStory:
    """`waiting` for a registration, which has no `state` and no people; what happened is the newest first."""

    id: UUID
    gemeente: Gemeente
    details: CompanyDetails
    registered_at: datetime
    state: CompanyState | None
    decided_at: datetime | None
    waiting: Waiting | None
    people: Sequence[Person]
    mails: Sequence[StoryMail]
    acts: Sequence[DoneAct]
    seen_at: datetime


class Stuck(StrEnum):
    """Where an entrepreneur got stuck; the first that holds."""

    ADDRESS_TAKEN = "address_taken"
    ADDRESS_SUPPRESSED = "address_suppressed"
    CODE_HELD_BACK = "code_held_back"
    CODE_REFUSED = "code_refused"
    MAILBOX_FULL = "mailbox_full"
    CODE_LATE = "code_late"
    CODE_DEFERRED = "code_deferred"
    CODE_UNDER_WAY = "code_under_way"
    CODE_UNUSED = "code_unused"
    REJECTED = "rejected"
    AWAITING_APPROVAL = "awaiting_approval"
    CLOSED = "closed"
    FROZEN = "frozen"
    BLOCKED = "blocked"
    MAIL_SUPPRESSED = "mail_suppressed"
    MAIL_HELD_BACK = "mail_held_back"
    MAIL_REFUSED = "mail_refused"
    RESET = "reset"
    RESET_PLANNED = "reset_planned"
    NEVER_LOGGED_IN = "never_logged_in"
    NOT_ENROLLED = "not_enrolled"
    NOT_STUCK = "not_stuck"


@dataclass(frozen=True)
class Diagnosis:
    """`person` whom it is about, and `mail` that shows it, where there is one."""

    stuck: Stuck
    person: Person | None = None
    mail: StoryMail | None = None


def diagnose(story: CompanyStory) -> Diagnosis:
    if story.waiting is not None:
        return diagnose_waiting(story.waiting, story.mails[0] if story.mails else None)
    if story.state is CompanyState.REJECTED:
        return Diagnosis(Stuck.REJECTED)
    if story.state is CompanyState.AWAITING_APPROVAL:
        return Diagnosis(Stuck.AWAITING_APPROVAL)
    return diagnose_people(story)


def diagnose_waiting(waiting: Waiting, mail: StoryMail | None) -> Diagnosis:
    if waiting.is_taken:
        return Diagnosis(Stuck.ADDRESS_TAKEN, mail=mail)
    if waiting.suppression is not None:
        return Diagnosis(Stuck.ADDRESS_SUPPRESSED, mail=mail)
    if mail is None:
        return Diagnosis(Stuck.CODE_UNUSED)
    if is_held_back(mail.reply):
        return Diagnosis(Stuck.CODE_HELD_BACK, mail=mail)
    return Diagnosis(stuck_by(mail.progress), mail=mail)


def stuck_by(progress: MailProgress) -> Stuck:
    """By what became of the newest mail with the code."""
    if is_lost(progress):
        return Stuck.MAILBOX_FULL if progress.hitch is MailHitch.MAILBOX_FULL else Stuck.CODE_REFUSED
    match progress.state:
        case MailState.EXPIRED:
            return Stuck.CODE_LATE
        case MailState.DEFERRED:
            return Stuck.CODE_DEFERRED
        case MailState.QUEUED:
            return Stuck.CODE_UNDER_WAY
        case _:
            return Stuck.CODE_UNUSED


def diagnose_people(story: CompanyStory) -> Diagnosis:
    """Of the first of them that something is the matter with; managers come first."""
    if all(person.state is AccountState.CLOSED for person in story.people):
        return Diagnosis(Stuck.CLOSED)
    for stuck, holds in PERSON_STUCK.items():
        for person in story.people:
            if holds(person):
                return Diagnosis(stuck, person)
    if lost := lost_mail(story):
        return lost
    return diagnose_starting(story)


def is_frozen(person: Person) -> bool:
    return person.state is AccountState.ACTIVE and person.frozen_at is not None


def is_blocked(person: Person) -> bool:
    return person.state is AccountState.BLOCKED


PERSON_STUCK = {Stuck.FROZEN: is_frozen, Stuck.BLOCKED: is_blocked}


def lost_mail(story: CompanyStory) -> Diagnosis | None:
    """Of a person who isn't mailed, or whose newest mail was refused."""
    for person in active(story):
        if person.suppression is not None:
            return Diagnosis(Stuck.MAIL_SUPPRESSED, person)
        newest = next((mail for mail in story.mails if mail.account_id == person.id), None)
        if newest is not None and is_lost(newest.progress):
            stuck = Stuck.MAIL_HELD_BACK if is_held_back(newest.reply) else Stuck.MAIL_REFUSED
            return Diagnosis(stuck, person, newest)
    return None


def diagnose_starting(story: CompanyStory) -> Diagnosis:
    for person in active(story):
        if person.reset_at is not None:
            return Diagnosis(Stuck.RESET, person)
        if person.reset_due_at is not None:
            return Diagnosis(Stuck.RESET_PLANNED, person)
        if person.last_login_at is None:
            return Diagnosis(Stuck.NEVER_LOGGED_IN, person)
        if person.enrolled_at is None and story.gemeente.requires_totp:
            return Diagnosis(Stuck.NOT_ENROLLED, person)
    return Diagnosis(Stuck.NOT_STUCK)


def active(story: CompanyStory) -> list[Person]:
    return [person for person in story.people if person.state is AccountState.ACTIVE]
