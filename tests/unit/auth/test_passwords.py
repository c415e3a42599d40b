"""Which passwords can be chosen."""

import asyncio

import pytest

from auth_service.accounts.passwords import LEET_SYMBOLS, LONGEST_PASSWORD, PasswordRules, scored_part
from auth_service.accounts.refusals import FieldRefused, Problem, TooBusy
from auth_service.password_hashing import PasswordHashing

RULES = PasswordRules(shortest=15, context=("Digitaal Nachregister",))
KNOWN = ("Pension De Zon", "info@dezon.nl", "Zeedorp")


def check(password):
    return RULES.check(password, *KNOWN)


@pytest.mark.parametrize(
    "password",
    [
        "de kat krabt de krullen",
        "correct horse battery staple",
        "k8#jK2!pQ9zLm4xR",
        "Zeedorp is mooi als het regent",
        "東京の夜は静かで雨が降っていました",
        "x7Gq2" * 10 + "een lange staart die er niet toe doet",
    ],
)
def test_a_long_unusual_password_is_fine(password):
    assert check(password) == password


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", Problem.EMPTY),
        ("kort en krachti", Problem.TOO_SHORT),
        ("a" * (LONGEST_PASSWORD + 1), Problem.TOO_LONG),
        ("de kat krabt\x00 de krullen", Problem.CONTROL_CHARACTER),
        ("wachtwoord12345", Problem.COMMON_PASSWORD),
        ("welkomwelkom123", Problem.COMMON_PASSWORD),
        ("aaaaaaaaaaaaaaaaaaaa", Problem.COMMON_PASSWORD),
        ("123456789012345678", Problem.COMMON_PASSWORD),
        ("1 2 3 4 5 6 7 8 9", Problem.COMMON_PASSWORD),
        ("qwertyuiopasdfgh", Problem.COMMON_PASSWORD),
        ("Wachtwoord2026!!", Problem.COMMON_PASSWORD),
        ("ditismijnwachtwoord", Problem.COMMON_PASSWORD),
        (" " * 20, Problem.COMMON_PASSWORD),
        ("\u3000" * 20, Problem.COMMON_PASSWORD),
        ("Pension De Zon 2026", Problem.CONTEXT_PASSWORD),
        ("zeedorp-zeedorp-1", Problem.CONTEXT_PASSWORD),
        ("info@dezon.nl!!", Problem.CONTEXT_PASSWORD),
        ("digitaal nachregister", Problem.CONTEXT_PASSWORD),
    ],
)
def test_a_refused_password_says_why(password, problem):
    if problem is Problem.TOO_SHORT:
        password = password[:14]

    with pytest.raises(FieldRefused) as refusal:
        check(password)

    assert refusal.value.problem is problem


def test_a_password_full_of_symbols_is_scored_without_their_letters():
    full_of_symbols = "4@8({[<369&#!|1/\\70$5+7%2" * 3

    assert LEET_SYMBOLS & set(scored_part(full_of_symbols)) == set()
    assert scored_part("p@$$word van mij") == "p@$$word van mij"
    assert check(full_of_symbols) == full_of_symbols


def test_characters_are_counted_not_bytes():
    assert check("ééééé krabt de ü") == "ééééé krabt de ü"


@pytest.fixture
def hashing():
    hashing = PasswordHashing(threads=1)
    yield hashing
    hashing.close()


async def test_an_accent_typed_on_another_device_is_the_same_password(hashing):
    composed, decomposed = "caf\u00e9 om de hoek", "cafe\u0301 om de hoek"

    assert await hashing.verify(await hashing.hash(composed), decomposed)
    assert not await hashing.verify(await hashing.hash(composed), "cafe om de hoek")


async def test_a_broken_hash_matches_nothing(hashing):
    assert not await hashing.verify("not a hash", "whatever")


async def test_a_queue_that_is_full_refuses_at_once_and_recovers(hashing):
    outcomes = await asyncio.gather(
        *(hashing.verify(hashing.dummy_hash, "x") for _ in range(40)), return_exceptions=True
    )

    refused = [outcome for outcome in outcomes if isinstance(outcome, TooBusy)]
    assert len(refused) == 40 - 16
    assert refused[0].retry_after > 0
    assert await hashing.verify(hashing.dummy_hash, "nobody's password")
