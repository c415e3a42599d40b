"""How often something may be tried: so many times at once, and after that once more with every pause.

A slow-down with a wait that can be told, and never a lock: whatever a stranger does, a budget fills up
again by itself. Tight budgets are for one network and one mail address together; wide ones for either of
them bound what many networks, or many addresses, add up to. A browser in which the account was used is in
none of those: neither strangers nor a guest at the owner's own network can use up what is his.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from auth_service.accounts.visitors import Visitor


class Act(StrEnum):
    """What was tried too often, as a person would call it."""

    LOGIN = "login"
    MAIL = "mail"
    FORM = "form"
    CODE = "code"
    ANNOUNCEMENT = "announcement"
    LIFTING = "lifting"


class MailKind(StrEnum):
    """What a mail is asked for; somebody who asks for one kind must not use up the others."""

    REGISTRATION = "registration"
    CODE = "code"
    RESET = "reset"
    EMAIL_CHANGE = "email_change"
    INVITATION = "invitation"


class Suspicion(StrEnum):
    """What is guessed of an account, from many networks; codes by somebody who has its password."""

    PASSWORDS = "passwords"
    CODES = "codes"


@dataclass(frozen=True)
class Budget:
    """`at_once` tries are free; from then on one more comes with each `pause`.

    The generic cell rate algorithm: one moment says how far a budget is used up. It is whole again at
    `rested_at`; each try moves that by a pause, counted from now where it has passed.
    """

    name: str
    act: Act
    at_once: int
    pause: timedelta

    @cached_property
    def allowance(self) -> timedelta:
        """A try that moves the moment of rest further ahead than this comes too soon."""
        return self.at_once * self.pause

    def wait(self, rested_at: datetime, now: datetime) -> timedelta:
        """How long a try must wait that moved the moment to `rested_at`; zero or less: not at all."""
        return rested_at - now - self.allowance

    def has_room(self, rested_at: datetime, now: datetime) -> bool:
        """Whether the try that moved it to `rested_at` was within the budget."""
        return self.wait(rested_at, now) <= timedelta(0)


@dataclass(frozen=True)
class Claim:
    """One try, on the budget of whom or what it is counted for."""

    budget: Budget
    counted_for: tuple[str, ...]

    @cached_property
    def key(self) -> bytes:
        # A digest, so that the table holds no mail and network addresses in clear.
        return hashlib.sha256("\0".join((self.budget.name, *self.counted_for)).encode()).digest()


# Five slips of a finger, then once a minute;
LOGIN_HERE = Budget("login_here", Act.LOGIN, at_once=5, pause=timedelta(minutes=1))
# but not all day long: else one network alone would use up, as fast as it fills, what is for all of them.
LOGIN_HERE_LONG = Budget("login_here_long", Act.LOGIN, at_once=20, pause=timedelta(hours=2))
# NIST SP 800-63B-4 § 3.2.2 counts to 100 and then disables; that would let a stranger lock the owner out.
# 50 and then 144 a day are as hopeless against a password of 15 characters that is on no list.
LOGIN_ACCOUNT = Budget("login_account", Act.LOGIN, at_once=50, pause=timedelta(minutes=10))
# Many people may sit behind one address; who gives the right password is not counted.
LOGIN_NETWORK = Budget("login_network", Act.LOGIN, at_once=100, pause=timedelta(seconds=10))
LOGIN_KNOWN_BROWSER = Budget("login_known_browser", Act.LOGIN, at_once=10, pause=timedelta(minutes=1))
# Second factors, guessed by somebody who has the password. Three of a million codes are right at a time, so
# that 20 at once and 48 a day are one chance in 7 000 a day.
CODE_HERE = Budget("code_here", Act.CODE, at_once=5, pause=timedelta(minutes=5))
CODE_HERE_LONG = Budget("code_here_long", Act.CODE, at_once=15, pause=timedelta(hours=5))
CODE_ACCOUNT = Budget("code_account", Act.CODE, at_once=20, pause=timedelta(minutes=30))
CODE_PROVEN_BROWSER = Budget("code_proven_browser", Act.CODE, at_once=10, pause=timedelta(minutes=5))
# Whoever sets it up sees the secret, so that nothing is guessed: this bounds what judging costs. His own, so
# that nobody else at his network can keep him from it.
ENROLMENT = Budget("enrolment", Act.FORM, at_once=20, pause=timedelta(minutes=1))
# Right passwords too: each costs a core some 25 ms, and everybody can have an account to log in with.
LOGIN_WORK = Budget("login_work", Act.LOGIN, at_once=120, pause=timedelta(seconds=1))

# Mails that somebody who isn't logged in can cause; of all kinds from one network,
MAIL_HERE = Budget("mail_here", Act.MAIL, at_once=4, pause=timedelta(minutes=15))
MAIL_HERE_LONG = Budget("mail_here_long", Act.MAIL, at_once=8, pause=timedelta(hours=2))
# of one kind from all networks,
MAIL_ADDRESS = Budget("mail_address", Act.MAIL, at_once=8, pause=timedelta(minutes=6))
# or, instead of those three, from a browser that registered the address or in which its account was used.
MAIL_OWN_BROWSER = Budget("mail_own_browser", Act.MAIL, at_once=4, pause=timedelta(minutes=10))
# Whoever registers an address holds a receipt of it: many of them must not add up, at one network or at all.
MAIL_REGISTERED_HERE = Budget("mail_registered_here", Act.MAIL, at_once=6, pause=timedelta(hours=1))
MAIL_REGISTERED = Budget("mail_registered", Act.MAIL, at_once=8, pause=timedelta(minutes=6))
# About logins from elsewhere; with more of them the owner is told no less.
NEW_DEVICE_MAIL = Budget("new_device_mail", Act.MAIL, at_once=5, pause=timedelta(hours=2))
# To other addresses each time: whoever uses our forms to mail strangers.
MAIL_NETWORK = Budget("mail_network", Act.FORM, at_once=30, pause=timedelta(minutes=1))

# Registrations, which cost work before anything is known to be right, codes that are wrong, and forms that
# are kept for somebody whose session is over. A code that was mailed is never counted here: nobody else at
# that network may keep its owner from using it.
FORM_NETWORK = Budget("form_network", Act.FORM, at_once=60, pause=timedelta(seconds=5))
# Whoever holds a mailed code may still have to know the password that was chosen with it.
ACTIVATION_PASSWORD = Budget("activation_password", Act.FORM, at_once=10, pause=timedelta(minutes=5))
# Reading a new password costs work too.
RESET_PASSWORD = Budget("reset_password", Act.FORM, at_once=20, pause=timedelta(minutes=1))
# The same of who was invited, and chooses his first one.
INVITATION_PASSWORD = Budget("invitation_password", Act.FORM, at_once=20, pause=timedelta(minutes=1))
# A whole team in one go, and then no list of strangers: each can name another address.
MAIL_STRANGERS = Budget("mail_strangers", Act.FORM, at_once=20, pause=timedelta(minutes=6))
# Of an address that a mail server said to be none: each is a mail that most likely comes back, which harms
# what others think of our mail. Apart for each company: else one would learn what another did.
LIFTING_FOR_INVITED = Budget("lifting_for_invited", Act.LIFTING, at_once=1, pause=timedelta(hours=23))
# Each warns the address that the account has: who got in must not bury that under a hundred others.
EMAIL_CHANGE = Budget("email_change", Act.MAIL, at_once=5, pause=timedelta(minutes=15))
# Of other people's second factor: whoever takes over a session of staff must not reset everybody's. A busy
# helpdesk has one or two in a day.
RESET_FOR_OTHERS = Budget("reset_for_others", Act.FORM, at_once=10, pause=timedelta(minutes=30))
# What leaves a line in the audit trail, or reads all there is about somebody.
OWN_ACT = Budget("own_act", Act.FORM, at_once=30, pause=timedelta(minutes=1))
# Lines that are kept of acts on what isn't one's own: enough to be noticed, too few to bury the others.
REFUSED_ACT = Budget("refused_act", Act.FORM, at_once=10, pause=timedelta(minutes=30))
# Each reads all there is about a gemeente.
TRAIL_EXPORT = Budget("trail_export", Act.FORM, at_once=5, pause=timedelta(minutes=10))
# One a day, however long somebody goes on; if he finds the password and guesses codes, that is told anew.
SUSPICION_MAIL = Budget("suspicion_mail", Act.MAIL, at_once=1, pause=timedelta(hours=23))

# Mails that staff send to somebody, whoever of them does. What strangers ask for counts apart.
HELPING_MAIL = Budget("helping_mail", Act.MAIL, at_once=4, pause=timedelta(minutes=10))
# Each mails all entrepreneurs of a gemeente who have no second factor: once, and once to correct a slip.
ANNOUNCEMENT = Budget("announcement", Act.ANNOUNCEMENT, at_once=2, pause=timedelta(hours=23))

BUDGETS = (
    LOGIN_HERE,
    LOGIN_HERE_LONG,
    LOGIN_ACCOUNT,
    LOGIN_NETWORK,
    LOGIN_KNOWN_BROWSER,
    LOGIN_WORK,
    CODE_HERE,
    CODE_HERE_LONG,
    CODE_ACCOUNT,
    CODE_PROVEN_BROWSER,
    ENROLMENT,
    MAIL_HERE,
    MAIL_HERE_LONG,
    MAIL_ADDRESS,
    MAIL_OWN_BROWSER,
    MAIL_REGISTERED_HERE,
    MAIL_REGISTERED,
    MAIL_NETWORK,
    NEW_DEVICE_MAIL,
    FORM_NETWORK,
    ACTIVATION_PASSWORD,
    RESET_PASSWORD,
    INVITATION_PASSWORD,
    MAIL_STRANGERS,
    LIFTING_FOR_INVITED,
    EMAIL_CHANGE,
    RESET_FOR_OTHERS,
    OWN_ACT,
    REFUSED_ACT,
    HELPING_MAIL,
    ANNOUNCEMENT,
    TRAIL_EXPORT,
    SUSPICION_MAIL,
)


@dataclass(frozen=True)
class OwnBrowser:
    """What shows that an address is the visitor's: his browser, in which its account was used.

    `is_proven` False: only a receipt, which anybody gets who registers the address. `counted_as` is a digest.
    """

    counted_as: bytes
    is_proven: bool


def login_work_claims(visitor: Visitor, *, known_browser: bytes | None) -> tuple[Claim, ...]:
    """One check of a password, right or wrong; `known_browser` as below."""
    whose = known_browser.hex() if known_browser else visitor.address
    return (Claim(LOGIN_WORK, (whose,)),)


def login_claims(visitor: Visitor, email_key: str, *, known_browser: bytes | None) -> tuple[Claim, ...]:
    """One wrong password.

    `known_browser`: as what his browser is counted, where the account of this address was used in it before.
    """
    if known_browser:
        return (Claim(LOGIN_KNOWN_BROWSER, (known_browser.hex(), email_key)),)
    return (
        Claim(LOGIN_HERE, (visitor.address, email_key)),
        Claim(LOGIN_HERE_LONG, (visitor.address, email_key)),
        Claim(LOGIN_ACCOUNT, (email_key,)),
        Claim(LOGIN_NETWORK, (visitor.address,)),
    )


def code_claims(visitor: Visitor, account_id: UUID, *, proven_browser: bytes | None) -> tuple[Claim, ...]:
    """One wrong second factor. `proven_browser`: the same, where one was proven there before."""
    whose = str(account_id)
    if proven_browser:
        return (Claim(CODE_PROVEN_BROWSER, (proven_browser.hex(), whose)),)
    return (
        Claim(CODE_HERE, (visitor.address, whose)),
        Claim(CODE_HERE_LONG, (visitor.address, whose)),
        Claim(CODE_ACCOUNT, (whose,)),
    )


def enrolment_claims(account_id: UUID) -> tuple[Claim, ...]:
    return (Claim(ENROLMENT, (str(account_id),)),)


def mail_claims(
    visitor: Visitor, email_key: str, kind: MailKind, *, own: OwnBrowser | None
) -> tuple[Claim, ...]:
    inbox = inbox_of(email_key)
    if own is None:
        return (
            Claim(MAIL_HERE, (visitor.address, inbox)),
            Claim(MAIL_HERE_LONG, (visitor.address, inbox)),
            Claim(MAIL_NETWORK, (visitor.address,)),
            Claim(MAIL_ADDRESS, (kind, inbox)),
        )
    of_this_browser = Claim(MAIL_OWN_BROWSER, (own.counted_as.hex(), inbox))
    if own.is_proven:
        return (of_this_browser,)
    return (
        of_this_browser,
        Claim(MAIL_REGISTERED_HERE, (visitor.address, inbox)),
        Claim(MAIL_REGISTERED, (inbox,)),
    )


def new_device_claims(account_id: UUID) -> tuple[Claim, ...]:
    return (Claim(NEW_DEVICE_MAIL, (str(account_id),)),)


def inbox_of(email_key: str) -> str:
    """Without a +tag, which most providers deliver to the same inbox."""
    local, _, domain = email_key.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def form_claims(visitor: Visitor) -> tuple[Claim, ...]:
    return (Claim(FORM_NETWORK, (visitor.address,)),)


def activation_password_claims(code_digest: bytes) -> tuple[Claim, ...]:
    return (Claim(ACTIVATION_PASSWORD, (code_digest.hex(),)),)


def reset_password_claims(code_digest: bytes) -> tuple[Claim, ...]:
    return (Claim(RESET_PASSWORD, (code_digest.hex(),)),)


def invitation_password_claims(code_digest: bytes) -> tuple[Claim, ...]:
    return (Claim(INVITATION_PASSWORD, (code_digest.hex(),)),)


def invitation_claims(visitor: Visitor, inviter_id: UUID, email_key: str) -> tuple[Claim, ...]:
    """Whoever is invited is a stranger to who invites him."""
    mail = mail_claims(visitor, email_key, MailKind.INVITATION, own=None)
    return (*mail, Claim(MAIL_STRANGERS, (str(inviter_id),)))


def lifting_claims(company_id: UUID, email_key: str) -> tuple[Claim, ...]:
    return (Claim(LIFTING_FOR_INVITED, (str(company_id), email_key)),)


def email_change_claims(visitor: Visitor, account_id: UUID, email_key: str) -> tuple[Claim, ...]:
    """The address that is asked for may be anybody's, so it counts as that of a stranger."""
    mail = mail_claims(visitor, email_key, MailKind.EMAIL_CHANGE, own=None)
    return (*mail, Claim(EMAIL_CHANGE, (str(account_id),)))


def helping_mail_claims(email_key: str) -> tuple[Claim, ...]:
    return (Claim(HELPING_MAIL, (inbox_of(email_key),)),)


def announcement_claims(gemeente_code: str) -> tuple[Claim, ...]:
    return (Claim(ANNOUNCEMENT, (gemeente_code,)),)


def correction_claims(actor_id: UUID, email_key: str) -> tuple[Claim, ...]:
    """A registration goes to another address, which may be anybody's."""
    return (*helping_mail_claims(email_key), Claim(MAIL_STRANGERS, (str(actor_id),)))


def own_act_claims(account_id: UUID) -> tuple[Claim, ...]:
    return (Claim(OWN_ACT, (str(account_id),)),)


def refused_act_claims(actor_id: UUID | None) -> tuple[Claim, ...]:
    return (Claim(REFUSED_ACT, (str(actor_id),)),)


def trail_export_claims(account_id: UUID) -> tuple[Claim, ...]:
    return (Claim(TRAIL_EXPORT, (str(account_id),)),)


def suspicion_claims(account_id: UUID, suspicion: Suspicion) -> tuple[Claim, ...]:
    return (Claim(SUSPICION_MAIL, (suspicion, str(account_id))),)


def reset_for_others_claims(account_id: UUID) -> tuple[Claim, ...]:
    """`account_id`: of whoever resets."""
    return (Claim(RESET_FOR_OTHERS, (str(account_id),)),)
