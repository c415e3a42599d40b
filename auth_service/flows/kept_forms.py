"""What somebody had filled in when his session turned out to be over: kept for him alone, and for an hour."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from auth_service.accounts.refusals import TooOften
from auth_service.accounts.sealing import AccountSeal, SealUnreadable
from auth_service.accounts.tokens import draw_token, token_digest
from auth_service.accounts.visitors import Visitor
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database
from auth_service.storage.kept_form_table import SealedForm
from shared.clock import Clock

KEPT = timedelta(hours=1)
# Characters, of names and values together; no form of ours has nearly as many.
LONGEST_FORM = 20_000

log = structlog.get_logger()


@dataclass(frozen=True)
class FilledForm:
    """As it was posted to `path`, by whom it says."""

    account_id: UUID
    path: str
    fields: Mapping[str, str]


class KeptForms:
    def __init__(self, database: Database, seal: AccountSeal, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._seal = seal
        self._throttle = throttle
        self._clock = clock

    async def keep(self, form: FilledForm, visitor: Visitor) -> str | None:
        """The token to take it back with; None where it is not kept."""
        text = json.dumps(dict(form.fields))
        if len(text) > LONGEST_FORM:
            return None
        try:
            # Nobody is logged in here: who posts forms over and over must not fill the table.
            await self._throttle.count_form(visitor)
        except TooOften:
            return None
        token = draw_token()
        fields = self._seal.seal(form.account_id, text)
        sealed = SealedForm(token_digest(token), form.account_id, form.path, fields, self._clock() + KEPT)
        async with self._database.autocommit() as tables:
            is_kept = await tables.kept_forms.add(sealed)
        return token if is_kept else None

    async def take(self, token: str, account_id: UUID, path: str) -> Mapping[str, str] | None:
        """The fields, once; None where nothing of this account is kept for this page (any more)."""
        async with self._database.autocommit() as tables:
            sealed = await tables.kept_forms.take(token_digest(token), account_id, path, self._clock())
        if sealed is None:
            return None
        try:
            fields: dict[str, str] = json.loads(self._seal.open(account_id, sealed))
        except SealUnreadable as error:
            log.warning("kept_form_unreadable", account=str(account_id), reason=str(error))
            return None
        return fields
