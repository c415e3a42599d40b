"""A key that somebody needs to log in is missed before anybody is turned away."""

import pytest

from auth_service.accounts.sealing import AccountSeal, key_fingerprint
from auth_service.flows.sealing_keys import refuse_missing_keys
from shared.settings import SettingsWrong
from tests.integration.auth.sealed_rows import LOST, NEW, OLD, add_account, enrol, offer, show_codes


async def test_a_start_without_a_needed_key_names_it_and_who_needs_it(sql, database):
    for keys in ([OLD], [OLD], [LOST], [NEW]):
        await enrol(sql, *keys)

    with pytest.raises(SettingsWrong) as refused:
        await refuse_missing_keys(database, AccountSeal([NEW]))

    missing = " and ".join(sorted([key_fingerprint(OLD), key_fingerprint(LOST)]))
    assert str(refused.value) == (
        f"SEALING_KEYS lacks 2 key(s), with fingerprint {missing}, without which 3 account(s) can't log in."
    )


async def test_what_is_sealed_for_a_while_only_stops_no_start(sql, database):
    person = await enrol(sql, NEW)
    await offer(sql, person, 1, LOST)
    await show_codes(sql, person, LOST)

    await refuse_missing_keys(database, AccountSeal([NEW]))


async def test_an_account_without_enrolment_needs_no_key(sql, database):
    await add_account(sql)

    await refuse_missing_keys(database, AccountSeal([NEW]))
