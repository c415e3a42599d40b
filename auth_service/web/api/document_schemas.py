"""The schemas of the document: pydantic's own, under the names that integrators see."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema
from pydantic_core import core_schema

Json = dict[str, Any]

SCHEMAS = "#/components/schemas/"


class DocumentSchema(GenerateJsonSchema):
    """Without pydantic's titles of fields, and with what a default means here."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,
    ) -> bool:
        # An empty text stands for a member that was left out: the flow refuses both in the same words.
        is_empty = self.mode == "validation" and field["schema"].get("default") == ""
        return is_empty or super().field_is_required(field, total)

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> Json:
        return self.generate_inner(schema["schema"])


def title_of(model: type[BaseModel]) -> str:
    return model.model_config["title"] or model.__name__


def schemas_of(taken: Iterable[type[BaseModel]], given: Iterable[type[BaseModel]]) -> Json:
    validated: list[tuple[type[BaseModel], JsonSchemaMode]] = [(model, "validation") for model in taken]
    serialized: list[tuple[type[BaseModel], JsonSchemaMode]] = [(model, "serialization") for model in given]
    _, found = models_json_schema(
        list(dict.fromkeys(validated + serialized)),
        by_alias=True,
        ref_template=SCHEMAS + "{model}",
        schema_generator=DocumentSchema,
    )
    names = {SCHEMAS + name: SCHEMAS + schema["title"] for name, schema in found["$defs"].items()}
    by_title: Json = {schema["title"]: schema for schema in found["$defs"].values()}
    return {title: renamed(schema, names) for title, schema in sorted(by_title.items())}


def renamed(part: Any, names: dict[str, str]) -> Any:
    """The same with the references under their new names."""
    if isinstance(part, dict):
        return {key: names[value] if key == "$ref" else renamed(value, names) for key, value in part.items()}
    return [renamed(item, names) for item in part] if isinstance(part, list) else part
