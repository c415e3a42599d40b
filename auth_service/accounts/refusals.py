"""What can be refused, each named as the fact it states; the doors choose words and status codes."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from auth_service.accounts.attempt_budgets import Act


class Field(StrEnum):
    """What a person fills in."""

    COMPANY_NAME = "company_name"
    STREET_ADDRESS = "street_address"
    POSTCODE = "postcode"
    PLACE = "place"
    GEMEENTE = "gemeente"
    KVK_NUMBER = "kvk_number"
    PHONE = "phone"
    SLEEPING_PLACES = "sleeping_places"
    ACCOMMODATION = "accommodation"
    EMAIL = "email"
    PASSWORD = "password"  # noqa: S105 - the name of a field.
    CURRENT_PASSWORD = "current_password"  # noqa: S105 - the name of a field.
    NEW_PASSWORD = "new_password"  # noqa: S105 - the name of a field.
    CODE = "code"
    TOTP_CODE = "totp_code"
    RECOVERY_CODE = "recovery_code"
    EITHER_CODE = "either_code"
    MAILED_CODE = "mailed_code"
    REASON = "reason"
    BLOCKING_REASON = "blocking_reason"
    INVITED_EMAIL = "invited_email"
    ROLE = "role"
    REJECTION_REASON = "rejection_reason"
    TOTP_REQUIRED = "totp_required"
    PARTICIPATING = "participating"
    CONTACT_EMAIL = "contact_email"
    CONTACT_PHONE = "contact_phone"
    REQUIRES_APPROVAL = "requires_approval"
    ACCOMMODATION_TYPES = "accommodation_types"
    RESET_WAIT = "reset_wait"
    HOST = "host"
    RELEASE_REASON = "release_reason"
    IDENTIFIED_BY = "identified_by"
    IDENTIFIED_HOW = "identified_how"
    STARTS_ON = "starts_on"
    POLICY_REASON = "policy_reason"


class Problem(StrEnum):
    """What is wrong with a field."""

    EMPTY = "empty"
    WRONG = "wrong"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    TOO_HIGH = "too_high"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    HOLDS_ALREADY = "holds_already"
    CONTROL_CHARACTER = "control_character"
    NO_HOUSE_NUMBER = "no_house_number"
    ESTABLISHMENT_NUMBER = "establishment_number"
    UNKNOWN_PLACE = "unknown_place"
    SEVERAL_GEMEENTEN = "several_gemeenten"
    NOT_SUBSCRIBED = "not_subscribed"
    OTHER_GEMEENTE = "other_gemeente"
    DISSOLVED = "dissolved"
    HOST_TAKEN = "host_taken"
    NOT_IN_TENANT = "not_in_tenant"
    NOT_OFFERED = "not_offered"
    SAME_EMAIL = "same_email"
    NO_CONTACT = "no_contact"
    NOT_CORRECTED = "not_corrected"
    COMMON_PASSWORD = "common_password"  # noqa: S105 - a problem, not a password.
    CONTEXT_PASSWORD = "context_password"  # noqa: S105 - a problem, not a password.
    SAME_PASSWORD = "same_password"  # noqa: S105 - a problem, not a password.
    NO_PASSWORD = "no_password"  # noqa: S105 - a problem, not a password.
    NOT_THIS_PASSWORD = "not_this_password"  # noqa: S105 - a problem, not a password.


class FieldRefused(Exception):
    """One field can't be used; caught where all fields of a form are gathered."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Violation:
    """`facts` fill in the sentence, such as the name of a gemeente."""

    field: Field
    problem: Problem
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)


class Refusal(Exception):
    """The request was understood and is refused; the person can do something about it."""


class InputRefused(Refusal):
    """One or more fields can't be used as they are; in the order of the form.

    `gemeente_choices` holds (code, name) where the place lies in several gemeenten; `accommodation_choices`
    (value, label) where it is known what the gemeente offers.
    """

    def __init__(
        self,
        *violations: Violation,
        gemeente_choices: Sequence[tuple[str, str]] = (),
        accommodation_choices: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(", ".join(f"{violation.field}: {violation.problem}" for violation in violations))
        self.violations = violations
        self.gemeente_choices = gemeente_choices
        self.accommodation_choices = accommodation_choices


class CodeRejected(Refusal):
    """Unknown, expired, used, voided or mailed to a former address: all one to the outside.

    `field` is where it was typed.
    """

    def __init__(self, field: Field = Field.CODE) -> None:
        super().__init__(field)
        self.field = field


class AlreadyObjected(CodeRejected):
    """Only to who holds the very code that ended with his objection; to the outside as any other."""


class ProofMissing(Refusal):
    """The code is right, but this browser isn't the one that registered: the password is needed too."""


class LoginRejected(Refusal):
    """Unknown address or wrong password: all one to the outside."""


class NotActivated(Refusal):
    """Right password of a registration made in this browser, whose address is not confirmed yet."""


class AccountBlocked(Refusal):
    """Right password, but the account may not be used; `gemeente` and `contact` say whom to ask."""

    def __init__(self, gemeente: str, contact: str) -> None:
        super().__init__("account blocked")
        self.gemeente = gemeente
        self.contact = contact


class AwaitingApproval(AccountBlocked):
    """The same, because the gemeente hasn't approved of the company yet."""


class NotApproved(AccountBlocked):
    """The same, because the gemeente rejected the registration of the company."""


class AlreadyDecided(Refusal):
    """The gemeente approved of the company already, or rejected it, or was never asked to."""


class PasswordRejected(Refusal):
    """Not the password of the account that is logged in."""


class NotFound(Refusal):
    """There is none, or none that he may know of, such as another gemeente's."""


class NoSuchAccount(NotFound):
    pass


class NoSuchCompany(NotFound):
    """Neither a company nor a registration."""


class RegistrationMovedOn(Refusal):
    """Meanwhile it was confirmed and has become a company, or somebody else corrected its address."""


class NoSuchGemeente(NotFound):
    pass


class NoSuchInvitation(NotFound):
    pass


class NotAllowed(Refusal):
    """His role may not do this."""


class EnrolmentFrozen(Refusal):
    """Its owner said that a reset by others was not his doing: until staff have spoken with him, nobody sets
    two-factor authentication up; `gemeente` and `contact` say whom to ask.
    """

    def __init__(self, gemeente: str, contact: str) -> None:
        super().__init__("enrolment frozen")
        self.gemeente = gemeente
        self.contact = contact


class ResetWaits(Refusal):
    """Somebody asked for the same reset before; its owner can object until `due_at`."""

    def __init__(self, due_at: datetime) -> None:
        super().__init__(f"due at {due_at}")
        self.due_at = due_at


class ResetOpenToObjection(Refusal):
    """Somebody else reset his second factor, and until then he can say that it wasn't his doing."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"until {until}")
        self.until = until


class NothingWaits(Refusal):
    """There is no reset that waits, or not any more."""


class OwnReset(NotAllowed):
    """Its owner objects to a reset that he did himself: a colleague must speak with the owner."""


class NotFrozen(Refusal):
    """Nobody objected to a reset of this account, or staff released it already."""


class ProofNeeded(Refusal):
    """What is asked for matters: password, and code, must have been proven just now (ASVS 7.5.1)."""


class NoSuchSession(NotFound):
    """The account has no session of that id, or not any more."""


class AccountClosed(AccountBlocked):
    """The same, because its owner closed it."""


class AddressTaken(Refusal):
    """Proven to be read by who wants it, but it belongs to another account meanwhile."""


class LastManager(Refusal):
    """The company has other users, and nobody else to manage them; `gemeente` and `contact` can help."""

    def __init__(self, gemeente: str, contact: str) -> None:
        super().__init__("last manager")
        self.gemeente = gemeente
        self.contact = contact


class OnlyManager(LastManager):
    """The same of who wants to stop managing it: somebody else must do so first."""


class NoOtherManager(Refusal):
    """The same of whose account somebody else wants to close."""


class TooOften(Refusal):
    """Tried more often than allowed; one more try is possible after `wait`."""

    def __init__(self, act: Act, wait: timedelta) -> None:
        super().__init__(f"{act}: wait {wait}")
        self.act = act
        self.wait = wait

    @property
    def retry_after(self) -> int:
        """In whole seconds, rounded up."""
        return ceil(self.wait.total_seconds())


class TooBusy(Refusal):
    """More passwords wait to be checked than can be answered in time; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class Unavailable(Exception):
    """What is needed for an answer can't be asked now; no fault of the person who asks.

    `retry_after` is in seconds.
    """

    retry_after = 30
