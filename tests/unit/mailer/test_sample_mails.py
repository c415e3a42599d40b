"""The made-up facts show every way in which a mail can read."""

from enum import StrEnum
from typing import get_args

import jinja2
import pytest
from jinja2 import nodes

from mailer_service.previewing.sample_mails import VARIANTS, sample_mails
from mailer_service.writing.rendering import PARTS, TEMPLATES
from shared.mail_facts import FACTS


def read_by_templates(kind):
    """The fields on which the words of a mail depend."""
    syntax = jinja2.Environment(autoescape=True)
    sources = [(TEMPLATES / kind.kind / part).read_text(encoding="utf-8") for part in PARTS]
    names = {name.name for source in sources for name in syntax.parse(source).find_all(nodes.Name)}
    return {"sealed_code" if name == "code" else name for name in names} & set(kind.model_fields)


def values_that_matter(annotation):
    """Each of a choice; for others only whether there is one."""
    choices = get_args(annotation) or (annotation,)
    for choice in choices:
        if choice is type(None):
            yield None
        elif choice is bool:
            yield from (False, True)
        elif isinstance(choice, type) and issubclass(choice, StrEnum):
            yield from choice
        else:
            yield "something"


def told_apart(value):
    return value if value is None or isinstance(value, bool | StrEnum) else "something"


@pytest.mark.parametrize("kind", FACTS)
def test_every_value_on_which_words_depend_has_a_sample(kind):
    samples = sample_mails([kind])

    missing = [
        (name, value)
        for name in read_by_templates(kind)
        for value in values_that_matter(kind.model_fields[name].annotation)
        if value not in [told_apart(getattr(sample.fact, name)) for sample in samples]
    ]
    assert missing == []


def test_every_kind_begins_with_its_example_and_no_two_samples_share_a_name():
    names = [sample.name for sample in sample_mails()]

    assert [name for name in names if "." not in name] == [kind.kind for kind in FACTS]
    assert len(set(names)) == len(names)


def test_no_two_samples_of_a_kind_read_the_same(renderer):
    texts = [renderer.render(sample.fact, sample.code).text for sample in sample_mails()]

    assert len(set(texts)) == len(FACTS) + sum(len(variants) for variants in VARIANTS.values())
