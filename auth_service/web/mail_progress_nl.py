"""What the waiting page says of a mail: fixed sentences, for every state and every hitch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from auth_service.accounts.mail_hitches import MailHitch
from auth_service.accounts.mail_progress import MailProgress, MailState
from auth_service.accounts.places import Gemeente
from auth_service.flows.registration_progress import Progress
from shared.dutch_times import moment_seen_from


class Tone(StrEnum):
    """Equal to the variants of `.message` in the style sheet."""

    NOTICE = "notice"
    DONE = "done"
    WRONG = "wrong"


@dataclass(frozen=True)
class MailNews:
    """`in_short` is for a list of earlier mails."""

    tone: Tone
    headline: str
    advice: str
    in_short: str


TONES = {
    MailState.QUEUED: Tone.NOTICE,
    MailState.DEFERRED: Tone.NOTICE,
    MailState.DELIVERED: Tone.DONE,
    MailState.REFUSED: Tone.WRONG,
    MailState.EXPIRED: Tone.WRONG,
    MailState.BOUNCED: Tone.WRONG,
}
# {when} is `om 14.03 uur`, with the day before it where that isn't today.
HEADLINES = {
    MailState.QUEUED: "We versturen de e-mail.",
    MailState.DEFERRED: "De e-mail is vertraagd.",
    MailState.DELIVERED: "De e-mail is {when} verstuurd.",
    MailState.REFUSED: "De e-mail kan niet worden bezorgd.",
    MailState.EXPIRED: "De e-mail is niet op tijd bezorgd.",
    MailState.BOUNCED: "De e-mail kan niet worden bezorgd.",
}
IN_SHORT = {
    MailState.QUEUED: "wordt verstuurd",
    MailState.DEFERRED: "vertraagd",
    MailState.DELIVERED: "verstuurd",
    MailState.REFUSED: "niet bezorgd",
    MailState.EXPIRED: "niet op tijd bezorgd",
    MailState.BOUNCED: "niet bezorgd",
}
ADVICE = {
    MailState.QUEUED: "Dat duurt meestal minder dan een minuut.",
    MailState.DELIVERED: (
        "De mailserver heeft de e-mail aangenomen. Meestal staat de e-mail dan binnen een paar minuten in"
        " uw inbox. Staat de e-mail daar niet? Kijk dan in uw map met spam of ongewenste e-mail."
    ),
    MailState.EXPIRED: "U kunt de code daarin niet meer gebruiken. Vraag een nieuwe code aan.",
}
UNKNOWN_FOR_NOW = "De mailserver kan het e-mailadres nu niet vinden. Controleer of het klopt. {next_try}"
WHY_LATE = {
    MailHitch.ADDRESS_UNKNOWN: UNKNOWN_FOR_NOW,
    MailHitch.DOMAIN_UNKNOWN: UNKNOWN_FOR_NOW,
    MailHitch.MAILBOX_FULL: "Uw mailbox is vol. Maak ruimte in uw mailbox. {next_try}",
    MailHitch.FILTERED: "De mailserver neemt de e-mail nu niet aan. {next_try} U hoeft niets te doen.",
    MailHitch.BUSY: "De mailserver neemt de e-mail nu niet aan. {next_try} U hoeft niets te doen.",
    MailHitch.NOT_SENT: "De e-mail moet nog worden verstuurd. {next_try} U hoeft niets te doen.",
    MailHitch.OTHER: "De mailserver neemt de e-mail nu niet aan. {next_try} U hoeft niets te doen.",
}
NOT_TAKEN = (
    "De mailserver neemt de e-mail niet aan. Controleer of het e-mailadres klopt."
    " Of gebruik een ander e-mailadres."
)
WHY_NEVER = {
    MailHitch.ADDRESS_UNKNOWN: (
        "Het e-mailadres bestaat niet, of het wordt niet meer gebruikt. Controleer of het e-mailadres klopt."
        " Of gebruik een ander e-mailadres."
    ),
    MailHitch.DOMAIN_UNKNOWN: (
        "Het deel na het @-teken klopt niet. Of er kan geen e-mail naartoe. Controleer of het e-mailadres"
        " klopt. Of gebruik een ander e-mailadres."
    ),
    MailHitch.MAILBOX_FULL: (
        "Uw mailbox is vol. Maak ruimte in uw mailbox. Vraag daarna een nieuwe code aan."
        " Of gebruik een ander e-mailadres."
    ),
    MailHitch.FILTERED: (
        "De mailserver houdt de e-mail tegen. Dat doet meestal een spamfilter. Vraag de beheerder van uw"
        " e-mail om {sender} toe te laten. Of gebruik een ander e-mailadres."
    ),
    MailHitch.BUSY: NOT_TAKEN,
    MailHitch.NOT_SENT: (
        "Onze e-mail kon niet worden verstuurd. Dat ligt aan ons."
        " Neem contact op met de gemeente {gemeente}: {contact}."
    ),
    MailHitch.OTHER: NOT_TAKEN,
}
WHY: Mapping[MailState, Mapping[MailHitch, str]] = {
    MailState.DEFERRED: WHY_LATE,
    MailState.REFUSED: WHY_NEVER,
    MailState.BOUNCED: WHY_NEVER,
}
NEXT_TRY = "We proberen het {when} opnieuw."
NEXT_TRY_SOON = "We proberen het zo opnieuw."


def news_of(progress: Progress, sender: str) -> list[MailNews]:
    """About each mail, the newest first."""
    return [news_about(mail, progress, sender) for mail in progress.mails]


def news_about(mail: MailProgress, progress: Progress, sender: str) -> MailNews:
    when = moment_seen_from(mail.at, progress.seen_at)
    advice = WHY[mail.state][mail.hitch] if mail.hitch else ADVICE[mail.state]
    return MailNews(
        TONES[mail.state],
        HEADLINES[mail.state].format(when=when),
        advice.format(
            sender=sender,
            next_try=next_try(mail, progress.seen_at),
            gemeente=progress.gemeente.name,
            contact=contact_of(progress.gemeente),
        ),
        f"{when[0].upper()}{when[1:]}: {IN_SHORT[mail.state]}",
    )


def next_try(mail: MailProgress, seen_at: datetime) -> str:
    if mail.next_try_at is None:
        return NEXT_TRY_SOON
    return NEXT_TRY.format(when=moment_seen_from(mail.next_try_at, seen_at))


def contact_of(gemeente: Gemeente) -> str:
    return " of ".join(way for way in (gemeente.email, gemeente.phone) if way)
