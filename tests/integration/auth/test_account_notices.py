"""What is handed over for mailing when something happens to an account."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from auth_service.accounts.mail_addresses import read_mail_address
from auth_service.accounts.one_time_codes import CodePurpose, code_digest
from auth_service.accounts.two_factor import Reset, ResetBy
from auth_service.flows.account_notices import AccountNotices
from auth_service.flows.address_change_facts import AddressChangeFacts
from auth_service.flows.fact_writer import NOTICE_LIFETIME, FactWriter
from shared.sealing import MessageSeal
from tests.integration.auth.scene import MESSAGE_KEY, ZEEDORP

OLD, NEW = "jan@dezon.example", read_mail_address("jan@nieuw.example")
BASICS = {"to", "gemeente", "companyName", "occurredAt", "expiresAt"}


@dataclass
class Stating:
    """States facts about the one account there is, each in a transaction of its own."""

    database: Any
    facts: Any
    now: Any

    async def __call__(self, kind, *further, **details):
        async with self.database.transaction() as tx:
            account = await tx.accounts.with_address(OLD)
            await getattr(self.facts, kind)(tx, account, *further, ZEEDORP, self.now, **details)


@pytest.fixture
def writer(settings):
    return FactWriter(settings.code_lifetimes, MessageSeal([MESSAGE_KEY]))


@pytest.fixture
async def notify(make_account, database, clock, writer):
    await make_account()
    return Stating(database, AccountNotices(writer), clock())


@pytest.fixture
async def tell(make_account, database, clock, writer):
    await make_account()
    return Stating(database, AddressChangeFacts(writer), clock())


@pytest.mark.parametrize(
    ("kind", "details", "told"),
    [
        ("totp_enabled", {}, {}),
        ("recovery_code_used", {"remaining": 2}, {"remaining": 2}),
        ("recovery_codes_replaced", {}, {}),
        (
            "new_device_login",
            {"browser": "Firefox", "system": "Windows"},
            {"browser": "Firefox", "system": "Windows"},
        ),
        ("new_device_login", {"browser": None, "system": None}, {}),
        ("account_closed", {}, {}),
    ],
)
async def test_a_notice_goes_to_the_owner_and_is_worth_reading_for_a_week(
    notify, outbox, clock, sql, kind, details, told
):
    await notify(kind, **details)

    (mail,) = await outbox.every_mail()
    assert (mail.kind, mail.to, mail.code) == (kind, OLD, None)
    assert {name: value for name, value in mail.data.items() if name not in BASICS} == told
    trailed = await sql.fetchrow(
        "SELECT recipient, expires_at, account_id FROM mail_trail WHERE kind = $1", kind
    )
    assert tuple(trailed) == (OLD, clock() + NOTICE_LIFETIME, await sql.fetchval("SELECT id FROM accounts"))


@pytest.mark.parametrize("reset_by", [by for by in ResetBy if by is not ResetBy.OWNER])
async def test_a_reset_by_somebody_else_issues_a_code_for_enrolling_anew(
    notify, outbox, clock, sql, reset_by
):
    await notify("totp_reset_by_other", reset=Reset(reset_by, clock()))

    mail = await outbox.newest()
    assert (mail.kind, mail.to, mail.data["resetBy"]) == ("totp_reset", OLD, reset_by)
    assert mail.data["resetAt"] == mail.data["occurredAt"]
    kept = await sql.fetchrow(
        "SELECT purpose, mailed_to_key, expires_at FROM codes WHERE digest = $1", code_digest(mail.code)
    )
    assert tuple(kept) == (CodePurpose.TOTP_ENROLMENT, OLD, clock() + timedelta(hours=24))
    assert await expiry_of_mail(sql, "totp_reset") == kept["expires_at"]


async def test_a_reset_by_the_owner_brings_no_code(notify, outbox):
    await notify("totp_reset_by_owner")

    mail = await outbox.newest()
    assert (mail.kind, mail.data["resetBy"], mail.data["required"]) == ("totp_reset", "owner", False)
    assert mail.code is None


async def test_the_code_for_a_new_address_goes_there_and_tells_nothing_of_the_account(
    tell, outbox, clock, sql
):
    await tell("email_change_code_issued", NEW)

    mail = await outbox.newest()
    assert (mail.kind, mail.to) == ("email_change_code_issued", NEW.text)
    assert set(mail.data) == BASICS - {"companyName"} | {"sealedCode"}
    kept = await sql.fetchrow(
        "SELECT purpose, mailed_to_key, expires_at FROM codes WHERE digest = $1", code_digest(mail.code)
    )
    assert tuple(kept) == (CodePurpose.EMAIL_CHANGE, NEW.key, clock() + timedelta(hours=24))
    assert await expiry_of_mail(sql, "email_change_code_issued") == kept["expires_at"]


async def test_the_old_address_is_warned_when_a_change_is_asked(tell, outbox):
    await tell("email_change_asked", NEW)

    mail = await outbox.newest()
    assert (mail.kind, mail.to, mail.code) == ("email_changed", OLD, None)
    assert (mail.data["stage"], mail.data["newAddressMasked"]) == ("asked", "ja***@nieuw.example")


async def test_both_addresses_are_told_of_a_change_that_is_done(tell, outbox):
    await tell("email_changed", NEW)

    mails = await outbox.mails()
    assert {(mail.kind, mail.to) for mail in mails} == {("email_changed", OLD), ("email_changed", NEW.text)}
    for mail in mails:
        assert (mail.data["stage"], mail.data["newAddressMasked"]) == ("done", "ja***@nieuw.example")


async def expiry_of_mail(sql, kind):
    return await sql.fetchval("SELECT expires_at FROM mail_trail WHERE kind = $1", kind)
