"""The details of a company as typed on the registration form, read forgivingly (R-20)."""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from stdnum.exceptions import ValidationError
from stdnum.nl import postcode as dutch_postcode

from auth_service.accounts.refusals import FieldRefused, Problem

LONGEST_NAME = 200
LONGEST_ADDRESS = 200
LONGEST_PLACE = 100
MOST_SLEEPING_PLACES = 99_999
KVK_DIGITS = 8
ESTABLISHMENT_DIGITS = 12
# 0900, 0906 and the like: numbers nobody can be reached on.
SERVICE_NUMBERS = frozenset(
    {phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST}
)

# Value and label of the field 'Accommodatie'; the values are stored.
ACCOMMODATION_TYPES: dict[str, str] = {
    "hotel": "Hotel",
    "pension": "Pension",
    "bed-and-breakfast": "Bed and breakfast (B&B)",
    "vakantiewoning": "Vakantiewoning",
    "vakantiepark": "Vakantiepark",
    "appartement": "Appartement",
    "camping": "Camping of minicamping",
    "camperplaats": "Camperplaats",
    "groepsaccommodatie": "Groepsaccommodatie",
    "hostel": "Hostel",
    "jachthaven": "Jachthaven",
    "logiesboot": "Boot met slaapplekken",
    "short-stay": "Short stay",
    "arbeidsmigranten": "Huisvesting voor internationale werknemers",
    "particulier": "Kamer of woning van een particulier",
    "anders": "Anders",
}


@dataclass(frozen=True)
class CompanyDetails:
    """Checked and in one notation: postcode `1234AB`, KVK number 8 digits, phone in E.164."""

    name: str
    street_address: str
    postcode: str
    place: str
    kvk_number: str | None
    phone: str | None
    sleeping_places: int
    accommodation: str


def read_line(typed: str, *, longest: int) -> str:
    """One line of text, NFC, runs of white space as one space."""
    visible = "".join(letter for letter in unicodedata.normalize("NFC", typed) if not is_invisible(letter))
    text = " ".join(visible.split())
    if any(unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") for character in text):
        raise FieldRefused(Problem.CONTROL_CHARACTER)
    if not text:
        raise FieldRefused(Problem.EMPTY)
    if len(text) > longest:
        raise FieldRefused(Problem.TOO_LONG)
    return text


def is_invisible(character: str) -> bool:
    """Zero-width, direction-changing and filling characters: nobody sees them, so nobody means them."""
    return unicodedata.category(character) == "Cf" or character in "\u115f\u1160\u3164\uffa0"


def read_company_name(typed: str) -> str:
    return read_line(typed, longest=LONGEST_NAME)


def read_place(typed: str) -> str:
    text = read_line(typed, longest=len(typed))
    if len(text) > LONGEST_PLACE:
        raise FieldRefused(Problem.UNKNOWN_PLACE)
    return text


# A place without a house number says so: 'zonder nummer', 'ongenummerd'.
UNNUMBERED = re.compile(r"\b(z\.?\s?n\.?|ong(\.|enummerd)?|bij)(\s|$)", re.IGNORECASE)


def read_street_address(typed: str) -> str:
    text = read_line(typed, longest=LONGEST_ADDRESS)
    if not any(character.isalpha() for character in text):
        raise FieldRefused(Problem.EMPTY)
    if not any(character.isdigit() for character in text) and not UNNUMBERED.search(text):
        raise FieldRefused(Problem.NO_HOUSE_NUMBER)
    return text


def read_postcode(typed: str) -> str:
    """`1234ab`, ` 1234  AB ` and `NL-1234 AB` as `1234AB`; SA, SD and SS were never issued."""
    text = read_line(typed, longest=len(typed))
    try:
        return str(dutch_postcode.validate(text.upper())).replace(" ", "")
    except ValidationError:
        raise FieldRefused(Problem.WRONG) from None


def read_kvk_number(typed: str) -> str | None:
    """Eight digits, leading zeros kept; None where the field was left empty."""
    digits = re.sub(r"[\s.\-]", "", typed)
    if not digits:
        return None
    if re.fullmatch(rf"[0-9]{{{ESTABLISHMENT_DIGITS}}}", digits):
        raise FieldRefused(Problem.ESTABLISHMENT_NUMBER)
    if not re.fullmatch(rf"[0-9]{{{KVK_DIGITS}}}", digits):
        raise FieldRefused(Problem.WRONG)
    return digits


def read_phone(typed: str) -> str | None:
    """A Dutch or international number as E.164; None where the field was left empty."""
    if not typed.strip():
        return None
    # `+31 (0)6` is how many people write it; the zero is not dialled from abroad.
    text = re.sub(r"^\s*(\+|00)\s*31\s*\(0\)", "+31", typed)
    try:
        number = phonenumbers.parse(text, "NL")
    except phonenumbers.NumberParseException:
        raise FieldRefused(Problem.WRONG) from None
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) in SERVICE_NUMBERS:
        raise FieldRefused(Problem.WRONG)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown_phone(e164: str) -> str:
    """As a Dutch person writes it: national where it is Dutch."""
    number = phonenumbers.parse(e164)
    is_dutch = phonenumbers.region_code_for_number(number) == "NL"
    form = (
        phonenumbers.PhoneNumberFormat.NATIONAL if is_dutch else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(number, form)


def read_sleeping_places(typed: str) -> int:
    text = "".join(typed.split())
    if not text:
        raise FieldRefused(Problem.EMPTY)
    # `1.200` is how a Dutch person writes twelve hundred.
    text = re.sub(r"^([1-9][0-9]{0,2})\.([0-9]{3})$", r"\1\2", text)
    if not re.fullmatch(r"[0-9]{1,30}", text) or int(text) < 1:
        raise FieldRefused(Problem.WRONG)
    if int(text) > MOST_SLEEPING_PLACES:
        raise FieldRefused(Problem.TOO_HIGH)
    return int(text)


def read_accommodation(typed: str) -> str:
    value = typed.strip()
    if value not in ACCOMMODATION_TYPES:
        raise FieldRefused(Problem.EMPTY)
    return value
