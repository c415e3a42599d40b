"""A small country to try things in: a made-up gemeente, some real names, an employee and a beheerder."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any
from uuid import uuid4

from auth_service.accounts.account import Account, AccountState, Role
from auth_service.accounts.mail_addresses import MailAddress
from auth_service.accounts.places import Gemeente
from auth_service.password_hashing import PasswordHashing
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

STAFF = MailAddress("medewerker@zeedorp.example", "medewerker@zeedorp.example")
PLATFORM = MailAddress("beheerder@zeedorp.example", "beheerder@zeedorp.example")
PASSWORD_BYTES = 15


@dataclass(frozen=True)
class Demo:
    """What there is to try; the password of both accounts is a new one each time."""

    gemeente: Gemeente
    places: tuple[str, ...]
    staff_email: str
    platform_email: str
    password: str


def demo_gemeenten() -> Iterable[dict[str, Any]]:
    text = (files("auth_service.flows") / "demo_gemeenten.json").read_text(encoding="utf-8")
    entries: list[dict[str, Any]] = json.loads(text)
    return entries


def gemeente_of(entry: dict[str, Any]) -> Gemeente:
    return Gemeente(
        code=entry["code"],
        name=entry["name"],
        email=entry["email"],
        phone=entry["phone"],
        host=None,
        participating=entry["participating"],
    )


async def put_demo(database: Database, hashing: PasswordHashing, clock: Clock) -> Demo:
    """Add or refresh the demo; the first gemeente of the file is the one with an employee."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    password_hash = await hashing.hash(password)
    first, *_ = entries = list(demo_gemeenten())
    async with database.transaction() as tx:
        for entry in entries:
            await tx.gemeenten.put(gemeente_of(entry), entry["places"])
        for email, role in ((STAFF, Role.GEMEENTEMEDEWERKER), (PLATFORM, Role.BEHEERDER)):
            await put_staff(tx, email, role, first["code"], password_hash, now=clock())
    return Demo(gemeente_of(first), tuple(first["places"]), STAFF.text, PLATFORM.text, password)


async def put_staff(
    tx: Transaction, email: MailAddress, role: Role, gemeente_code: str, password_hash: str, *, now: datetime
) -> None:
    existing = await tx.accounts.with_address(email.key)
    if existing:
        await tx.accounts.change_password(existing.id, password_hash, now)
        return
    staff = Account(
        id=uuid4(),
        email=email,
        password_hash=password_hash,
        role=role,
        state=AccountState.ACTIVE,
        company_id=None,
        company_name=None,
        gemeente_code=gemeente_code,
        password_changed_at=now,
    )
    await tx.accounts.add(staff, now)
