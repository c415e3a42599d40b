"""Who calls: a network and what is sent along in headers; cookies count for nothing here."""

import re
from dataclasses import dataclass
from typing import Generic
from uuid import UUID

from aiohttp import hdrs, web

from auth_service.accounts.tokens import can_be_token
from auth_service.accounts.visitors import Visitor
from auth_service.web.api.json_bodies import RECEIPT_PATTERN, BodyT, MembersRefused
from auth_service.web.api.problem_kinds import NO_RECEIPT
from auth_service.web.devices import PROGRAM
from auth_service.web.services import Services, services_of
from auth_service.web.visitors import client_address

RECEIPT_HEADER = "Ontvangstbewijs"
BEARER = "bearer "


class TokenRefused(Exception):
    """No session is behind the request; `was_given` False where it carries no token at all."""

    def __init__(self, *, was_given: bool) -> None:
        super().__init__("token refused" if was_given else "no token")
        self.was_given = was_given


class NoRegistration(Exception):
    """No receipt was sent, or nothing waits for its code (any more) with this one."""


@dataclass(frozen=True)
class Asked(Generic[BodyT]):
    """One request: what was sent, and by whom."""

    request: web.Request
    body: BodyT

    @property
    def services(self) -> Services:
        return services_of(self.request)

    @property
    def network(self) -> str:
        return client_address(self.request)

    def visitor(self, receipt: str | None = None) -> Visitor:
        """A receipt in the body goes before the one in the header. Raises MembersRefused."""
        in_header = self.receipt()
        return Visitor(self.network, receipt or in_header, is_program=True, device=PROGRAM)

    def receipt(self) -> str | None:
        """Raises MembersRefused for what can't be one."""
        receipt = self.request.headers.get(RECEIPT_HEADER)
        if receipt is not None and not re.fullmatch(RECEIPT_PATTERN, receipt):
            raise MembersRefused({RECEIPT_HEADER: NO_RECEIPT})
        return receipt

    def id_in_path(self, name: str) -> UUID | None:
        """None for what can't be one."""
        try:
            return UUID(self.request.match_info[name])
        except ValueError:
            return None

    def in_query(self, name: str) -> str:
        """Empty where it is left out; the first of several."""
        return self.request.query.get(name, "")

    def token(self) -> str:
        """Raises TokenRefused where there is none, or one that we can't have drawn."""
        credentials = self.request.headers.get(hdrs.AUTHORIZATION)
        if credentials is None:
            raise TokenRefused(was_given=False)
        token = credentials[len(BEARER) :].strip()
        is_bearer = credentials.lower().startswith(BEARER)
        if not (is_bearer and can_be_token(token)):
            raise TokenRefused(was_given=True)
        return token
