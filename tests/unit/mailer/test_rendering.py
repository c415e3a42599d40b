"""The mails say what requirements § 4.11 says, in text and in HTML."""

import pytest

from mailer_service.writing.rendering import TEMPLATES
from mailer_service.writing.unmailable import Unmailable
from shared.mail_facts import FACTS, ActivationCodeIssued, GemeenteContact, LoggedOut, PasswordChanged
from tests.unit.mailer.mail_copy import COPY, FOOTER, GREETINGS, LINK_PAGES
from tests.unit.mailer.reading import Reading


def code_for(model, code):
    return code if model in LINK_PAGES else None


@pytest.mark.parametrize("model", FACTS)
def test_subject_and_sentences_are_those_of_the_requirements(model, make_fact, renderer, code):
    mail = renderer.render(make_fact(model), code_for(model, code))

    subject, sentences = COPY[model]
    html_text = Reading(mail.html).text
    assert mail.subject == subject
    for sentence in [*sentences, GREETINGS.get(model, "Beste gebruiker,"), "Met vriendelijke groet,", FOOTER]:
        assert sentence in mail.text
        assert sentence in html_text


@pytest.mark.parametrize("model", FACTS)
def test_the_gemeente_is_named_with_address_and_phone(model, make_fact, renderer, code):
    mail = renderer.render(make_fact(model), code_for(model, code))

    for text in (mail.text, Reading(mail.html).text):
        assert "Gemeente Zeedorp\nE-mail: nachtregister@zeedorp.example\nTelefoon: 0228 123456" in text


@pytest.mark.parametrize("model", FACTS)
def test_a_gemeente_without_phone_leaves_no_empty_line_for_it(model, make_fact, renderer, code):
    contact = GemeenteContact(name="Zeedorp", email="nachtregister@zeedorp.example")

    mail = renderer.render(make_fact(model, gemeente=contact), code_for(model, code))

    assert "Telefoon" not in mail.text + mail.html


@pytest.mark.parametrize("model", LINK_PAGES)
def test_the_words_deze_pagina_link_to_the_page_with_the_code(model, make_fact, renderer, code):
    mail = renderer.render(make_fact(model), code)

    target = f"https://inloggen.nachregister.example/{LINK_PAGES[model]}#code={code}"
    assert [to for to, words in Reading(mail.html).links if words == "deze pagina"] == [target]
    assert target in mail.text.splitlines()


@pytest.mark.parametrize("model", LINK_PAGES)
def test_the_code_stands_alone_on_its_line(model, make_fact, renderer, code):
    mail = renderer.render(make_fact(model), code)

    assert code in mail.text.splitlines()
    assert code in Reading(mail.html).text.splitlines()


@pytest.mark.parametrize("model", FACTS)
def test_the_html_is_dutch_loads_nothing_and_has_one_heading(model, make_fact, renderer, code):
    reading = Reading(renderer.render(make_fact(model), code_for(model, code)).html)

    tags = reading.tags
    names = [name for name, _ in tags]
    assert ("html", {"lang": "nl", "dir": "ltr"}) in tags
    assert names.count("h1") == 1
    assert not {"img", "script", "link", "iframe"} & set(names)
    assert all(attributes.get("role") == "presentation" for name, attributes in tags if name == "table")
    assert not [attributes for _, attributes in tags if "src" in attributes or "url(" in str(attributes)]
    assert "url(" not in reading.sheet
    assert "@import" not in reading.sheet


@pytest.mark.parametrize("model", FACTS)
def test_a_company_name_never_reaches_the_subject(model, make_fact, renderer, code):
    mail = renderer.render(make_fact(model, company_name="Gratis geld"), code_for(model, code))

    assert "Gratis" not in mail.subject


def test_a_company_name_is_escaped_and_without_links(make_fact, renderer, code):
    name = "<b>Win</b> op https://evil.example/x & www.evil.example"

    mail = renderer.render(make_fact(ActivationCodeIssued, company_name=name), code)

    assert "<b>" not in mail.html
    assert "&lt;b&gt;Win" in mail.html
    assert [target for target, _ in Reading(mail.html).links if "evil" in target] == []
    assert "evil.example" not in mail.html + mail.text


@pytest.mark.parametrize("name", [None, "", "https://"])
def test_a_registration_without_a_usable_name_is_for_your_business(name, make_fact, renderer, code):
    mail = renderer.render(make_fact(ActivationCodeIssued, company_name=name), code)

    assert "voor uw onderneming. Bevestig" in mail.text


@pytest.mark.parametrize(
    ("public_url", "host", "site"),
    [
        ("https://inloggen.example.nl/", None, "https://inloggen.example.nl"),
        ("https://inloggen.example.nl/", "zeedorp.example.nl", "https://zeedorp.example.nl"),
        ("http://localhost:8080/", "zeedorp.localhost", "http://zeedorp.localhost:8080"),
        ("http://localhost:8080/", "zeedorp.localhost:9000", "http://zeedorp.localhost:9000"),
    ],
)
def test_links_lead_to_the_host_of_the_gemeente(public_url, host, site, make_fact, make_renderer, code):
    contact = GemeenteContact(name="Zeedorp", email="a@zeedorp.example", host=host)

    mail = make_renderer(public_url).render(make_fact(ActivationCodeIssued, gemeente=contact), code)

    assert f"{site}/activeren#code={code}" in mail.text


def test_a_password_that_was_changed_by_who_is_logged_in_leaves_him_so(make_fact, renderer):
    mail = renderer.render(make_fact(PasswordChanged, logged_out=LoggedOut.ELSEWHERE), None)

    for text in (mail.text, Reading(mail.html).text):
        assert "gewijzigd. U bent op alle andere apparaten uitgelogd." in text


def test_a_kind_without_templates_can_not_be_mailed(make_fact, renderer):
    class Forgotten(PasswordChanged):
        kind = "forgotten"

    fact = Forgotten.model_validate(make_fact(PasswordChanged).model_dump())

    with pytest.raises(Unmailable, match="template_failed"):
        renderer.render(fact, None)


def test_every_kind_has_its_three_templates():
    folders = {folder.name: folder for folder in TEMPLATES.iterdir() if folder.is_dir()}

    assert set(folders) == {fact.kind for fact in FACTS}
    for folder in folders.values():
        assert {file.name for file in folder.iterdir()} == {"subject.txt", "body.txt", "body.html"}
