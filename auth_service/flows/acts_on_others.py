"""What every act on other people or on a gemeente begins with: who acts, on what, and whether he may."""

from datetime import datetime
from uuid import UUID

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.audit import refused_act
from auth_service.accounts.authority import acts_as, serves
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import NoSuchAccount, NoSuchGemeente
from auth_service.accounts.two_factor import ResetBy
from auth_service.flows.sessions import LoggedIn, lock_full_session, lock_proven_session, refuse_disputed
from auth_service.storage.database import Transaction

log = structlog.get_logger()


async def lock_both(
    tx: Transaction, logged_in: LoggedIn, account_id: UUID | None, now: datetime
) -> tuple[Account, Account, ResetBy]:
    """Whoever acts and the other, both locked, and as what he acts; `account_id` None is nobody.

    Raises NoSuchAccount, also for one that he may not know of, and ProofNeeded, FactorOwed and SessionGone.
    """
    # In one order: two who act on each other would wait for each other.
    for each in sorted({logged_in.account.id, account_id or logged_in.account.id}):
        await tx.accounts.lock(each)
    actor = await lock_proven_session(tx, logged_in, now)
    refuse_disputed(actor)
    subject = await tx.accounts.with_id(account_id) if account_id else None
    standing = acts_as(actor, subject) if subject else None
    if subject is None or standing is None:
        log.warning("act_refused", actor=str(actor.id), account=str(account_id))
        tx.note_refused(refused_act(actor, now, account_id))
        raise NoSuchAccount
    return actor, subject, standing


async def lock_deciding_staff(
    tx: Transaction, logged_in: LoggedIn, gemeente_code: str, now: datetime
) -> tuple[Account, Gemeente]:
    """For what staff decide about the gemeente or its people; the gemeente is as it is now, and locked.

    Raises NoSuchGemeente, also for one that isn't his, and ProofNeeded, FactorOwed and SessionGone.
    """
    actor = await lock_proven_session(tx, logged_in, now)
    refuse_disputed(actor)
    return actor, await lock_served(tx, actor, gemeente_code)


async def lock_helping_staff(
    tx: Transaction, logged_in: LoggedIn, gemeente_code: str
) -> tuple[Account, Gemeente]:
    """For what helps somebody and takes nothing from him: no fresh proof is asked.

    Raises NoSuchGemeente, also for one that isn't his, and FactorOwed and SessionGone.
    """
    actor = await lock_full_session(tx, logged_in)
    return actor, await lock_served(tx, actor, gemeente_code)


async def lock_helped(
    tx: Transaction, logged_in: LoggedIn, found: Account, now: datetime
) -> tuple[Account, Gemeente, Account]:
    """Who helps, the gemeente, and whom: all as they are now, and locked; so is the address that was found.

    Raises NoSuchGemeente, NoSuchAccount, also for one that he may not know of, FactorOwed and SessionGone.
    """
    await tx.lock_address(found.email.key)
    # In one order: two who act on each other would wait for each other.
    for each in sorted({logged_in.account.id, found.id}):
        await tx.accounts.lock(each)
    actor, gemeente = await lock_helping_staff(tx, logged_in, found.gemeente_code)
    return actor, gemeente, await person_helped(tx, actor, gemeente.code, found.id, now)


async def person_helped(
    tx: Transaction, actor: Account, gemeente_code: str, account_id: UUID | None, now: datetime
) -> Account:
    """Raises NoSuchAccount, also for one that he may not know of; `account_id` None is nobody's."""
    subject = await tx.accounts.with_id(account_id) if account_id else None
    if subject is None or subject.gemeente_code != gemeente_code or acts_as(actor, subject) is None:
        log.warning("act_refused", actor=str(actor.id), account=str(account_id))
        tx.note_refused(refused_act(actor, now, account_id))
        raise NoSuchAccount
    return subject


async def lock_served(tx: Transaction, actor: Account, gemeente_code: str) -> Gemeente:
    gemeente = await tx.gemeenten.lock(gemeente_code) if serves(actor, gemeente_code) else None
    if gemeente is None:
        log.warning("act_refused", actor=str(actor.id), gemeente=gemeente_code)
        raise NoSuchGemeente
    return gemeente
