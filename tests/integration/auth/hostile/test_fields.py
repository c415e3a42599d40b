"""Fields that are missing, strange or endless: the form again, with what is wrong in Dutch."""

import pytest

from tests.integration.auth.hostile.scene import AFTER_THE_PASSWORD, FORMS, told_in_dutch
from tests.integration.auth.two_factor.guest import Guest

pytestmark = pytest.mark.usefixtures("no_error_of_ours")
# The receipt would do instead of the password.
OPTIONAL = {"/registreren": {"kvkNummer", "telefoonnummer"}, "/activeren": {"wachtwoord"}}
WITH_FIELDS = [path for path in FORMS if FORMS[path]]


@pytest.fixture
async def arrived(request, browser, clock, make_account):
    """Whoever must have come so far to see the form of this test."""
    path = request.node.callspec.params["path"]
    if path not in AFTER_THE_PASSWORD:
        return
    await make_account()
    guest = Guest(browser, clock)
    await guest.log_in()
    await (guest.scan() if path == "/2fa/instellen" else guest.enrol())
    if path.startswith("/inloggen/"):
        await guest.log_in()


@pytest.fixture(autouse=True)
async def nothing_is_stored(arrived, nothing_is_stored):
    """From then on."""


@pytest.mark.parametrize("path", WITH_FIELDS)
async def test_a_form_with_nothing_filled_in_is_shown_again(send, token, path):
    page = await told_in_dutch(await send(path, {"csrf": token}), 400)

    assert "<title>Fout: " in page


@pytest.mark.parametrize("path", WITH_FIELDS)
async def test_a_field_that_is_missing_is_asked_for_like_an_empty_one(send, token, path):
    for name in FORMS[path].keys() - OPTIONAL.get(path, set()):
        others = {"csrf": token, **{key: FORMS[path][key] for key in FORMS[path].keys() - {name}}}

        missing = await told_in_dutch(await send(path, others), 400)
        empty = await told_in_dutch(await send(path, {**others, name: ""}), 400)

        assert "<title>Fout: " in missing
        assert missing == empty


NEVER_ACCEPTED = ["\x00", "a\x00b\x1b", "\x7f\x85", "\u202e\ufeff", "a" * 10_000, "\U0010ffff" * 1_000]


@pytest.mark.parametrize("path", WITH_FIELDS)
@pytest.mark.parametrize("typed", NEVER_ACCEPTED, ids=lambda typed: ascii(typed[:10]))
async def test_control_characters_and_endless_texts_are_refused(send, token, path, typed):
    for name in FORMS[path]:
        response = await send(path, {"csrf": token, **FORMS[path], name: typed})

        assert "<title>Fout: " in await told_in_dutch(response, 400)


STRANGE_NAMES = [
    "email[]",
    "email[a][b]" + "[c]" * 1_000,
    "__proto__.email",
    "a" * 10_000,
    "{{7*7}}<script>",
    "\x00",
    "\u202eliame",
    "email ",
    "EMAIL",
    "terug",
]


@pytest.mark.parametrize("path", WITH_FIELDS)
async def test_fields_we_do_not_know_are_passed_over(send, token, path):
    plain = await (await send(path, {"csrf": token})).text()

    for name in STRANGE_NAMES:
        response = await send(path, {"csrf": token, name: "jan@dezon.example"})

        await told_in_dutch(response, 400)
        assert await response.text() == plain


@pytest.mark.parametrize("path", WITH_FIELDS)
async def test_broken_percent_signs_mean_themselves(send, token, path):
    name = next(iter(FORMS[path]))

    response = await send(path, f"csrf={token}&%&%%=%&{name}=%zz%2&=".encode())

    page = await told_in_dutch(response, 400)
    assert 'value="%zz%2"' in page
