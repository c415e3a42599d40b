"""The AsyncAPI document says what the code does, and says it as AsyncAPI wants it."""

import json

import jsonschema_rs
import pytest

from deploy.local.node_packages import MODULES, ROOT
from mailer_service.commands.contract import written
from mailer_service.consuming import message_copies
from mailer_service.contract.asyncapi_document import document
from shared.mail_contract import MODELS, Undecodable, decode

OFFICIAL_SCHEMA = MODULES / "@asyncapi" / "specs" / "schemas" / "3.0.0.json"


@pytest.fixture(scope="module")
def described():
    return document()


@pytest.fixture(scope="module")
def fits(described):
    """Whether a message fits what the document says of its type."""
    schemas = {
        event_type: jsonschema_rs.Draft7Validator(
            {**message["payload"], "components": described["components"]}, validate_formats=True
        )
        for event_type, message in described["components"]["messages"].items()
    }
    return lambda message: schemas[message["type"]].is_valid(message)


def test_the_document_that_is_kept_is_that_of_the_code(described):
    kept = (ROOT / "shared" / "asyncapi.json").read_text(encoding="utf-8")

    assert kept == written(described), "write it anew: dnr-mailer contract > shared/asyncapi.json"


def test_the_document_is_valid_by_the_official_schema(described):
    schema = jsonschema_rs.Draft7Validator(json.loads(OFFICIAL_SCHEMA.read_bytes()))

    assert [error.message for error in schema.iter_errors(described)] == []


def test_every_reference_leads_somewhere(described):
    def references(part):
        if isinstance(part, dict):
            yield from ([part["$ref"]] if "$ref" in part else [])
            part = list(part.values())
        if isinstance(part, list):
            for below in part:
                yield from references(below)

    for reference in set(references(described)):
        found = described
        for name in reference.removeprefix("#/").split("/"):
            found = found[name]
        assert isinstance(found, dict)


def test_every_type_of_message_is_described(described):
    assert set(described["components"]["messages"]) == set(MODELS)


def test_every_header_of_ours_is_described(described):
    headers = {value for value in vars(message_copies).values() if str(value).startswith("mailer-")}

    assert headers <= set(described["components"]["schemas"]["FactHeaders"]["properties"])


def test_an_example_fits_its_description(example_file, fits):
    assert fits(json.loads(example_file.read_bytes()))


def test_a_golden_message_fits_its_description(golden_file, fits):
    assert fits(json.loads(golden_file.read_bytes()))


def with_something_gone(message):
    """`message` without each of its fields in turn, by that field's name."""
    for part, names in ((None, message), ("data", message["data"])):
        for name in set(names) - {"type"}:
            poorer = json.loads(json.dumps(message))
            del (poorer[part] if part else poorer)[name]
            yield name, poorer


def is_read(message):
    try:
        decode(json.dumps(message).encode())
    except Undecodable:
        return False
    return True


def test_what_is_required_by_the_description_is_what_a_reader_needs(example_file, fits):
    example = json.loads(example_file.read_bytes())

    # A report without its subject is read, and then refused by whoever asks what it is about.
    told = {name: fits(poorer) for name, poorer in with_something_gone(example) if name != "subject"}

    assert told == {
        name: is_read(poorer) for name, poorer in with_something_gone(example) if name != "subject"
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [("to", "geen adres"), ("expiresAt", "morgen"), ("sealedCode", 7), ("gemeente", {"name": "Zeedorp"})],
)
def test_a_wrong_value_does_not_fit(field, value, examples, fits):
    example = json.loads(examples["mail.activation_code_issued.v1"])
    example["data"][field] = value

    assert not fits(example)
