"""What a company told of itself, as people write it."""

from auth_service.accounts.company_details import ACCOMMODATION_TYPES, CompanyDetails, shown_phone


def details_as_typed(details: CompanyDetails) -> dict[str, str]:
    """By the names of the fields, which read it back as it was."""
    return {
        "naamOnderneming": details.name,
        "adres": details.street_address,
        "postcode": f"{details.postcode[:4]} {details.postcode[4:]}",
        "woonplaats": details.place,
        "kvkNummer": details.kvk_number or "",
        "telefoonnummer": shown_phone(details.phone) if details.phone else "",
        "aantalSlaapplekken": str(details.sleeping_places),
        "accommodatie": details.accommodation,
    }


def details_as_read(details: CompanyDetails) -> list[tuple[str, str]]:
    """With their labels, for who may only look; without what was left empty."""
    typed = details_as_typed(details)
    shown = {
        "Naam onderneming": typed["naamOnderneming"],
        "Adres": typed["adres"],
        "Postcode": typed["postcode"],
        "Woonplaats": typed["woonplaats"],
        "KVK nummer": typed["kvkNummer"],
        "Telefoonnummer": typed["telefoonnummer"],
        "Aantal slaapplekken": typed["aantalSlaapplekken"],
        "Accommodatie": ACCOMMODATION_TYPES[details.accommodation],
    }
    return [(label, text) for label, text in shown.items() if text]
