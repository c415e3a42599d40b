"""Whether an address is known shows in the mail only: answers are the same, byte by byte."""

import pytest

from auth_service.accounts.attempt_budgets import LOGIN_HERE, MAIL_HERE
from shared.address_masking import masked_address
from tests.integration.auth.api.scene import BODIES
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD, suppress

WRONG_PASSWORD = "de sleutel past niet op dit slot"
ADDRESSES = ("ken@dezon.example", "pen@dezon.example", "onb@dezon.example")

SUPPRESSED = "weg@dezon.example"


@pytest.fixture(autouse=True)
async def everybody(make_account, make_pending, sql, clock):
    """An account, a registration that waits for its code, nobody at all, and who isn't mailed any more."""
    known, pending, _ = ADDRESSES
    await make_account(email=known)
    await make_pending(email=pending)
    await suppress(sql, SUPPRESSED, clock())


async def comparable(response):
    """An answer without what is drawn anew for everybody: a receipt, of equal length."""
    body = await response.read()
    if response.status == 202 and b"ontvangstbewijs" in body:
        body = (len(body), body[:20])
    headers = [(name, value) for name, value in response.headers.items() if name != "Date"]
    return response.status, body, headers


@pytest.mark.parametrize(
    ("path", "password", "status"),
    [
        ("/registraties", PASSWORD, 202),
        ("/registraties", OTHER_PASSWORD, 202),
        ("/activatiecodes", None, 202),
        ("/wachtwoordherstelverzoeken", None, 202),
        ("/sessies", WRONG_PASSWORD, 401),
    ],
)
async def test_known_pending_unknown_and_suppressed_addresses_get_the_same_bytes(api, path, password, status):
    typed = {"wachtwoord": password} if password else {}

    answers = [
        await comparable(await api.post(path, {**BODIES[path], **typed, "email": address}))
        for address in (*ADDRESSES, SUPPRESSED)
    ]

    assert [answer[0] for answer in answers] == [status] * 4
    assert answers[0] == answers[1] == answers[2] == answers[3]


async def test_the_mails_of_known_pending_and_unknown_addresses_look_the_same(api):
    answers = []
    for address in ADDRESSES:
        registered = await api.post("/registraties", {**BODIES["/registraties"], "email": address})
        receipt = (await registered.json())["ontvangstbewijs"]
        seen = await comparable(await api.get("/registraties/huidige", Ontvangstbewijs=receipt))
        assert seen[0] == 200
        answers.append((seen[0], seen[1].replace(masked_address(address).encode(), b"{email}"), seen[2]))

    assert answers[0] == answers[1] == answers[2]


async def test_the_password_chosen_by_a_stranger_tells_him_nothing(api):
    """Pending and unknown: the registration's own password is as wrong as any other without its receipt."""
    known, pending, unknown = [
        await comparable(await api.post("/sessies", {"email": address, "wachtwoord": password}))
        for address, password in zip(ADDRESSES, (WRONG_PASSWORD, PASSWORD, PASSWORD), strict=True)
    ]

    assert known == pending == unknown


@pytest.mark.parametrize(
    ("path", "budget"),
    [
        ("/registraties", MAIL_HERE),
        ("/activatiecodes", MAIL_HERE),
        ("/wachtwoordherstelverzoeken", MAIL_HERE),
        ("/sessies", LOGIN_HERE),
    ],
    ids=lambda value: getattr(value, "name", value),
)
async def test_they_are_slowed_down_alike(api, path, budget):
    slowed = []
    for address in ADDRESSES:
        body = {**BODIES[path], "email": address}
        if path == "/sessies":
            body["wachtwoord"] = WRONG_PASSWORD
        for _ in range(budget.at_once):
            assert (await api.post(path, body)).status != 429
        slowed.append(await comparable(await api.post(path, body)))

    assert slowed[0][0] == 429
    assert slowed[0] == slowed[1] == slowed[2]
