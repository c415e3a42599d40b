"""Made-up facts: the example of each kind, and every other way in which its mail can read."""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from shared.mail_contract import decode, type_of_fact
from shared.mail_facts import (
    FACTS,
    ActivationCodeIssued,
    EmailChanged,
    EmailChangeStage,
    Fact,
    GemeenteContact,
    InvitationIssued,
    InvitedAs,
    LoggedOut,
    NewDeviceLogin,
    PasswordChanged,
    PasswordResetCodeIssued,
    RecoveryCodeUsed,
    RegistrationApproved,
    RegistrationForExistingAccount,
    RegistrationRejected,
    SuspiciousLogins,
    TotpRequiredAnnounced,
    TotpReset,
    TotpResetAnnounced,
    TotpResetBy,
    TotpResetDisputed,
)

# As long as a code of ours, and none that anybody was sent.
CODE = "0123456789abcdef" * 3
# 60 characters are the most that a name gets in a mail.
LONG_NAME = "Vakantiepark Duinzicht aan de Noordzeekust en Zonen Beheer & Exploitatie B.V."
LONG_WORD = "Recreatieboerderijcampingenjachthavenmaatschappijzeedorp"
LONG_REASON = (
    "Dit adres ligt volgens onze gegevens niet in onze gemeente, maar in de gemeente hiernaast. " * 5
)
# A gemeente with a host of its own, names as long as they get, and no telephone.
LONG_CONTACT = GemeenteContact(
    name="Zuiderzeedorp aan de Noorderduinen",
    email="toeristenbelasting-en-nachtregister@zuiderzeedorp-noorderduinen.example",
    host="zuiderzeedorp-noorderduinen.nachregister.example",
)

# By what is different from the example: the changed fields.
Changes = dict[str, Any]
VARIANTS: dict[type[Fact], dict[str, Changes]] = {
    ActivationCodeIssued: {
        "unnamed": {"company_name": None},
        "long": {"company_name": LONG_NAME, "gemeente": LONG_CONTACT},
        "long-word": {"company_name": LONG_WORD},
    },
    RegistrationForExistingAccount: {"long": {"gemeente": LONG_CONTACT}},
    PasswordResetCodeIssued: {"long": {"gemeente": LONG_CONTACT}},
    PasswordChanged: {"elsewhere": {"logged_out": LoggedOut.ELSEWHERE}},
    TotpReset: {
        "owner": {"reset_by": TotpResetBy.OWNER, "required": False, "sealed_code": None},
        "company": {"reset_by": TotpResetBy.COMPANY},
        "platform": {"reset_by": TotpResetBy.PLATFORM, "required": False},
        "further-code": {"reset_at": "2026-11-21T09:30:00Z"},
    },
    RecoveryCodeUsed: {
        "two-left": {"remaining": 2},
        "one-left": {"remaining": 1},
        "none-left": {"remaining": 0},
    },
    NewDeviceLogin: {
        "unknown": {"browser": None, "system": None},
        "browser-only": {"system": None},
        "system-only": {"browser": None},
    },
    EmailChanged: {
        "asked": {"stage": EmailChangeStage.ASKED},
        "asked-unnamed": {"stage": EmailChangeStage.ASKED, "new_address_masked": None},
        "unnamed": {"new_address_masked": None},
    },
    InvitationIssued: {
        "unnamed": {"company_name": None},
        "ondernemer": {"invited_as": InvitedAs.ONDERNEMER},
        "gemeentemedewerker": {
            "invited_as": InvitedAs.GEMEENTEMEDEWERKER,
            "invited_by": "jan@zeedorp.example",
        },
        "beheerder": {"invited_as": InvitedAs.BEHEERDER, "invited_by": None},
        "has-account": {"sealed_code": None},
        "has-account-uninvited": {"sealed_code": None, "invited_as": InvitedAs.BEHEERDER, "invited_by": None},
        "long": {
            "invited_as": InvitedAs.GEMEENTEMEDEWERKER,
            "invited_by": "wilhelmina.van.der.zuidewind-hoogendoorn@zuiderzeedorp-noorderduinen.example",
            "gemeente": LONG_CONTACT,
        },
    },
    TotpRequiredAnnounced: {"long": {"gemeente": LONG_CONTACT}},
    RegistrationApproved: {"unnamed": {"company_name": None}},
    RegistrationRejected: {
        "unnamed": {"company_name": None},
        "long": {"company_name": LONG_NAME, "reason": LONG_REASON, "gemeente": LONG_CONTACT},
        # Of which nothing is left that a mail may show.
        "unreadable-reason": {"reason": "https://"},
    },
    SuspiciousLogins: {"password-known": {"password_was_right": True}},
    TotpResetAnnounced: {
        "owner": {"reset_by": TotpResetBy.OWNER},
        "company": {"reset_by": TotpResetBy.COMPANY},
        "platform": {"reset_by": TotpResetBy.PLATFORM},
    },
    TotpResetDisputed: {
        "too-late": {"prevented": False},
        "company": {"reset_by": TotpResetBy.COMPANY},
        "owner": {"reset_by": TotpResetBy.OWNER, "company_name": None},
        "platform": {"reset_by": TotpResetBy.PLATFORM, "prevented": False},
    },
}


@dataclass(frozen=True)
class SampleMail:
    """`name` is the kind, or `kind.variant`; `code` is none where the mail has none."""

    name: str
    fact: Fact
    code: str | None


def sample_mails(kinds: list[type[Fact]] | None = None) -> list[SampleMail]:
    """In the order of the contract, each kind's example first; all kinds where none is chosen."""
    return [sample for kind in kinds or FACTS for sample in samples_of(kind)]


def samples_of(kind: type[Fact]) -> list[SampleMail]:
    example = example_of(kind)
    return [
        sample_of(kind.kind, example),
        *(
            sample_of(f"{kind.kind}.{variant}", kind.model_validate({**dict(example), **changes}))
            for variant, changes in VARIANTS.get(kind, {}).items()
        ),
    ]


def sample_of(name: str, fact: Fact) -> SampleMail:
    return SampleMail(name, fact, None if fact.sealed_code is None else CODE)


def example_of(kind: type[Fact]) -> Fact:
    event = decode((files("shared") / "examples" / f"{type_of_fact(kind)}.json").read_bytes())
    return kind.model_validate(dict(event.data))
