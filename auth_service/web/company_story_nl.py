"""The story of a company in plain Dutch: what happened, and where its entrepreneur got stuck."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from auth_service.accounts.account import Role
from auth_service.accounts.audit import AuditedAct
from auth_service.accounts.company_story import (
    CompanyStory,
    Diagnosis,
    DoneAct,
    Person,
    StoryMail,
    Stuck,
)
from auth_service.accounts.mail_progress import MailState
from auth_service.accounts.suppression import Suppression, is_held_back, reply_before
from auth_service.web.audit_nl import ACTS, THE_SYSTEM
from auth_service.web.company_states_nl import WHY_REFUSED
from auth_service.web.identification_nl import told_identification
from auth_service.web.mail_kinds_nl import KINDS
from shared.dutch_times import date, moment, moment_seen_from

# As who helps its owner reads what was done to a company.
ACTS_TOLD_STAFF = ACTS | {
    AuditedAct.TOTP_REQUIRED: "2FA is verplicht gemaakt voor alle gebruikers van het bedrijf",
    AuditedAct.TOTP_NOT_REQUIRED: "De verplichting van 2FA voor het bedrijf is opgeheven",
}
ROLES = {
    Role.ONDERNEMER: "ondernemer",
    Role.GEBRUIKER: "gebruiker",
    Role.GEMEENTEMEDEWERKER: "gemeentemedewerker",
    Role.BEHEERDER: "beheerder van het systeem",
}
OUTCOMES = {
    MailState.QUEUED: "Onderweg.",
    MailState.DEFERRED: "Uitgesteld: {why}.{next_try}",
    MailState.DELIVERED: "Bezorgd {when}.",
    MailState.REFUSED: "Geweigerd: {why}.",
    MailState.EXPIRED: "Verlopen: de e-mail is niet op tijd bezorgd.",
    MailState.BOUNCED: "Teruggekomen: {why}.",
}
HELD_BACK = "Niet verstuurd, omdat een eerdere e-mail niet aankwam: {why}."
NEXT_TRY = " We proberen het {when} opnieuw."
WRONG = frozenset({MailState.REFUSED, MailState.EXPIRED, MailState.BOUNCED})
# {email} of whom it is about, {why} a mail was not taken, {since} when his address isn't mailed any more,
# {due} when a reset is done.
DIAGNOSES = {
    Stuck.ADDRESS_TAKEN: "Dit e-mailadres heeft al een account. De ondernemer kan daarmee inloggen.",
    Stuck.ADDRESS_SUPPRESSED: (
        "De e-mail met de code is geweigerd: {why}. Sinds {since} sturen we geen e-mail meer naar dit adres."
        " Verbeter het e-mailadres. Klopt het adres toch? Stuur er dan weer e-mail naartoe."
    ),
    Stuck.CODE_HELD_BACK: (
        "De e-mail met de code is niet verstuurd, omdat een eerdere e-mail niet aankwam."
        " Nu sturen we wel weer e-mail naar dit adres. Stuur de code opnieuw."
    ),
    Stuck.CODE_REFUSED: "De e-mail met de code is geweigerd: {why}. Vraag de ondernemer om zijn e-mailadres.",
    Stuck.MAILBOX_FULL: (
        "De e-mail met de code is geweigerd: de mailbox is vol."
        " Vraag de ondernemer om ruimte te maken. Stuur daarna de code opnieuw."
    ),
    Stuck.CODE_LATE: "De e-mail met de code is niet op tijd bezorgd. Stuur de code opnieuw.",
    Stuck.CODE_DEFERRED: (
        "De e-mail met de code is uitgesteld: {why}. We blijven het proberen. Controleer het e-mailadres."
    ),
    Stuck.CODE_UNDER_WAY: "De e-mail met de code is onderweg. Dat duurt meestal minder dan een minuut.",
    Stuck.CODE_UNUSED: (
        "De ondernemer heeft de code uit de e-mail nog niet ingevuld."
        " Vraag hem om ook in zijn map met spam te kijken, of stuur de code opnieuw."
    ),
    Stuck.REJECTED: "De gemeente heeft deze aanmelding afgewezen. De ondernemer kan niet inloggen.",
    Stuck.AWAITING_APPROVAL: (
        "Het e-mailadres is bevestigd. De aanmelding wacht op goedkeuring door de gemeente."
    ),
    Stuck.CLOSED: "De accounts van dit bedrijf zijn gesloten. De ondernemer kan zich opnieuw aanmelden.",
    Stuck.FROZEN: (
        "{email} meldde dat het resetten van 2FA niet van hem kwam. Daarom kan niemand 2FA instellen."
        " Spreek hem, controleer wie hij is en geef 2FA dan vrij."
    ),
    Stuck.BLOCKED: "{email} is geblokkeerd en kan niet inloggen.",
    Stuck.MAIL_SUPPRESSED: (
        "Een e-mail aan {email} is geweigerd: {why}. Sinds {since} sturen we geen e-mail meer naar dit adres."
        " Vraag de ondernemer om zijn e-mailadres te wijzigen in zijn account."
        " Klopt het adres toch? Stuur er dan weer e-mail naartoe."
    ),
    Stuck.MAIL_HELD_BACK: (
        "De laatste e-mail aan {email} is niet verstuurd, omdat een eerdere e-mail niet aankwam."
        " Nu sturen we wel weer e-mail naar dit adres."
    ),
    Stuck.MAIL_REFUSED: (
        "De laatste e-mail aan {email} is geweigerd: {why}."
        " Vraag de ondernemer om zijn e-mailadres te wijzigen in zijn account."
    ),
    Stuck.RESET: "2FA is gereset voor {email}. Hij stelt 2FA opnieuw in met de code uit zijn e-mail.",
    Stuck.RESET_PLANNED: (
        "2FA wordt gereset voor {email}, op {due}. Tot dan kan de gebruiker de reset tegenhouden."
    ),
    Stuck.NEVER_LOGGED_IN: (
        "{email} heeft het e-mailadres bevestigd, maar heeft nog nooit ingelogd."
        " Is hij zijn wachtwoord kwijt? Stuur dan een e-mail voor een nieuw wachtwoord."
    ),
    Stuck.NOT_ENROLLED: (
        "{email} heeft 2FA nog niet ingesteld. Dat moet voordat hij verder kan. Help hem met de handleiding."
    ),
    Stuck.NOT_STUCK: "De ondernemer kan inloggen.{last_login}",
}
# Beside somebody's address.
SUPPRESSED = "Sinds {since} sturen we geen e-mail meer naar dit adres: {why}."
LAST_LOGIN = " Er is voor het laatst ingelogd {when}."
FINE = frozenset({Stuck.NOT_STUCK, Stuck.CODE_UNDER_WAY})


@dataclass(frozen=True)
class ToldEvent:
    """`doer`, `reason` and `reply` where there are any; `reply` is raw, in a stranger's words.

    `doer` is an address, with its `doer_role`, or says in words who it was; `identified` says how he made
    sure of whom.
    """

    at: datetime
    when: str
    what: str
    outcome: str | None = None
    is_wrong: bool = False
    doer: str | None = None
    doer_role: str | None = None
    reason: str | None = None
    identified: str | None = None
    reply: str | None = None


def told_diagnosis(story: CompanyStory, diagnosis: Diagnosis) -> str:
    suppression = suppression_in(story, diagnosis)
    hitch = diagnosis.mail.progress.hitch if diagnosis.mail else None
    if suppression:
        hitch = suppression.hitch
    due_at = diagnosis.person.reset_due_at if diagnosis.person else None
    return DIAGNOSES[diagnosis.stuck].format(
        email=diagnosis.person.email if diagnosis.person else "",
        why=WHY_REFUSED[hitch] if hitch else "",
        since=date(suppression.since) if suppression else "",
        due=moment(due_at) if due_at else "",
        last_login=last_login(story),
    )


def suppression_in(story: CompanyStory, diagnosis: Diagnosis) -> Suppression | None:
    if diagnosis.person is not None:
        return diagnosis.person.suppression
    return story.waiting.suppression if story.waiting else None


def told_suppression(suppression: Suppression) -> str:
    return SUPPRESSED.format(since=date(suppression.since), why=WHY_REFUSED[suppression.hitch])


def last_login(story: CompanyStory) -> str:
    moments = [person.last_login_at for person in story.people if person.last_login_at]
    return LAST_LOGIN.format(when=moment_seen_from(max(moments), story.seen_at)) if moments else ""


def told_events(story: CompanyStory) -> list[ToldEvent]:
    """In order of time."""
    events = [
        ToldEvent(story.registered_at, moment(story.registered_at), "Aangemeld"),
        # What was done goes before the mail that it sent at the same moment.
        *(told_act(done, story) for done in story.acts),
        *(told_mail(mail, story.seen_at) for mail in story.mails),
        *(event for person in story.people for event in events_of(person, story)),
    ]
    return sorted(events, key=lambda event: event.at)


def told_mail(mail: StoryMail, seen_at: datetime) -> ToldEvent:
    progress = mail.progress
    when = moment_seen_from(progress.at, seen_at)
    next_try = (
        NEXT_TRY.format(when=moment_seen_from(progress.next_try_at, seen_at)) if progress.next_try_at else ""
    )
    why = WHY_REFUSED[progress.hitch] if progress.hitch else ""
    outcome, reply = OUTCOMES[progress.state], mail.reply
    if reply and is_held_back(reply):
        outcome, reply = HELD_BACK, reply_before(reply)
    return ToldEvent(
        mail.sent_at,
        moment(mail.sent_at),
        f"E-mail '{KINDS[mail.kind]}' aan {mail.recipient}",
        outcome=outcome.format(when=when, next_try=next_try, why=why),
        is_wrong=progress.state in WRONG,
        reply=None if progress.state is MailState.DELIVERED else reply,
    )


def told_act(done: DoneAct, story: CompanyStory) -> ToldEvent:
    line = done.line
    # Of several people it must be said whose.
    of_whom = f" ({done.subject_email})" if done.subject_email and len(story.people) > 1 else ""
    return ToldEvent(
        line.happened_at,
        moment(line.happened_at),
        ACTS_TOLD_STAFF[line.act] + of_whom,
        doer=told_doer(done),
        doer_role=ROLES[line.actor.role] if line.actor.role and done.actor_email else None,
        reason=line.reason,
        identified=told_identification(line.identification),
    )


def told_doer(done: DoneAct) -> str:
    if done.line.actor.role is None:
        return THE_SYSTEM
    return done.actor_email or ROLES[done.line.actor.role]


def events_of(person: Person, story: CompanyStory) -> Iterator[ToldEvent]:
    """What no line of the trail tells."""
    told = {done.line.act for done in story.acts if is_about(done, person)}
    if AuditedAct.ACCOUNT_OPENED not in told:
        yield plain(person.opened_at, f"E-mailadres bevestigd en account geopend: {person.email}")
    if person.enrolled_at and AuditedAct.TOTP_ENABLED not in told:
        yield plain(person.enrolled_at, f"2FA ingesteld door {person.email}")
    if person.last_login_at:
        yield plain(person.last_login_at, f"Laatst ingelogd: {person.email}")


def is_about(done: DoneAct, person: Person) -> bool:
    """The line of an account that is opened is about its company, at that very moment."""
    return done.line.account_id == person.id or done.line.happened_at == person.opened_at


def plain(at: datetime, what: str) -> ToldEvent:
    return ToldEvent(at, moment(at), what)
