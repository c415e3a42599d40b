"""Which passwords can be chosen: long, not common, not about the company (NIST SP 800-63B-4 § 3.1.1.2).

No rules about digits or capitals. The typed password is NFC-normalised and otherwise taken as it is.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zxcvbn import zxcvbn

from auth_service.accounts.places import place_key
from auth_service.accounts.refusals import FieldRefused, Problem

LONGEST_PASSWORD = 256
# zxcvbn's scale of 0 to 4; 3 is "safely unguessable" against a slow hash.
LEAST_SCORE = 3
# zxcvbn's work grows with the square of the length, and with the product of the letters that the symbols of
# a password may stand for: seconds for one that is full of them. Few people write p@$$ with more than three.
SCORED_CHARACTERS = 48
LEET_SYMBOLS = frozenset("@({[<&#!|/\\$+%")
MOST_LEET_SYMBOLS = 3
# Of a password that holds the company's name this much must be left without it.
LEAST_OF_ONES_OWN = 8
# A company called "De Zon" must not forbid every password with "de" in it.
SHORTEST_CONTEXT_WORD = 4

# zxcvbn's lists are English; these are what Dutch people reach for.
DUTCH_WORDS = sorted(
    """
    wachtwoord welkom welkom01 geheim geheimpje nederland holland oranje amsterdam rotterdam utrecht
    ajax feyenoord psv voetbal lente zomer herfst winter januari februari maart april mei juni juli
    augustus september oktober november december maandag dinsdag woensdag donderdag vrijdag zaterdag
    zondag schatje liefje lieverd hallo hoihoi doedoei inloggen toegang computer internet sinterklaas
    kerstmis koningsdag vakantie hotel pension camping vakantiepark overnachting gasten nachtregister
    nachregister digitaal register gemeente dnr
    ikhouvanjou ikhouvanje mijn ditis
    """.split(),
    key=len,
    reverse=True,
)


@dataclass(frozen=True)
class PasswordRules:
    """`shortest` in characters; `context` are words that everybody would guess here, such as the product."""

    shortest: int
    context: tuple[str, ...]

    def check(self, typed: str, *known: str) -> str:
        """The normalised password; raises FieldRefused.

        `known` is what others know of the person: names of company, place and gemeente, the address.
        """
        password = normalised(typed)
        check_length(password, self.shortest)
        words = context_words((*self.context, *known))
        if is_mostly(password, words):
            raise FieldRefused(Problem.CONTEXT_PASSWORD)
        if is_mostly(password, DUTCH_WORDS) or is_guessable(password, words):
            raise FieldRefused(Problem.COMMON_PASSWORD)
        return password


def normalised(password: str) -> str:
    """What is hashed: NFC, so that an accent typed on another device gives the same password."""
    return unicodedata.normalize("NFC", password)


def check_length(password: str, shortest: int) -> None:
    if not password:
        raise FieldRefused(Problem.EMPTY)
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in password):
        raise FieldRefused(Problem.CONTROL_CHARACTER)
    if len(password) < shortest:
        raise FieldRefused(Problem.TOO_SHORT)
    if len(password) > LONGEST_PASSWORD:
        raise FieldRefused(Problem.TOO_LONG)


def context_words(context: Iterable[str]) -> list[str]:
    """Each text as a whole and its longer words, folded; the longest first."""
    keys = {place_key(part) for text in context for part in (text, *re.split(r"[\W_]+", text))}
    return sorted((key for key in keys if len(key) >= SHORTEST_CONTEXT_WORD), key=len, reverse=True)


def is_mostly(password: str, words: Sequence[str]) -> bool:
    """Whether little is left of the password without these words, the longest of them first."""
    rest = place_key(password)
    for word in words:
        rest = rest.replace(word, "")
    return rest != place_key(password) and len(rest) < LEAST_OF_ONES_OWN


def is_guessable(password: str, words: list[str]) -> bool:
    # The second reading catches `1 2 3 4 5 6 7 8 9`, which zxcvbn takes for a random string.
    readings = {scored_part(password), scored_part("".join(password.split()))}
    return any(score(reading, words) < LEAST_SCORE for reading in readings)


def scored_part(password: str) -> str:
    part = password[:SCORED_CHARACTERS]
    symbols = LEET_SYMBOLS & set(part)
    if len(symbols) <= MOST_LEET_SYMBOLS:
        return part
    return part.translate({ord(symbol): "-" for symbol in symbols})


def score(text: str, words: list[str]) -> int:
    """zxcvbn's 0 to 4; nothing but white space is the least there is."""
    return int(zxcvbn(text, user_inputs=[*words, *DUTCH_WORDS])["score"]) if text else 0
