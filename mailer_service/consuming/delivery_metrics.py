"""What became of mails, counted for whoever watches: by kind of mail, by try, and by the servers' replies."""

from datetime import datetime
from functools import cache

from prometheus_client import Counter, Histogram

from mailer_service.sending.reply_meaning import codes_of
from mailer_service.sending.smtp_answers import Ambiguous, Answer
from shared.mail_contract import MODELS, Envelope, type_of_fact
from shared.mail_facts import FACTS
from shared.metrics import REGISTRY

ANSWERS = Counter(
    "dnr_mail_answers",
    "What came of trying to hand over a mail, by its type.",
    ("type", "answer"),
    registry=REGISTRY,
)
# From the start on, so that the first one is a rise that an alarm can see.
for fact in FACTS:
    for answer in ("delivered", "deferred", "refused", "expired", "parked"):
        ANSWERS.labels(type_of_fact(fact), answer)
AMBIGUOUS = Counter(
    "dnr_mail_ambiguous",
    "Mails sent to their last line without an answer, and so perhaps twice.",
    registry=REGISTRY,
)
SECONDS = Histogram(
    "dnr_mail_seconds",
    "From the fact to the relay's acceptance of its mail.",
    ("type",),
    registry=REGISTRY,
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400),
)
ATTEMPTS = Histogram(
    "dnr_mail_attempts",
    "At which try it was over with a mail, and how.",
    ("answer",),
    registry=REGISTRY,
    buckets=(1, 2, 3, 4, 5, 6, 8, 12, 24, 48),
)
REPLIES = Counter(
    "dnr_smtp_replies",
    "What mail servers replied to mails, by reply code, enhanced status code and receiver.",
    ("code", "status", "receiver"),
    registry=REGISTRY,
)
# Kept, because `labels` makes its key anew each time, and takes a lock.
answers_of = cache(ANSWERS.labels)
seconds_of = cache(SECONDS.labels)
attempts_of = cache(ATTEMPTS.labels)
replies_of = cache(REPLIES.labels)

# Where most private mailboxes in the Netherlands are, with the names that one provider has. All others count
# as one: strangers choose the domains that they register with, and each would be a series of its own.
PROVIDERS = {
    "gmail.com": ("gmail.com", "googlemail.com"),
    "outlook.com": ("outlook.com", "hotmail.com", "hotmail.nl", "live.com", "live.nl", "msn.com"),
    "kpnmail.nl": ("kpnmail.nl", "hetnet.nl", "planet.nl", "kpnplanet.nl", "xs4all.nl", "telfort.nl"),
    "ziggo.nl": ("ziggo.nl", "home.nl", "upcmail.nl", "casema.nl", "chello.nl", "quicknet.nl"),
    "icloud.com": ("icloud.com", "me.com", "mac.com"),
    "yahoo.com": ("yahoo.com", "yahoo.nl", "ymail.com"),
    "solcon.nl": ("solcon.nl",),
    "zeelandnet.nl": ("zeelandnet.nl",),
    "proton.me": ("proton.me", "protonmail.com"),
}
RECEIVERS = {domain: provider for provider, domains in PROVIDERS.items() for domain in domains}
OTHER, NONE = "other", "none"


def count_answer(event: Envelope, answer: Answer, outcome: str, attempt: int) -> None:
    """`outcome`: delivered, deferred or refused."""
    answers_of(event.type, outcome).inc()
    if outcome != "deferred":
        attempts_of(outcome).observe(attempt)
    if isinstance(answer, Ambiguous):
        AMBIGUOUS.inc()


def count_reply(reply: str, recipient: str) -> None:
    """`reply` as one line that begins with its code; of a session that was lost there is none."""
    codes = codes_of(reply)
    receiver = RECEIVERS.get(recipient.rpartition("@")[2].lower(), OTHER)
    replies_of(codes.get("code", NONE), codes.get("status", NONE), receiver).inc()


def count_accepted(event: Envelope, now: datetime) -> None:
    seconds_of(event.type).observe((now - event.time).total_seconds())


def count_expired(event_type: str, attempt: int) -> None:
    answers_of(event_type, "expired").inc()
    attempts_of("expired").observe(attempt)


def count_parked(event_type: str | None) -> None:
    answers_of(event_type if event_type in MODELS else "unknown", "parked").inc()
