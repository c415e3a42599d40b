"""Whether an address is known shows in the mail only: answers are the same, byte by byte."""

import re

import pytest

from tests.journeys.mailbox import ACTIVATION, KNOWN_ADDRESS, RESET
from tests.journeys.people import WRONG_PASSWORD, Person

DRAWN = re.compile(r'(name="csrf" value=|dnr-\w+=)"?[\w-]+"?')
PER_ANSWER = {"date", "set-cookie"}


async def plain(answer, email):
    """Status, headers, cookies and text, without what is drawn anew for everybody."""
    headers = [(header["name"], header["value"]) for header in answer.headers_array]
    kept = sorted(header for header in headers if header[0].lower() not in PER_ANSWER)
    cookies = sorted(DRAWN.sub(r"\1", value) for name, value in headers if name.lower() == "set-cookie")
    text = DRAWN.sub(r"\1", (await answer.text()).replace(email, "{email}"))
    return answer.status, kept, cookies, text


async def answers_to(door, path, fields):
    """What comes back for a form, and the page it leads to."""
    answer = await door.post(path, fields)
    seen = [await plain(answer, fields["email"])]
    if answer.status == 303:
        seen.append(await plain(await door.get(answer.headers["location"]), fields["email"]))
    return seen


@pytest.fixture
def everybody(make_account, make_door):
    """An account, a registration that waits for its code, and nobody at all."""

    async def everybody():
        known, pending, unknown = await make_account(), Person(), Person()
        await (await make_door()).send("/registreren", pending.posted)
        return known, pending, unknown

    return everybody


@pytest.mark.parametrize(
    ("path", "wrong_password"),
    [("/inloggen", WRONG_PASSWORD), ("/activeren/nieuwe-code", None), ("/wachtwoord-vergeten", None)],
)
async def test_every_address_gets_the_same_answer(everybody, make_door, path, wrong_password):
    people = await everybody()
    password = {"wachtwoord": wrong_password} if wrong_password else {}

    known, pending, unknown = [
        await answers_to(await make_door(), path, {"email": person.email, **password}) for person in people
    ]

    assert known == unknown
    assert pending == unknown


async def test_registering_looks_the_same_whether_the_address_is_known_or_not(
    everybody, make_door, mailbox, services
):
    people = await everybody()

    # Else one page would come before the mail has left, and another after it.
    with services["mailer"].paused():
        known, pending, unknown = [
            await answers_to(await make_door(), "/registreren", person.posted) for person in people
        ]

    assert known == unknown
    assert pending == unknown
    await mailbox.newest(people[0].email, KNOWN_ADDRESS)
    await mailbox.newest(people[1].email, ACTIVATION, of=2)
    await mailbox.newest(people[2].email, ACTIVATION)


async def test_registering_a_known_address_tells_its_owner_and_changes_nothing(
    visitor, make_account, mailbox
):
    owner = await make_account()

    await visitor.registers(Person(owner.email, WRONG_PASSWORD).fields)
    await visitor.reads("Uw account is succesvol geregistreerd. U kunt nu inloggen.")

    mail = await mailbox.newest(owner.email, KNOWN_ADDRESS)
    assert "Iemand probeerde een account aan te maken met dit e-mailadres." in mail.text
    await visitor.logs_in(owner.email, owner.password)
    await visitor.is_on("/account")


async def test_an_unknown_address_gets_no_mail_about_a_password(visitor, make_account, mailbox):
    known, unknown = await make_account(), Person()
    await visitor.opens("/wachtwoord-vergeten")
    await visitor.types({"Emailadres": unknown.email})
    await visitor.presses("Herstellen")
    await visitor.reads("Wanneer uw emailadres bekend is in ons systeem ontvangt u een email")

    # Requests are answered in order: once this mail is here, the other one would be too.
    await visitor.door.send("/wachtwoord-vergeten", {"email": known.email})
    await mailbox.newest(known.email, RESET)

    assert not await mailbox.mails_to(unknown.email)
