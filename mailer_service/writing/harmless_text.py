"""Text that somebody typed into a form, made unfit for spam.

Anyone can register any address, so a company name is what a stranger may write to a third person in our
name. Mail programs turn anything that looks like an address into a link; here it stops looking like one.
"""

import re
import unicodedata

LONGEST = 60

# Invisible or unassigned, and able to hide a link or turn the reading direction around.
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
SCHEME = re.compile(r"[^\W\d_][\w+.-]*:/+|https?", re.IGNORECASE)
WWW = re.compile(r"www(?=[.。])", re.IGNORECASE)
# A dot with two characters behind it may start a top-level domain; that of "B.V." may not.
JOINING_DOT = re.compile(r"[.。](?=[^\s.。]{2})")
JOINING_AT = re.compile(r"(?<=\S)@(?=\S)")
JOINING_COLON = re.compile(r":(?=\S)")
SLASHES = re.compile(r"\\+|/{2,}")


def harmless_text(typed: str, longest: int = LONGEST) -> str:
    """`typed` on one line, at most `longest` characters, with nothing that a mail program makes a link of."""
    unlinked = SLASHES.sub(" ", without(WWW, without(SCHEME, made_visible(typed))))
    spaced = JOINING_COLON.sub(": ", JOINING_AT.sub(" @ ", JOINING_DOT.sub(". ", unlinked)))
    return shortened(" ".join(spaced.split()), longest)


def made_visible(typed: str) -> str:
    # NFKC turns look-alikes, such as full-width letters and dots, into what they look like.
    plain = unicodedata.normalize("NFKC", typed)
    # Most is visible, and stays as it is.
    return plain if plain.isprintable() else "".join(map(visible_or_blank, plain))


def visible_or_blank(character: str) -> str:
    category = unicodedata.category(character)
    if category in UNSEEN and not character.isspace():
        return ""
    return " " if character.isspace() or category in {"Zl", "Zp"} else character


def without(pattern: re.Pattern[str], text: str) -> str:
    """`text` with every match gone, also those that taking one away brings together: `hthttptp`."""
    while (shorter := pattern.sub("", text)) != text:
        text = shorter
    return text


def shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
