"""The facts that cause a mail, one model per kind: what is true, and none of the words."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from shared.contract_model import Address, ContractModel


class GemeenteContact(ContractModel):
    """Whom the reader of a mail can ask; `host` is set where the gemeente has an address of its own."""

    name: str
    email: Address
    phone: str | None = None
    host: str | None = None


class Fact(ContractModel):
    """What every mail needs to know; times are aware."""

    kind: ClassVar[str]

    to: Address
    gemeente: GemeenteContact
    company_name: str | None = None
    occurred_at: AwareDatetime
    expires_at: AwareDatetime
    # Where the mail has a code: sealed by shared.sealing for exactly this event.
    sealed_code: str | None = None


class CodeIssued(Fact):
    """A fact that is nothing without its code."""

    sealed_code: str


class ActivationCodeIssued(CodeIssued):
    kind: ClassVar[str] = "activation_code_issued"

    # When an unconfirmed registration is removed.
    kept_until: AwareDatetime


class RegistrationForExistingAccount(Fact):
    kind: ClassVar[str] = "registration_for_existing_account"


class PasswordResetCodeIssued(CodeIssued):
    kind: ClassVar[str] = "password_reset_code_issued"


class LoggedOut(StrEnum):
    EVERYWHERE = "everywhere"
    ELSEWHERE = "elsewhere"


class PasswordChanged(Fact):
    kind: ClassVar[str] = "password_changed"

    # Elsewhere than on the device on which it was changed, where that was done by who was logged in.
    logged_out: LoggedOut = LoggedOut.EVERYWHERE


class TotpEnabled(Fact):
    kind: ClassVar[str] = "totp_enabled"


class TotpResetBy(StrEnum):
    OWNER = "owner"
    COMPANY = "company"
    GEMEENTE = "gemeente"
    PLATFORM = "platform"


class TotpReset(Fact):
    """With a code where somebody else did it: who then enrols anew also has to read the owner's mail."""

    kind: ClassVar[str] = "totp_reset"

    reset_by: TotpResetBy
    # Whether logging in asks for 2FA, and so for enrolling anew.
    required: bool
    # Where it was some time ago: this mail then only brings a further code.
    reset_at: AwareDatetime | None = None


class RecoveryCodeUsed(Fact):
    kind: ClassVar[str] = "recovery_code_used"

    remaining: Annotated[int, Field(ge=0, le=10)]


class RecoveryCodesReplaced(Fact):
    kind: ClassVar[str] = "recovery_codes_replaced"


class NewDeviceLogin(Fact):
    """`browser` and `system` as the browser calls itself, which can be anything at all."""

    kind: ClassVar[str] = "new_device_login"

    browser: str | None = None
    system: str | None = None


class EmailChangeCodeIssued(CodeIssued):
    """To the new address, which may be anybody's: it doesn't say whose account this is."""

    kind: ClassVar[str] = "email_change_code_issued"


class EmailChangeStage(StrEnum):
    ASKED = "asked"
    DONE = "done"


class EmailChanged(Fact):
    """To the old address when the change is asked; to the old and the new one when it is done."""

    kind: ClassVar[str] = "email_changed"

    stage: EmailChangeStage
    new_address_masked: Address | None = None


class AccountClosed(Fact):
    kind: ClassVar[str] = "account_closed"


class AccountUnused(Fact):
    """Nobody has logged in for long: it is closed at `closes_at`, or later, unless somebody does."""

    kind: ClassVar[str] = "account_unused"

    closes_at: AwareDatetime


class InvitedAs(StrEnum):
    ONDERNEMER = "ondernemer"
    GEBRUIKER = "gebruiker"
    GEMEENTEMEDEWERKER = "gemeentemedewerker"
    BEHEERDER = "beheerder"


class InvitationIssued(Fact):
    """Without a code where the address has an account already: it can't be used for a second one."""

    kind: ClassVar[str] = "invitation_issued"

    invited_as: InvitedAs
    # Whoever invites; none where a command did.
    invited_by: Address | None = None


class TotpRequiredAnnounced(Fact):
    """To those who have none yet."""

    kind: ClassVar[str] = "totp_required_announced"

    required_from: AwareDatetime


class RegistrationApproved(Fact):
    kind: ClassVar[str] = "registration_approved"


class RegistrationRejected(Fact):
    """`reason` as the gemeente typed it for its reader."""

    kind: ClassVar[str] = "registration_rejected"

    reason: str


class SuspiciousLogins(Fact):
    """Wrong passwords, or wrong second factors, so many since then that the account is slowed down."""

    kind: ClassVar[str] = "suspicious_logins"

    # Whether they had the right password, and guessed codes.
    password_was_right: bool


class TotpResetAnnounced(CodeIssued):
    """With a code that stops it, until `reset_at`."""

    kind: ClassVar[str] = "totp_reset_announced"

    reset_by: TotpResetBy
    reset_at: AwareDatetime


class TotpResetDisputed(Fact):
    """To the gemeente: an owner says that a reset by others was not his doing."""

    kind: ClassVar[str] = "totp_reset_disputed"

    account_email: Address
    reset_by: TotpResetBy
    reset_at: AwareDatetime
    # Whether it was stopped before it was done.
    prevented: bool


class DeliveryTested(Fact):
    """Stated by an operator: whether a mail arrives. The gemeente in it is made up."""

    kind: ClassVar[str] = "delivery_tested"


FACTS: tuple[type[Fact], ...] = (
    ActivationCodeIssued,
    RegistrationForExistingAccount,
    PasswordResetCodeIssued,
    PasswordChanged,
    TotpEnabled,
    TotpReset,
    RecoveryCodeUsed,
    RecoveryCodesReplaced,
    NewDeviceLogin,
    EmailChangeCodeIssued,
    EmailChanged,
    AccountClosed,
    InvitationIssued,
    TotpRequiredAnnounced,
    RegistrationApproved,
    RegistrationRejected,
    SuspiciousLogins,
    TotpResetAnnounced,
    TotpResetDisputed,
    AccountUnused,
    DeliveryTested,
)
