"""Gemeenten as the pages of the platform show them and ask for them."""

from collections.abc import Mapping
from urllib.parse import urlencode

from auth_service.accounts.gemeente_admission import AdmissionForm
from auth_service.accounts.gemeente_search import GemeenteSearch, Standing
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import Field
from auth_service.web.form_view import FORM_NAMES

SEARCH, STANDING, PAGE = "zoek", "stand", "pagina"
TICKED = "ja"
# What stands in an address, and its words.
STANDINGS: Mapping[Standing, tuple[str, str]] = {
    Standing.PARTICIPATING: ("doet-mee", "Doet mee"),
    Standing.NOT_PARTICIPATING: ("doet-niet-mee", "Doet niet mee"),
    Standing.DISSOLVED: ("opgeheven", "Opgeheven"),
}
BY_NAME = {name: standing for standing, (name, _) in STANDINGS.items()}
# No number of a page is longer.
MOST_DIGITS = 6


def search_from(query: Mapping[str, str]) -> GemeenteSearch:
    """A standing that there isn't is any."""
    return GemeenteSearch(query.get(SEARCH, ""), BY_NAME.get(query.get(STANDING, "")))


def page_from(query: Mapping[str, str]) -> int:
    """What is no number is the first."""
    typed = query.get(PAGE, "")
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= MOST_DIGITS
    return int(typed) if is_number else 1


def page_address(path: str, search: GemeenteSearch, page: int) -> str:
    standing = STANDINGS[search.standing][0] if search.standing else ""
    asked = {SEARCH: search.text, STANDING: standing, PAGE: str(page) if page > 1 else ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{path}?{query}" if query else path


def admission_as_typed(gemeente: Gemeente) -> dict[str, str]:
    """The fields of the form, as they are now."""
    form = AdmissionForm.of(gemeente)
    return {
        FORM_NAMES[Field.PARTICIPATING]: TICKED if form.participating else "",
        FORM_NAMES[Field.CONTACT_EMAIL]: form.contact_email,
        FORM_NAMES[Field.CONTACT_PHONE]: form.contact_phone,
        FORM_NAMES[Field.HOST]: form.host,
    }


def admission_from(fields: Mapping[str, str]) -> AdmissionForm:
    return AdmissionForm(
        participating=fields.get(FORM_NAMES[Field.PARTICIPATING]) == TICKED,
        contact_email=fields.get(FORM_NAMES[Field.CONTACT_EMAIL], ""),
        contact_phone=fields.get(FORM_NAMES[Field.CONTACT_PHONE], ""),
        host=fields.get(FORM_NAMES[Field.HOST], ""),
    )
