"""What an operator chooses for a gemeente, by a command."""

from dataclasses import dataclass, replace

from auth_service.accounts.audit import NOBODY, AuditedAct, AuditLine
from auth_service.accounts.gemeente_admission import AdmissionForm, act_of, read_admission
from auth_service.accounts.gemeente_search import GemeenteSearch
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import NoSuchGemeente
from auth_service.flows.gemeente_admission import keep
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock


@dataclass(frozen=True)
class Choices:
    """None leaves a thing as it is; texts are as typed."""

    participating: bool | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    host: str | None = None
    requires_totp: bool | None = None
    requires_approval: bool | None = None

    def on(self, gemeente: Gemeente) -> AdmissionForm:
        was = AdmissionForm.of(gemeente)
        chosen = {name: value for name in vars(was) if (value := getattr(self, name)) is not None}
        return replace(was, **chosen)


class GemeenteOperation:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def search(self, search: GemeenteSearch) -> list[Gemeente]:
        """By name."""
        async with self._database.transaction() as tx:
            return [gemeente for gemeente in await tx.gemeente_list.all() if search.finds(gemeente)]

    async def change(self, code: str, choices: Choices, *, own_host: str) -> tuple[Gemeente, bool]:
        """The gemeente as it is then, and whether anything has changed; `own_host` is that of PUBLIC_URL.

        Raises NoSuchGemeente and InputRefused.
        """
        async with self._database.transaction() as tx:
            former = await tx.gemeenten.lock(code)
            if former is None:
                raise NoSuchGemeente
            admitted = read_admission(choices.on(former), former, own_host=own_host)
            wanted = with_demands(admitted, choices)
            if wanted != former:
                await keep(tx, wanted)
                await self._tell(tx, former, wanted)
        return wanted, wanted != former

    async def _tell(self, tx: Transaction, former: Gemeente, wanted: Gemeente) -> None:
        acts = []
        if wanted.requires_totp != former.requires_totp:
            acts.append(AuditedAct.TOTP_REQUIRED if wanted.requires_totp else AuditedAct.TOTP_NOT_REQUIRED)
        if replace(wanted, requires_totp=former.requires_totp) != former:
            acts.append(act_of(former, wanted))
        for act in acts:
            await tx.audit.add(AuditLine(act, self._clock(), NOBODY, gemeente_code=wanted.code))


def with_demands(gemeente: Gemeente, choices: Choices) -> Gemeente:
    """What it asks of its entrepreneurs; to choose about two-factor authentication ends an announcement."""
    if choices.requires_totp is not None:
        gemeente = replace(gemeente, requires_totp=choices.requires_totp, requires_totp_from=None)
    if choices.requires_approval is not None:
        gemeente = replace(gemeente, requires_approval=choices.requires_approval)
    return gemeente
