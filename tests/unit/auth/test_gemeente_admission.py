"""Whether a gemeente takes part: what must be known of it then, and what may stay as it is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth_service.accounts.audit import AuditedAct
from auth_service.accounts.gemeente_admission import AdmissionForm, act_of, read_admission
from auth_service.accounts.gemeente_search import GemeenteSearch, Standing, standing_of
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import Field, InputRefused, Problem

OWN_HOST = "inloggen.example.nl"
LISTED = Gemeente("GM0518", "'s-Gravenhage", "", None, None, participating=False)
JOINED = replace(LISTED, email="post@denhaag.example", phone="14 070", participating=True)
LEFT = replace(JOINED, participating=False)
DISSOLVED = replace(LEFT, dissolved_in=2024)


def violations(form, former):
    with pytest.raises(InputRefused) as refused:
        read_admission(form, former, own_host=OWN_HOST)
    return [(violation.field, violation.problem) for violation in refused.value.violations]


@pytest.mark.parametrize("gemeente", [LISTED, JOINED, LEFT, DISSOLVED, replace(JOINED, phone="zie website")])
def test_what_is_as_it_was_stays_as_it_is(gemeente):
    assert read_admission(AdmissionForm.of(gemeente), gemeente, own_host=OWN_HOST) == gemeente


def test_one_that_joins_says_whom_to_ask():
    assert violations(AdmissionForm(participating=True), LISTED) == [(Field.CONTACT_EMAIL, Problem.EMPTY)]


def test_one_that_leaves_still_says_whom_to_ask():
    assert violations(AdmissionForm(participating=False), JOINED) == [(Field.CONTACT_EMAIL, Problem.EMPTY)]


def test_one_that_never_took_part_needs_to_say_nothing():
    form = AdmissionForm(participating=False, contact_phone="14070")

    assert read_admission(form, LISTED, own_host=OWN_HOST) == replace(LISTED, phone="14 070")


def test_all_that_is_wrong_is_told_at_once():
    form = AdmissionForm(participating=True, contact_email="x", contact_phone="x", host=OWN_HOST)

    assert violations(form, DISSOLVED) == [
        (Field.PARTICIPATING, Problem.DISSOLVED),
        (Field.CONTACT_EMAIL, Problem.WRONG),
        (Field.CONTACT_PHONE, Problem.WRONG),
        (Field.HOST, Problem.WRONG),
    ]


def test_one_that_is_dissolved_and_takes_part_may_stop():
    still = replace(DISSOLVED, participating=True)
    form = replace(AdmissionForm.of(still), participating=False)

    assert read_admission(form, still, own_host=OWN_HOST) == DISSOLVED


@pytest.mark.parametrize(
    ("former", "wanted", "act"),
    [
        (LISTED, JOINED, AuditedAct.GEMEENTE_JOINED),
        (JOINED, LEFT, AuditedAct.GEMEENTE_LEFT),
        (JOINED, replace(JOINED, phone=None), AuditedAct.GEMEENTE_CHANGED),
    ],
)
def test_the_trail_says_what_became_of_it(former, wanted, act):
    assert act_of(former, wanted) is act


@pytest.mark.parametrize("text", ["", "  ", "gravenhage", "\u2019s-Grav", "Den Haag", "haag", "gm0518"])
def test_a_gemeente_is_found_by_a_part_of_its_names_and_by_its_code(text):
    assert GemeenteSearch(text).finds(LISTED)


@pytest.mark.parametrize("text", ["Den Bosch", "GM051", "--", "\x00"])
def test_by_anything_else_it_is_not(text):
    assert not GemeenteSearch(text).finds(LISTED)


@given(st.sampled_from([LISTED, JOINED, LEFT, DISSOLVED]))
def test_each_has_one_standing_by_which_it_is_found(gemeente):
    found = [standing for standing in Standing if GemeenteSearch(standing=standing).finds(gemeente)]

    assert found == [standing_of(gemeente)]
