"""Who walks through the journeys, and what they type on the registration form."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

PASSWORD = "de kat krabt de krullen"
OTHER_PASSWORD = "paarse olifant fietst naar zee"
WRONG_PASSWORD = "zeven groene lantaarns zwaaien"
TOO_SHORT_PASSWORD = "vier muizen"
EVERY_PASSWORD = (PASSWORD, OTHER_PASSWORD, WRONG_PASSWORD, TOO_SHORT_PASSWORD)


def draw_address() -> str:
    # Alike in the first two letters, so that all look the same where a page masks them.
    return f"jan.{secrets.token_hex(4)}@dezon.example"


def draw_address_that_answers(reply: str) -> str:
    """One whose mail the mailbox refuses or puts off, by the names that the README gives."""
    return f"{reply}@{secrets.token_hex(4)}.example"


@dataclass(frozen=True)
class Person:
    email: str = field(default_factory=draw_address)
    password: str = PASSWORD
    place: str = "Zeedorp"

    @property
    def fields(self) -> dict[str, str]:
        """The ten fields of the handleiding, in its order, by their labels."""
        return {
            "Naam onderneming *:": "Pension De Zon",
            "Adres *:": "Dorpsstraat 12a",
            "Postcode *:": "1234 AB",
            "Woonplaats *:": self.place,
            "KVK nummer:": "12345678",
            "Telefoonnummer:": "0612345678",
            "Aantal slaapplekken *:": "4",
            "Accommodatie *:": "Pension",
            "Email *:": self.email,
            "Wachtwoord *:": self.password,
        }

    @property
    def posted(self) -> dict[str, str]:
        """The same as a browser posts it."""
        return {
            "naamOnderneming": "Pension De Zon",
            "adres": "Dorpsstraat 12a",
            "postcode": "1234 AB",
            "woonplaats": self.place,
            "kvkNummer": "12345678",
            "telefoonnummer": "0612345678",
            "aantalSlaapplekken": "4",
            "accommodatie": "pension",
            "email": self.email,
            "wachtwoord": self.password,
        }


MakeAccount = Callable[..., Awaitable[Person]]
