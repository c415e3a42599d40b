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
)
