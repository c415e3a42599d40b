"""Who asks for two-factor authentication (R-50, R-51), which never takes away what is set up (R-52)."""

from uuid import UUID

import structlog

from auth_service.accounts.account import Account, Role
from auth_service.accounts.audit import Actor, AuditedAct, AuditLine
from auth_service.accounts.refusals import NotAllowed
from auth_service.flows.sessions import LoggedIn, lock_proven_session, refuse_disputed, require_fresh_proof
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database
from shared.clock import Clock

log = structlog.get_logger()


class TwoFactorPolicy:
    """Holds from the next request of everybody concerned: their sessions then owe a factor."""

    def __init__(self, database: Database, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._throttle = throttle
        self._clock = clock

    async def of_company(self, logged_in: LoggedIn) -> bool:
        """Whether his company asks for it, whatever the gemeente does."""
        company_id = logged_in.account.company_id
        async with self._database.transaction() as tx:
            return company_id is not None and await tx.accounts.company_requires_totp(company_id)

    async def choice_for_company(self, logged_in: LoggedIn) -> bool:
        """The same, for who may decide it. Raises NotAllowed."""
        company_he_decides_for(logged_in.account)
        return await self.of_company(logged_in)

    async def decide_for_company(self, logged_in: LoggedIn, *, required: bool) -> None:
        """For all users of his company.

        Raises NotAllowed, ProofNeeded, FactorOwed, TooOften and SessionGone.
        """
        company_id = company_he_decides_for(logged_in.account)
        require_fresh_proof(logged_in)
        await self._throttle.count_own_act(logged_in.account.id)
        async with self._database.transaction() as tx:
            refuse_disputed(await lock_proven_session(tx, logged_in, self._clock()))
            if await tx.accounts.require_totp_in_company(company_id, required=required):
                await tx.audit.add(self._decision(logged_in, required=required, company_id=company_id))

    async def decide_for_gemeente(self, logged_in: LoggedIn, *, required: bool) -> None:
        """For all entrepreneurs of his gemeente.

        Raises NotAllowed, ProofNeeded, FactorOwed, TooOften and SessionGone.
        """
        code = logged_in.account.gemeente_code
        if logged_in.account.role is not Role.GEMEENTEMEDEWERKER:
            raise NotAllowed
        require_fresh_proof(logged_in)
        await self._throttle.count_own_act(logged_in.account.id)
        async with self._database.transaction() as tx:
            refuse_disputed(await lock_proven_session(tx, logged_in, self._clock()))
            if await tx.gemeenten.require_totp(code, required=required):
                await tx.audit.add(self._decision(logged_in, required=required))

    def _decision(
        self,
        logged_in: LoggedIn,
        *,
        required: bool,
        company_id: UUID | None = None,
    ) -> AuditLine:
        account = logged_in.account
        act = AuditedAct.TOTP_REQUIRED if required else AuditedAct.TOTP_NOT_REQUIRED
        code = account.gemeente_code
        log.info("totp_policy", act=act, account=str(account.id), gemeente=code)
        actor = Actor(account.id, account.role)
        return AuditLine(act, self._clock(), actor, company_id=company_id, gemeente_code=code)


def company_he_decides_for(account: Account) -> UUID:
    """Raises NotAllowed."""
    if account.company_id is None or account.role is not Role.ONDERNEMER:
        raise NotAllowed
    return account.company_id
