"""What a mail server's reply to a mail means, in one table by reply code and enhanced status code.

Whatever is said once a recipient has been named may be about that recipient alone, so one such reply never
stops the queue: RELAY_TROUBLE and PERHAPS_OURS are tried later like any other, and several of them decide
(see `reply_evidence`). Only a missing or wrong login is beyond doubt.
"""

import re
from enum import Enum


class Meaning(Enum):
    DELIVERED = "delivered"
    LATER = "later"
    # Later as well, but of the relay or this session rather than of the mail.
    RELAY_TROUBLE = "relay trouble"
    # Later as well: once several receivers have said so, our configuration is wrong.
    PERHAPS_OURS = "perhaps ours"
    REFUSED = "refused for good"
    # Refused for good, and so will every other mail be to that address.
    ADDRESS_UNUSABLE = "address unusable"
    SETTINGS_WRONG = "our configuration is wrong"


# By enhanced status code (RFC 3463, with x for whichever class the reply has), else by reply code, else by
# the reply's class. Codes without an RFC are Exchange's and Gmail's own.
MEANINGS = {
    "2": Meaning.DELIVERED,
    "4": Meaning.LATER,
    # So too: 5.2.2, mailbox full (who waits can empty it and ask again), 5.3.4, too big, 5.7.1, spam. And
    # what may be over tomorrow: 5.1.2, no such domain (a lapsed registration, a resolver's error), and
    # 5.2.1, mailbox disabled (Gmail says it of one that gets mail too fast).
    "5": Meaning.REFUSED,
    # RFC 3463: no such mailbox, no address at all, and moved.
    "5.1.1": Meaning.ADDRESS_UNUSABLE,
    "5.1.3": Meaning.ADDRESS_UNUSABLE,
    "5.1.6": Meaning.ADDRESS_UNUSABLE,
    # RFC 7505, RFC 7504: the domain says that it takes no mail.
    "5.1.10": Meaning.ADDRESS_UNUSABLE,
    "556": Meaning.ADDRESS_UNUSABLE,
    # RFC 5321 § 3.8 and § 4.2.3; RFC 3463: storage full, takes nothing now, wrongly configured.
    "421": Meaning.RELAY_TROUBLE,
    "x.3.1": Meaning.RELAY_TROUBLE,
    "x.3.2": Meaning.RELAY_TROUBLE,
    "x.3.5": Meaning.RELAY_TROUBLE,
    # RFC 3463: congestion; Gmail says it of our daily limit. RFC 5321: it is out of step with us.
    "x.4.5": Meaning.RELAY_TROUBLE,
    "503": Meaning.RELAY_TROUBLE,
    # RFC 4954: temporary failure of the login; some relays say it of their limits.
    "454": Meaning.RELAY_TROUBLE,
    # RFC 3463: our sender's address or domain, answered at RCPT by relays that judge only there.
    "x.1.7": Meaning.PERHAPS_OURS,
    "x.1.8": Meaning.PERHAPS_OURS,
    # RFC 7372: DKIM (20 to 22), SPF (23, 24), no reverse name (25), several of these (26).
    **{f"x.7.{detail}": Meaning.PERHAPS_OURS for detail in range(20, 27)},
    # RFC 7505: our sender's domain takes no mail. Gmail: SPF.
    "x.7.27": Meaning.PERHAPS_OURS,
    # Gmail: too much spam from us, no TLS, DKIM, DMARC, From not aligned, DMARC.
    **{f"x.7.{detail}": Meaning.PERHAPS_OURS for detail in (28, 29, 30, 31, 32, 40)},
    # Exchange: may not relay, may not send as this sender, relaying denied to a tenant, its daily limits.
    **{f"x.7.{detail}": Meaning.PERHAPS_OURS for detail in (54, 60, 64, 232, 233, 705)},
    # Exchange: sender, domain or network address barred; DMARC; authentication too weak.
    **{f"x.7.{detail}": Meaning.PERHAPS_OURS for detail in (501, 502, 503, 509, 511, 515, 708, 750)},
    **{f"x.7.{detail}": Meaning.PERHAPS_OURS for detail in range(606, 650)},
    # RFC 4954: login wanted, too weak, refused, or wanting encryption.
    "530": Meaning.SETTINGS_WRONG,
    "534": Meaning.SETTINGS_WRONG,
    "535": Meaning.SETTINGS_WRONG,
    "538": Meaning.SETTINGS_WRONG,
    "x.7.57": Meaning.SETTINGS_WRONG,
}

# These, or no status at all, stand for any refusal. What is said of us is told apart by its words: by
# Postfix, Exim, Sendmail, Exchange and qmail; then by who mistrusts our domain, network address or links; and
# at last by services that send for us.
NO_TELLING = frozenset({None, *(f"{kind}.{rest}" for kind in "45" for rest in ("0.0", "5.0", "7.0", "7.1"))})
ABOUT_US = re.compile(
    r"relay(ing)?( access)? (is )?(denied|not permitted|not allowed|prohibited)|unable to relay"
    r"|sender (address )?(rejected|verify failed|not allowed)|client host rejected|helo command rejected"
    r"|not owned by user|rcpthosts|permissions? to send as|smtp auth\b"
    # Exchange says this one of mailing lists for colleagues only.
    r"|(?<!authrequired; )authentication (is )?required"
    r"|\b(spf|dkim|dmarc)\b|blocked using|spamhaus|\b(block|black) ?list|originating from your ip"
    r"|(address|identity) is not verified|verified sender|not authorized to perform"
    r"|sending (paused|suspended)",
    re.IGNORECASE,
)

# A few servers say even this with a 5.
GREYLISTED = re.compile(r"gr[ae]y-?list", re.IGNORECASE)

# RFC 2034: at the start of a line; qmail puts it at the end, as (#5.1.1).
STATUS = re.compile(r"(?:^|#)[245]\.(\d{1,3}\.\d{1,3})(?![\d.])", re.MULTILINE)

# As Postfix, Exim, Sendmail and Exchange say it, at any step.
CROWDED = re.compile(
    r"too many (\S+ ){0,3}(connections|sessions|logins)"
    r"|(connections?|sessions?|thread) (\S+ ){0,2}limit (has been )?exceeded"
    r"|maximum number of (\S+ ){0,2}(connections|sessions)",
    re.IGNORECASE,
)


def meaning_of(code: int, text: str) -> Meaning:
    """What the reply `code text` means; one that makes no sense counts as `later`."""
    if 200 <= code < 300:
        return Meaning.DELIVERED
    if not 400 <= code < 600:
        return Meaning.LATER
    status = enhanced_status(code, text)
    meaning = meaning_in_table(code, status)
    if meaning is Meaning.SETTINGS_WRONG or status not in NO_TELLING:
        return meaning
    if ABOUT_US.search(text):
        return Meaning.PERHAPS_OURS
    return Meaning.LATER if meaning is Meaning.REFUSED and GREYLISTED.search(text) else meaning


def meaning_in_table(code: int, status: str | None) -> Meaning:
    keys = [str(code), str(code)[0]]
    if status is not None:
        keys = [status, f"x{status[1:]}", *keys]
    return next(MEANINGS[key] for key in keys if key in MEANINGS)


def enhanced_status(code: int, text: str) -> str | None:
    """The enhanced status code in a reply, of the class of its reply code where the two differ."""
    found = STATUS.search(text)
    return f"{code // 100}.{found[1]}" if found else None


def codes_of(reply: str) -> dict[str, str]:
    """`code` and `status` of a reply as one line, as far as it has them; none where a session was lost."""
    code, _, text = reply.partition(" ")
    if not (len(code) == 3 and code.isascii() and code.isdecimal()):
        return {}
    status = enhanced_status(int(code), text)
    return {"code": code, "status": status} if status else {"code": code}


def is_unusable(status: str) -> bool:
    """Whether an enhanced status code, such as 5.1.1, says that no mail will ever reach the address."""
    return MEANINGS.get(status.strip()) is Meaning.ADDRESS_UNUSABLE


def is_crowded(text: str) -> bool:
    """Whether a reply says that we have too many sessions at a time."""
    return CROWDED.search(text) is not None
