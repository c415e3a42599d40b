"""What holds for every mail in every variant, whatever it says."""

import re

import pytest

from mailer_service.previewing.sample_mails import CODE, sample_mails
from shared.mail_contract import fact_event
from shared.mail_facts import GemeenteContact
from tests.unit.mailer.reading import Reading

LINK = re.compile(r"https?://\S+[^\s.]")
SENTENCE_END = re.compile(r"(?<=[.?!:…])\s+")
LIST_NUMBER = re.compile(r"^\d\. ")
# Gmail cuts a mail off at 102 KB; a small one is read at once, on a slow line too.
LARGEST = 12_000

every_mail = pytest.mark.parametrize("sample", sample_mails(), ids=lambda sample: sample.name)


@pytest.fixture
def mail(sample, renderer):
    return renderer.render(sample.fact, sample.code)


@pytest.fixture
def reading(mail):
    return Reading(mail.html)


def sentences(text):
    lines = (LIST_NUMBER.sub("", " ".join(line.split())) for line in text.splitlines())
    return {
        sentence
        for line in lines
        if line.strip("-") and not LINK.fullmatch(line)
        for sentence in SENTENCE_END.split(line)
    }


@every_mail
def test_both_parts_say_the_same(mail, reading, sample):
    # The subject stands above the text; the HTML says it again, and once more on its button.
    only_in_html = {words.strip() for words in reading.headings} | {words for _, words in reading.buttons}

    assert sentences(reading.text) - only_in_html == sentences(mail.text) - only_in_html
    assert mail.subject.startswith(reading.headings[0])
    for _, words in reading.buttons:
        assert words.lower() in f"{mail.subject}\n{mail.text}".lower()


@every_mail
def test_both_parts_lead_to_the_same_pages(mail, reading):
    pages = {target for target, _ in reading.links if not target.startswith("mailto:")}

    assert set(LINK.findall(mail.text)) == pages


@every_mail
def test_an_inbox_shows_what_the_subject_does_not_say_and_the_mail_does(mail, reading):
    assert reading.preview.strip()
    assert sentences(reading.preview) <= sentences(mail.text)
    assert not sentences(reading.preview) & {mail.subject, reading.headings[0]}
    assert CODE not in reading.preview


@every_mail
def test_a_code_stands_alone_on_its_line_and_in_links_and_nowhere_else(mail, reading, sample):
    beside = [
        line
        for text in (mail.text, reading.text)
        for line in text.splitlines()
        if CODE in line and line != CODE and not LINK.fullmatch(line)
    ]

    assert (CODE in mail.text.splitlines()) == (sample.code is not None)
    assert (CODE in reading.text.splitlines()) == (sample.code is not None)
    assert beside == []
    assert CODE not in mail.subject


@every_mail
def test_a_mail_has_one_button_at_most(reading):
    assert len(reading.buttons) <= 1


@every_mail
def test_what_gives_a_mail_its_look_is_on_the_elements_themselves(reading):
    """Several mail programs drop style sheets: they may only change colours and widths that are there."""
    unstyled = [(tag, attributes) for tag, attributes in reading.tags if "class" in attributes]

    assert unstyled
    assert [tag for tag, attributes in unstyled if not attributes.get("style")] == []
    assert set(re.findall(r"\.([a-z]+)", reading.sheet)) <= {
        "ground", "page", "main", "footer", "link", "button", "code",
    }  # fmt: skip


@every_mail
def test_a_mail_is_small(mail, sample, composer, event_id):
    content = composer.compose(fact_event(event_id, sample.fact), sample.fact, mail).content

    assert len(content) < LARGEST


@every_mail
def test_no_name_is_taken_for_markup(sample, renderer):
    contact = GemeenteContact(name="Zee<b>dorp", email="a@zeedorp.example", phone="0228 <b>1")
    fact = type(sample.fact).model_validate({**dict(sample.fact), "gemeente": contact})

    mail = renderer.render(fact, sample.code)

    assert "<b>" in mail.text
    assert "<b>" not in mail.html
