"""That mail is late, in one sentence for helpdesks."""

from auth_service.flows.mail_delay import MOST_COUNTED, MailDelay
from auth_service.web.company_states_nl import number_nl
from shared.dutch_times import moment_seen_from


def told_delay(delay: MailDelay | None) -> str | None:
    """None while all is well."""
    if delay is None:
        return None
    # "sinds 9.12 uur", or "sinds 23 november om 9.12 uur".
    since = moment_seen_from(delay.since, delay.seen_at).removeprefix("om ").removeprefix("op ")
    return f"E-mail is vertraagd sinds {since}. {waiting(delay.count)}"


def waiting(count: int) -> str:
    if count >= MOST_COUNTED:
        return f"Meer dan {number_nl(MOST_COUNTED - 1)} e-mails wachten."
    return "Er wacht 1 e-mail." if count == 1 else f"{number_nl(count)} e-mails wachten."
