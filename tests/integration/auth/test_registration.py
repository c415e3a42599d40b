"""Registering keeps what was typed apart until its code is proven."""

import asyncio
from datetime import timedelta

import pytest

from auth_service.accounts.refusals import (
    CodeRejected,
    Field,
    InputRefused,
    LoginRejected,
    Problem,
    ProofMissing,
)
from auth_service.flows.activation import OpenedAccount
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD, anyone, registration_form


async def test_a_registration_issues_one_code_and_opens_no_account(services, outbox, sql):
    await services.registration.register(registration_form(), anyone())

    mail = await outbox.newest()
    assert (mail.kind, mail.to) == ("activation_code_issued", "jan@dezon.example")
    assert mail.data["companyName"] == "Pension De Zon"
    assert mail.data["gemeente"]["email"] == "help@zeedorp.example"
    assert await sql.fetchval("SELECT count(*) FROM accounts") == 0
    assert await sql.fetchval("SELECT count(*) FROM mail_trail WHERE state = 'queued'") == 1


async def test_no_code_and_no_password_is_stored_in_clear(make_pending, sql):
    code, receipt = await make_pending()

    for table in ("pending_registrations", "codes", "outbox", "mail_trail"):
        stored = str(await sql.fetch(f"SELECT {table}::text FROM {table}"))  # noqa: S608 - names from above.
        assert code not in stored
        assert receipt not in stored
        assert PASSWORD not in stored


async def test_a_code_opens_the_account_only_once(services, make_pending):
    code, receipt = await make_pending()
    await services.activation.activate(code, password="", visitor=anyone(receipt))

    with pytest.raises(CodeRejected):
        await services.activation.activate(code, password="", visitor=anyone(receipt))


async def test_of_fifty_activations_at_once_exactly_one_succeeds(services, make_pending, sql):
    code, receipt = await make_pending()

    outcomes = await asyncio.gather(
        *(services.activation.activate(code, password="", visitor=anyone(receipt)) for _ in range(50)),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, OpenedAccount) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, CodeRejected) for outcome in outcomes) == 49
    assert await sql.fetchval("SELECT count(*) FROM accounts") == 1
    assert await sql.fetchval("SELECT count(*) FROM companies") == 1


async def test_two_registrations_of_one_address_confirmed_at_once_open_one_account(
    services, make_pending, sql
):
    pending = [await make_pending(company_name="Eerste"), await make_pending(company_name="Tweede")]

    outcomes = await asyncio.gather(
        *(
            services.activation.activate(code, password="", visitor=anyone(receipt))
            for code, receipt in pending
        ),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, OpenedAccount) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, CodeRejected) for outcome in outcomes) == 1
    assert await sql.fetchval("SELECT count(*) FROM accounts") == 1


async def test_a_code_is_refused_once_it_has_expired(services, make_pending, clock):
    code, receipt = await make_pending()
    clock.advance(timedelta(hours=24))

    with pytest.raises(CodeRejected):
        await services.activation.activate(code, password="", visitor=anyone(receipt))


@pytest.mark.parametrize("typed", ["", " \n"])
async def test_an_empty_code_is_told_apart_from_a_wrong_one(services, typed):
    with pytest.raises(InputRefused) as refusal:
        await services.activation.activate(typed, password="", visitor=anyone())

    assert refusal.value.violations[0].problem is Problem.EMPTY


async def test_another_browser_needs_the_password_and_a_wrong_one_leaves_the_code_usable(
    services, make_pending, sql
):
    code, _ = await make_pending()

    with pytest.raises(ProofMissing):
        await services.activation.activate(code, password="", visitor=anyone("somebody else's"))
    with pytest.raises(InputRefused):
        await services.activation.activate(code, password=OTHER_PASSWORD, visitor=anyone())
    await services.activation.activate(code, password=PASSWORD, visitor=anyone())

    assert await sql.fetchval("SELECT count(*) FROM accounts") == 1


async def test_a_stranger_cannot_have_his_password_confirmed_by_the_owner(services, make_pending):
    strangers_code, _ = await make_pending(company_name="Van een vreemde", password=OTHER_PASSWORD)
    code, receipt = await make_pending()

    # The owner gets both mails and opens the stranger's one first.
    with pytest.raises(ProofMissing):
        await services.activation.activate(strangers_code, password="", visitor=anyone(receipt))
    await services.activation.activate(code, password="", visitor=anyone(receipt))

    with pytest.raises(CodeRejected):
        await services.activation.activate(strangers_code, password=OTHER_PASSWORD, visitor=anyone())
    with pytest.raises(LoginRejected):
        await services.login.log_in("jan@dezon.example", OTHER_PASSWORD, visitor=anyone())


async def test_a_known_address_gets_a_notice_without_the_company_that_was_typed(
    services, make_account, outbox, sql
):
    await make_account()

    await services.registration.register(
        registration_form(email="JAN@dezon.example", company_name="Spam BV", place="Bergen"), anyone()
    )

    mail = await outbox.newest()
    assert (mail.kind, mail.to) == ("registration_for_existing_account", "jan@dezon.example")
    assert "companyName" not in mail.data
    assert mail.data["gemeente"]["name"] == "Zeedorp"
    assert await sql.fetchval("SELECT count(*) FROM pending_registrations") == 1


async def test_one_browser_can_confirm_each_of_the_registrations_made_in_it(services, make_pending, sql):
    first, receipt = await make_pending()
    second, same_receipt = await make_pending(receipt, email="piet@dezon.example")

    await services.activation.activate(second, password="", visitor=anyone(same_receipt))
    await services.activation.activate(first, password="", visitor=anyone(receipt))

    assert receipt == same_receipt
    assert await sql.fetchval("SELECT count(*) FROM accounts") == 2


async def newest_id(services, receipt):
    return (await services.registration.typed_before(receipt)).id


async def test_correcting_the_address_voids_what_was_mailed_to_the_former_one(services, make_pending, outbox):
    old_code, receipt = await make_pending(email="jan@dezom.example")

    assert await services.registration.correct(
        await newest_id(services, receipt), registration_form(password=""), anyone(receipt)
    )

    corrected = await outbox.newest()
    assert corrected.to == "jan@dezon.example"
    with pytest.raises(CodeRejected):
        await services.activation.activate(old_code, password="", visitor=anyone(receipt))
    await services.activation.activate(corrected.code, password="", visitor=anyone(receipt))
    assert await services.login.log_in("jan@dezon.example", PASSWORD, visitor=anyone())


async def test_a_correction_may_choose_another_password(services, make_pending, outbox):
    _, receipt = await make_pending()

    await services.registration.correct(
        await newest_id(services, receipt), registration_form(password=OTHER_PASSWORD), anyone(receipt)
    )
    await services.activation.activate(await outbox.code(), password="", visitor=anyone(receipt))

    with pytest.raises(LoginRejected):
        await services.login.log_in("jan@dezon.example", PASSWORD, visitor=anyone())
    assert await services.login.log_in("jan@dezon.example", OTHER_PASSWORD, visitor=anyone())


async def test_there_is_nothing_to_correct_once_the_account_is_open(services, make_pending, outbox):
    code, receipt = await make_pending()
    registration_id = await newest_id(services, receipt)
    await services.activation.activate(code, password="", visitor=anyone(receipt))

    assert not await services.registration.correct(registration_id, registration_form(), anyone(receipt))
    assert await outbox.mails() == []


async def test_a_correction_needs_the_receipt_and_changes_that_registration_only(
    services, make_pending, outbox, clock, sql
):
    _, receipt = await make_pending(email="typfout@dezom.example")
    first = await newest_id(services, receipt)
    clock.advance(timedelta(minutes=1))
    second_code, _ = await make_pending(receipt, email="tweede@dezon.example", company_name="Tweede")

    assert not await services.registration.correct(first, registration_form(), anyone("a stranger's receipt"))
    assert await services.registration.correct(first, registration_form(), anyone(receipt))

    await services.activation.activate((await outbox.newest()).code, password="", visitor=anyone(receipt))
    await services.activation.activate(second_code, password="", visitor=anyone(receipt))
    names = await sql.fetch("SELECT email_key FROM accounts ORDER BY email_key")
    assert [row["email_key"] for row in names] == ["jan@dezon.example", "tweede@dezon.example"]


async def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_form(services, sql):
    with pytest.raises(InputRefused) as refusal:
        await services.registration.register(
            registration_form(company_name="", postcode="12", place="Nergens", email="jan", password="kort"),
            anyone(),
        )

    assert [(violation.field, violation.problem) for violation in refusal.value.violations] == [
        (Field.COMPANY_NAME, Problem.EMPTY),
        (Field.POSTCODE, Problem.WRONG),
        (Field.PLACE, Problem.UNKNOWN_PLACE),
        (Field.EMAIL, Problem.WRONG),
        (Field.PASSWORD, Problem.TOO_SHORT),
    ]
    assert await sql.fetchval("SELECT count(*) FROM pending_registrations") == 0


async def test_a_place_in_two_gemeenten_asks_which(services, outbox):
    with pytest.raises(InputRefused) as refusal:
        await services.registration.register(registration_form(place="rijswijk"), anyone())
    assert refusal.value.gemeente_choices == [("GM9902", "Bergen"), ("GM9901", "Zeedorp")]

    await services.registration.register(registration_form(place="rijswijk", gemeente="GM9902"), anyone())
    assert (await outbox.newest()).data["gemeente"]["name"] == "Bergen"


async def test_a_gemeente_that_does_not_take_part_is_named(services):
    with pytest.raises(InputRefused) as refusal:
        await services.registration.register(registration_form(place="Elders"), anyone())

    (violation,) = refusal.value.violations
    assert (violation.problem, violation.facts) == (Problem.NOT_SUBSCRIBED, {"gemeente": "Elders"})


async def test_the_name_of_the_own_gemeente_is_no_password(services):
    with pytest.raises(InputRefused) as refusal:
        await services.registration.register(registration_form(password="zeedorp Zeedorp 1"), anyone())

    assert refusal.value.violations[0].problem is Problem.CONTEXT_PASSWORD
