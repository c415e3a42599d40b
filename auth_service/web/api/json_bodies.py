"""What a client sends: one JSON object in UTF-8; anything that could be read in two ways is refused."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar

from aiohttp import hdrs, web
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from pydantic import Field as MemberOf
from pydantic_core import PydanticCustomError, from_json

from auth_service.accounts.company_details import MOST_SLEEPING_PLACES
from auth_service.accounts.refusals import Field
from auth_service.accounts.tokens import LONGEST_TOKEN
from auth_service.web.api.problem_kinds import NO_RECEIPT
from auth_service.web.body_limits import in_time
from auth_service.web.form_view import FORM_NAMES

JSON_TYPE = "application/json"
RECEIPT = "ontvangstbewijs"
RECEIPT_EXAMPLE = "q2tXH8cZb7mVt0WcQGk3oXn3vC1u2m8uJr5d9sYh4aE"
CODE_EXAMPLE = "0123456789abcdef0123456789abcdef0123456789abcdef"

# What is wrong with a member, by pydantic's name for it. What a value must be like is for the flows to say.
REASONS = {
    "extra_forbidden": "Dit veld kennen we niet.",
    "string_type": "Dit veld moet tekst zijn.",
    "bool_type": "Dit veld moet true of false zijn.",
    "missing": "Dit veld ontbreekt.",
    "texts": "Dit veld moet een lijst van teksten zijn.",
    "whole_number": "Dit veld moet een heel getal zijn.",
    "string_pattern_mismatch": NO_RECEIPT,
}


class BodyUnreadable(Exception):
    """Not one JSON object that can be read in one way only; `why` in Dutch."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class MembersRefused(Exception):
    """JSON of the wrong shape; `reasons` in Dutch by the name of the member."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


def json_name(attribute: str) -> str:
    return RECEIPT if attribute == "receipt" else FORM_NAMES[Field(attribute)]


class Body(BaseModel):
    # Members we don't know are refused: a misspelled one would otherwise be a proof that silently is missing.
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=json_name)


class NoBody(Body):
    pass


BodyT = TypeVar("BodyT", bound=Body)


def required(description: str, example: Any, **more: Any) -> Any:
    """A member that must be there; the flow refuses one that is left out in the words for an empty one."""
    return MemberOf(default="", description=description, examples=[example], json_schema_extra=more)


def required_text(description: str, example: str, **more: Any) -> Any:
    return required(description, example, minLength=1, **more)


def digits_of(number: object) -> str:
    """A whole number as somebody would type it, which is what the flows read."""
    # In JSON Schema 4.0 is a whole number too; for Python so is True.
    if isinstance(number, bool) or not isinstance(number, int | float) or number != number // 1:
        raise PydanticCustomError("whole_number", "not a whole number")
    return str(int(number))


Digits = Annotated[
    str,
    BeforeValidator(digits_of),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST_SLEEPING_PLACES}),
]
RECEIPT_PATTERN = rf"^[A-Za-z0-9_-]{{1,{LONGEST_TOKEN}}}$"
ReceiptText = Annotated[str, StringConstraints(pattern=RECEIPT_PATTERN)]


async def read_body(request: web.Request, model: type[BodyT]) -> BodyT:
    """Raises BodyUnreadable, MembersRefused, and the HTTP exceptions 400, 408, 413 and 415."""
    if model is NoBody:
        return model()
    is_ours = request.content_type == JSON_TYPE and (request.charset or "utf-8").lower() == "utf-8"
    if not is_ours or hdrs.CONTENT_ENCODING in request.headers:
        raise web.HTTPUnsupportedMediaType
    members = parse_object(await in_time(request, request.read()))
    try:
        return model.model_validate(members)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        raise MembersRefused({str(item["loc"][0]): REASONS[item["type"]] for item in found}) from None


def parse_object(body: bytes) -> dict[str, Any]:
    try:
        # Stricter than the standard library: no lone surrogates, no NaN, at most 200 levels deep.
        from_json(body, allow_inf_nan=False)
        members = json.loads(body, object_pairs_hook=each_name_once)
    except ValueError:
        raise BodyUnreadable("De inhoud is geen geldige JSON in UTF-8.") from None
    if not isinstance(members, dict):
        raise BodyUnreadable("De inhoud moet één JSON-object zijn.")
    return members


def each_name_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        # Which of the two was meant?
        raise BodyUnreadable("In de inhoud staat een veld meer dan één keer.")
    return members
