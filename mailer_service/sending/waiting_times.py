"""How long a mail server asks us to wait, as it says so in the words of a reply."""

import re

# Nobody who waits for a mail is helped by one that comes tomorrow.
LONGEST_WAIT_SECONDS = 4 * 60 * 60

UNITS = {"s": 1, "m": 60, "h": 3_600}
# Postgrey and SQLgrey ("Greylisted for 300 seconds"), Exim and Rspamd rules ("try again in 5 minutes"), and
# milter-greylist ("come back in 00:05:00").
ASKED = re.compile(
    r"\b(?:try|retry|again|back|resend|wait|greylisted)\b[^\d\n]{0,40}?\b"
    r"(?:(?P<hours>\d{1,2}):(?P<minutes>\d\d):(?P<seconds>\d\d)\b"
    r"|(?P<number>\d{1,6}) ?(?P<unit>s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?)\b)",
    re.IGNORECASE,
)


def asked_seconds(text: str) -> int:
    """How long to wait, at most LONGEST_WAIT_SECONDS; 0 where the reply doesn't say."""
    found = ASKED.search(text)
    if found is None:
        return 0
    if found["number"]:
        seconds = int(found["number"]) * UNITS[found["unit"][0].lower()]
    else:
        seconds = int(found["hours"]) * 3_600 + int(found["minutes"]) * 60 + int(found["seconds"])
    return min(seconds, LONGEST_WAIT_SECONDS)
