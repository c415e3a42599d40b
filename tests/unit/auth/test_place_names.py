"""People write a place in more ways than CBS does, and find it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth_service.accounts.place_aliases import ALIASES
from auth_service.accounts.place_names import bare_name, place_keys, typed_keys
from auth_service.accounts.places import place_key

NAMES = st.text(
    st.characters(codec="utf-8", categories=("L", "Nd", "Zs", "Pd", "Po", "Ps", "Pe")), max_size=30
)


def is_found(typed: str, listed: str) -> bool:
    return not place_keys(listed).isdisjoint(typed_keys(typed))


@pytest.mark.parametrize(
    ("typed", "listed"),
    [
        ("den haag", "'s-Gravenhage"),
        ("’s Gravenhage", "'s-Gravenhage"),
        ("DEN BOSCH", "'s-Hertogenbosch"),
        ("Ljouwert", "Leeuwarden"),
        ("Leeuwarden", "Ljouwert"),
        ("Eernewoude", "Earnewâld"),
        ("Earnewald", "Earnewâld"),
        ("Hengelo", "Hengelo (Gld)"),
        ("Hengelo (Gld)", "Hengelo (Gld)"),
        ("hengelo gld", "Hengelo (Gld)"),
        ("Hengelo (O)", "Hengelo"),
        ("Bergen NH", "Bergen (NH)"),
        ("Elst", "Elst Ut"),
        ("St. Annaparochie", "Sint Annaparochie"),
        ("St Annaparochie", "Sint Annaparochie"),
        ("Sint Willebrord", "St. Willebrord"),
        ("Sint-Oedenrode", "St. Oedenrode"),
        ("Alphen a/d Rijn", "Alphen aan den Rijn"),
        ("Capelle a.d. IJssel", "Capelle aan den IJssel"),
        ("Súdwest Fryslan", "Súdwest-Fryslân"),
    ],
)
def test_a_place_is_found_as_people_write_it(typed, listed):
    assert is_found(typed, listed)


@pytest.mark.parametrize(
    ("typed", "listed"),
    [
        ("Hengelo (Gld)", "Bergen (Gld)"),
        ("Den Haag", "Den Bosch"),
        ("Stein", "Steen"),
        ("(Gld)", "Hengelo (Gld)"),
    ],
)
def test_another_place_is_not(typed, listed):
    assert not is_found(typed, listed)


def test_no_name_stands_in_two_groups_of_aliases():
    keys = [place_key(name) for group in ALIASES for name in group]

    assert len(keys) == len(set(keys))
    assert all(keys)


@given(NAMES)
def test_what_is_listed_is_found_as_it_is_listed(name):
    assert bool(place_key(name)) == is_found(name, name)


@given(NAMES)
def test_case_and_the_way_accents_are_composed_make_no_difference(name):
    assert place_key(unicodedata.normalize("NFD", name)) == place_key(unicodedata.normalize("NFC", name))
    assert place_keys(name) <= place_keys(f"  {name} ") | {""}


@given(NAMES, st.sampled_from(["Gld", "NH", "L.", "gem. Elders"]))
def test_a_name_with_a_suffix_is_found_without_it(name, suffix):
    if place_key(bare_name(name)):
        assert is_found(bare_name(name), f"{bare_name(name)} ({suffix})")


@given(NAMES)
def test_a_key_has_letters_and_digits_only(name):
    assert all(key.isalnum() and key.isascii() and key == key.lower() for key in place_keys(name))
    assert place_key(place_key(name)) == place_key(name)
