"""The facts that cause a mail, one model per kind: what is true, and none of the words."""

from typing import ClassVar

from pydantic import AwareDatetime

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


class PasswordChanged(Fact):
    kind: ClassVar[str] = "password_changed"


FACTS: tuple[type[Fact], ...] = (
    ActivationCodeIssued,
    RegistrationForExistingAccount,
    PasswordResetCodeIssued,
    PasswordChanged,
)
