"""How often something may be tried: so many times at once, and after that once more with every pause.

A slow-down with a wait that can be told, and never a lock: whatever a stranger does, a budget fills up
again by itself. Tight budgets are for one network and one mail address together; wide ones for either of
them bound what many networks, or many addresses, add up to. The owner's own browser is in none of those.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from auth_service.accounts.tokens import token_digest
from auth_service.accounts.visitors import Visitor


class Act(StrEnum):
    """What was tried too often, as a person would call it."""

    LOGIN = "login"
    MAIL = "mail"
    FORM = "form"


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

    def wait(self, rested_at: datetime, now: datetime) -> timedelta:
        """How long a try must wait that moved the moment to `rested_at`; zero or less: not at all."""
        return rested_at - now - self.at_once * self.pause


@dataclass(frozen=True)
class Claim:
    """One try, on the budget of whom or what it is counted for."""

    budget: Budget
    counted_for: tuple[str, ...]

    @property
    def key(self) -> bytes:
        # A digest, so that the table holds no mail and network addresses in clear.
        return hashlib.sha256("\0".join((self.budget.name, *self.counted_for)).encode()).digest()


# Five slips of a finger, then once a minute.
LOGIN_HERE = Budget("login_here", Act.LOGIN, at_once=5, pause=timedelta(minutes=1))
# NIST SP 800-63B-4 § 3.2.2 counts to 100 and then disables; that would let a stranger lock the owner out.
# 50 and then 144 a day are as hopeless against a password of 15 characters that is on no list.
LOGIN_ACCOUNT = Budget("login_account", Act.LOGIN, at_once=50, pause=timedelta(minutes=10))
# Many people may sit behind one address; who gives the right password is not counted.
LOGIN_NETWORK = Budget("login_network", Act.LOGIN, at_once=100, pause=timedelta(seconds=10))
LOGIN_KNOWN_BROWSER = Budget("login_known_browser", Act.LOGIN, at_once=10, pause=timedelta(minutes=1))

# Mails of all kinds that somebody who isn't logged in can cause.
MAIL_HERE = Budget("mail_here", Act.MAIL, at_once=4, pause=timedelta(minutes=15))
MAIL_ADDRESS = Budget("mail_address", Act.MAIL, at_once=12, pause=timedelta(minutes=5))
MAIL_OWN_BROWSER = Budget("mail_own_browser", Act.MAIL, at_once=4, pause=timedelta(minutes=10))
# To other addresses each time: whoever uses our forms to mail strangers.
MAIL_NETWORK = Budget("mail_network", Act.FORM, at_once=30, pause=timedelta(minutes=1))

# Reading a form with a password, or a code, costs work before anything is known to be right.
FORM_NETWORK = Budget("form_network", Act.FORM, at_once=60, pause=timedelta(seconds=5))
# Whoever holds a mailed code may still have to know the password that was chosen with it.
ACTIVATION_PASSWORD = Budget("activation_password", Act.FORM, at_once=10, pause=timedelta(minutes=5))

BUDGETS = (
    LOGIN_HERE,
    LOGIN_ACCOUNT,
    LOGIN_NETWORK,
    LOGIN_KNOWN_BROWSER,
    MAIL_HERE,
    MAIL_ADDRESS,
    MAIL_OWN_BROWSER,
    MAIL_NETWORK,
    FORM_NETWORK,
    ACTIVATION_PASSWORD,
)


def login_claims(visitor: Visitor, email_key: str, *, known_browser: bool) -> tuple[Claim, ...]:
    """`known_browser`: the account of this address was used in the visitor's browser before."""
    if known_browser:
        return (Claim(LOGIN_KNOWN_BROWSER, (held(visitor.browser), email_key)),)
    return (
        Claim(LOGIN_HERE, (visitor.address, email_key)),
        Claim(LOGIN_ACCOUNT, (email_key,)),
        Claim(LOGIN_NETWORK, (visitor.address,)),
    )


def mail_claims(visitor: Visitor, email_key: str, *, own_token: str | None) -> tuple[Claim, ...]:
    """`own_token`: what shows that this address was registered or used in the visitor's browser."""
    if own_token is None:
        all_networks = Claim(MAIL_ADDRESS, (email_key,))
    else:
        # Strangers who ask for mails to this address must not keep its owner from his.
        all_networks = Claim(MAIL_OWN_BROWSER, (held(own_token), email_key))
    return (
        Claim(MAIL_HERE, (visitor.address, email_key)),
        Claim(MAIL_NETWORK, (visitor.address,)),
        all_networks,
    )


def form_claims(visitor: Visitor) -> tuple[Claim, ...]:
    return (Claim(FORM_NETWORK, (visitor.address,)),)


def activation_password_claims(code_digest: bytes) -> tuple[Claim, ...]:
    return (Claim(ACTIVATION_PASSWORD, (code_digest.hex(),)),)


def held(token: str | None) -> str:
    return token_digest(token or "").hex()
