"""What a helpdesk can do for an entrepreneur, and which of it helps most."""

from collections.abc import Sequence
from dataclasses import dataclass

from auth_service.accounts.account import AccountState, CompanyState
from auth_service.accounts.company_story import CompanyStory, Diagnosis, Person, Stuck

RESUME_MAIL = "Stuur weer e-mail naar dit adres"
# Where it can be withdrawn.
SEE_RESET = "Reset van 2FA bekijken"


@dataclass(frozen=True)
class OfferedAct:
    """A button that posts, or a link to a page that asks more; `whom` is said to who doesn't see the page."""

    label: str
    whom: str
    path: str
    is_link: bool = False


def acts_on_person(gemeente_code: str, person: Person) -> list[OfferedAct]:
    base = f"/gemeente/{gemeente_code}/gebruikers/{person.id}"
    closing = OfferedAct("Account sluiten", person.email, f"{base}/sluiten", is_link=True)
    match person.state:
        case AccountState.CLOSED:
            return []
        case AccountState.BLOCKED:
            unblock = OfferedAct("Blokkade opheffen", person.email, f"{base}/deblokkeren", is_link=True)
            return [unblock, closing]
        case AccountState.ACTIVE:
            block = OfferedAct("Blokkeren", person.email, f"{base}/blokkeren", is_link=True)
            return [*acts_on_active(base, person), block, closing]


def acts_on_active(base: str, person: Person) -> list[OfferedAct]:
    if person.suppression is not None:
        # Until then a mail would not be sent.
        acts = [OfferedAct(RESUME_MAIL, person.email, f"{base}/mailstop-opheffen")]
    else:
        acts = [OfferedAct("Stuur e-mail voor nieuw wachtwoord", person.email, f"{base}/herstelmail")]
    if person.enrolled_at is not None:
        label = SEE_RESET if person.reset_due_at else "2FA resetten"
        acts.append(OfferedAct(label, person.email, f"{base}/2fa-resetten", is_link=True))
    if person.frozen_at is not None:
        acts.append(OfferedAct("2FA vrijgeven", person.email, f"{base}/2fa-vrijgeven", is_link=True))
    return acts


def acts_on_company(story: CompanyStory) -> list[OfferedAct]:
    base = f"/gemeente/{story.gemeente.code}/bedrijven/{story.id}"
    name = story.details.name
    if story.waiting is not None:
        resend = OfferedAct("Stuur de code opnieuw", story.waiting.email, f"{base}/code")
        correct = OfferedAct("Verbeter het e-mailadres", name, f"{base}/email", is_link=True)
        if story.waiting.is_taken:
            # Whose address has an account gets no code.
            return [correct]
        if story.waiting.suppression is not None:
            resume = OfferedAct(RESUME_MAIL, story.waiting.email, f"{base}/mailstop-opheffen")
            return [correct, resume]
        return [resend, correct]
    if story.state is CompanyState.AWAITING_APPROVAL:
        return [
            OfferedAct("Goedkeuren", name, f"{base}/goedkeuren"),
            OfferedAct("Afwijzen", name, f"{base}/afwijzen", is_link=True),
        ]
    return []


# What helps most, by its label; nothing where it is the entrepreneur's turn.
HELPS = {
    Stuck.ADDRESS_SUPPRESSED: "Verbeter het e-mailadres",
    Stuck.CODE_HELD_BACK: "Stuur de code opnieuw",
    Stuck.CODE_REFUSED: "Verbeter het e-mailadres",
    Stuck.MAILBOX_FULL: "Stuur de code opnieuw",
    Stuck.CODE_LATE: "Stuur de code opnieuw",
    Stuck.CODE_DEFERRED: "Verbeter het e-mailadres",
    Stuck.CODE_UNUSED: "Stuur de code opnieuw",
    Stuck.AWAITING_APPROVAL: "Goedkeuren",
    Stuck.FROZEN: "2FA vrijgeven",
    Stuck.BLOCKED: "Blokkade opheffen",
    Stuck.MAIL_SUPPRESSED: RESUME_MAIL,
    Stuck.RESET_PLANNED: SEE_RESET,
    Stuck.NEVER_LOGGED_IN: "Stuur e-mail voor nieuw wachtwoord",
}


def helping_most(story: CompanyStory, diagnosis: Diagnosis) -> OfferedAct | None:
    offered: Sequence[OfferedAct] = acts_on_company(story)
    if diagnosis.person is not None:
        offered = acts_on_person(story.gemeente.code, diagnosis.person)
    label = HELPS.get(diagnosis.stuck)
    return next((act for act in offered if act.label == label), None)
