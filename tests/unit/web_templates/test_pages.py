"""What holds on every page, whatever its state: the words, the links, the forms, and nothing inline."""

import re
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from tests.unit.web_templates.conftest import Element, Form, Page

PAGES = {
    "/inloggen",
    "/uitloggen",
    "/registreren",
    "/registreren/gelukt",
    "/activeren",
    "/activeren/nieuwe-code",
    "/wachtwoord-vergeten",
    "/wachtwoord-herstellen",
    "/account",
    "/account/2fa",
    "/account/email",
    "/account/email-bevestigen",
    "/account/gegevens",
    "/account/gegevens/export",
    "/account/sluiten",
    "/gemeente",
    "/gemeente/GM9901/logboek",
    "/gemeente/GM9901/logboek/bestand",
    "/account/sessies",
    "/account/wachtwoord",
    "/account/bevestigen",
    "/account/2fa/bedrijf",
    "/account/2fa/herstelcodes",
    "/account/2fa/resetten",
    "/inloggen/code",
    "/inloggen/herstelcode",
    "/2fa/instellen",
    "/2fa/instellen/nieuwe-code",
    "/2fa/herstelcodes",
    "/2fa/herstelcodes/bestand",
    "/uitnodiging",
    "/gebruikers",
    "/gebruikers/uitnodigen",
    "/gebruikers/opnieuw-uitnodigen",
    "/gebruikers/intrekken",
    "/gebruikers/u1/rol",
    "/gebruikers/u2/rol",
    "/gebruikers/u3/rol",
    "/gebruikers/u2/blokkeren",
    "/gebruikers/u3/deblokkeren",
    "/gebruikers/u2/sluiten",
    "/gebruikers/u3/sluiten",
    "/gebruikers/u2/2fa-resetten",
    "/gemeente/GM9901/medewerkers",
    "/gemeente/GM9901/medewerkers/uitnodigen",
    "/gemeente/GM9901/medewerkers/opnieuw-uitnodigen",
    "/gemeente/GM9901/medewerkers/intrekken",
    "/gemeente/GM9901/medewerkers/gecontroleerd",
    "/gemeente/GM9901/gebruikers/u2/blokkeren",
    "/gemeente/GM9901/gebruikers/u3/deblokkeren",
    "/gemeente/GM9901/gebruikers/u2/sluiten",
    "/gemeente/GM9901/gebruikers/u3/sluiten",
    "/gemeente/GM9901/gebruikers/u2/2fa-resetten",
    "/gemeente/GM9901/gebruikers/u2/mailstop-opheffen",
    "/gemeente/GM9901/bedrijven/b1",
    "/gemeente/GM9901/bedrijven/b1/afwijzen",
    "/gemeente/GM9901/instellingen",
    "/beheer",
    "/beheer/beheerders",
    "/beheer/gemeenten/GM0361",
    "/gemeente/GM0361",
    "/gemeente/GM0361/medewerkers",
    "/gemeente/GM9901",
    "/gemeente/GM9901/bedrijven/a",
    "/gemeente/GM9901/bedrijven/b",
    "/gemeente/GM9901/bedrijven/a/code",
    "/gemeente/GM9901/bedrijven/a/email",
    "/gemeente/GM9901/bedrijven/a/goedkeuren",
    "/gemeente/GM9901/bedrijven/a/afwijzen",
    "/gemeente/GM9901/gebruikers/c/herstelmail",
    "/gemeente/GM9901/gebruikers/c/mailstop-opheffen",
    "/gemeente/GM9901/bedrijven/a/mailstop-opheffen",
    "/gemeente/GM9901/gebruikers/c/2fa-resetten",
    "/gemeente/GM9901/gebruikers/c/2fa-vrijgeven",
    "/gemeente/GM9901/gebruikers/c/blokkeren",
    "/gemeente/GM9901/gebruikers/c/deblokkeren",
    "/2fa/reset-annuleren",
    "/gebruikers/a/2fa-resetten",
    *(
        f"/gemeente/GM0361/{page}"
        for page in (
            "2fa",
            "2fa/nu",
            "bedrijven/0b5f7a1c-0000-4000-8000-000000000000",
            "gebruikers/7c9e6679-7425-40de-944b-e07fc1f90ae7/2fa-resetten",
            "gebruikers/7c9e6679-7425-40de-944b-e07fc1f90ae7/2fa-resetten/intrekken",
            "gebruikers/7c9e6679-7425-40de-944b-e07fc1f90ae7/2fa-vrijgeven",
        )
    ),
    "/handleiding",
    "/privacy",
    "/toegankelijkheid",
    "/.well-known/security.txt",
}
SUMMARY = "Niet alles is goed ingevuld. Controleer deze velden:"
CONTROLS = ("input", "select", "textarea")


def visible_controls(page: "Page") -> list["Element"]:
    return [control for control in page.all(*CONTROLS) if control.get("type") != "hidden"]


def test_a_page_says_what_it_is(page: "Page", form: "Form") -> None:
    (html,), (title,), headings = page.all("html"), page.all("title"), page.all("h1", "h2", "h3", "h4")
    levels = [int(heading.tag[1]) for heading in headings]

    assert html.get("lang") == "nl"
    assert title.text.endswith(" – Digitaal Nachregister")
    assert title.text.startswith("Fout: ") == bool(form.errors or form.problem)
    assert levels.count(1) == 1
    assert all(deeper <= level + 1 for level, deeper in pairwise(levels))
    assert len(page.ids()) == len(set(page.ids()))


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(page: "Page") -> None:
    loaded = [element.get("src") or element.get("href") for element in page.all("script", "img", "link")]

    assert not page.all("style")
    assert all(address.startswith("/static/") for address in loaded)
    assert all("style" not in element.attributes for element in page.elements)
    assert not [name for element in page.elements for name in element.attributes if name.startswith("on")]


def test_no_link_is_dead(page: "Page") -> None:
    targets = [link.get("href") for link in page.all("a")] + [form.get("action") for form in page.all("form")]

    for target in targets:
        parts = urlsplit(target)
        if parts.scheme:
            assert target.startswith(("mailto:", "tel:", "otpauth:", "https://manual.example/"))
        elif parts.path:
            assert parts.path in PAGES
        else:
            assert parts.fragment in page.ids()


def test_every_control_has_its_label_and_its_texts(page: "Page") -> None:
    labels = {label.get("for") for label in page.all("label")}

    for control in visible_controls(page):
        assert control.get("id") in labels
        assert control.get("id") == control.get("name")
        assert set(control.get("aria-describedby").split()) <= set(page.ids())
        assert "placeholder" not in control.attributes
        assert control.get("type") != "password" or "value" not in control.attributes


def test_what_is_wrong_is_said_above_the_form_and_at_the_field(page: "Page", form: "Form") -> None:
    texts = {element.get("id"): element.text for element in page.elements}
    # Of a group of boxes it is said at the group.
    groups = [group for group in page.all("fieldset") if "aria-describedby" in group.attributes]
    wrong = [
        control for control in page.elements if control.get("aria-invalid") == "true" or control in groups
    ]
    listed = {link.get("href"): link.text for link in page.all("a") if link.get("href").startswith("#")}

    names = [control.get("name") or control.get("id") for control in wrong]
    assert names == list(form.errors)
    for name, control in zip(names, wrong, strict=True):
        assert texts[control.get("aria-describedby").split()[0]] == form.errors[name]
        assert listed[f"#{name}"] == form.errors[name]


def test_a_form_carries_its_token_and_leaves_checking_to_us(page: "Page") -> None:
    tokens = [field for field in page.all("input") if field.get("name") == "csrf"]
    # To search changes nothing, and its address can be kept.
    # One that only looks for something changes nothing.
    posting = [form for form in page.all("form") if form.get("class") != "filters"]

    assert [token.get("value") for token in tokens] == ["a-token"] * len(posting)
    assert all(form.get("method") == "post" for form in posting)
    assert all(
        "novalidate" in form.attributes for form in page.all("form") if form.get("action") != "/uitloggen"
    )


def test_the_screens_say_u_and_only_the_manual_says_je(page: "Page", state: str) -> None:
    # A screen may quote the manual, in its own words.
    own = page.text
    for quote in page.all("blockquote"):
        own = own.replace(quote.text, "")
    informal = re.findall(r"\b(je|jij|jou|jouw)\b", own, re.IGNORECASE)

    assert bool(informal) == state.startswith("manual")


@pytest.mark.parametrize("state", ["registration-errors"])
def test_what_was_typed_comes_back_escaped(page: "Page") -> None:
    values = {control.get("name"): control.get("value") for control in page.all("input")}
    chosen = [option.get("value") for option in page.all("option") if "selected" in option.attributes]

    assert values["naamOnderneming"] == "Jansen & Zn"
    assert "Jansen &amp; Zn" in page.html
    assert chosen == ["GM1876", "hotel"]
    assert "must never come back" not in page.html


@pytest.mark.parametrize("state", ["login-problem"])
def test_a_refused_login_says_so_and_points_to_the_code(page: "Page", form: "Form") -> None:
    (alert,) = [element for element in page.elements if element.get("role") == "alert"]

    assert form.problem
    assert form.problem in alert.text
    assert "Heeft u zich net aangemeld? Vul dan eerst de code in uit de e-mail." in alert.text
    assert '<a href="/activeren">Vul dan eerst de code in</a>' in page.html


@pytest.mark.parametrize("state", ["login-throttled"])
def test_waiting_is_no_reason_to_point_to_the_code(page: "Page", form: "Form") -> None:
    assert form.problem
    assert form.problem in page.text
    assert "/activeren" not in page.html


@pytest.mark.parametrize("state", ["login-throttled"])
def test_who_has_to_wait_is_told_of_the_way_round(page: "Page") -> None:
    (alert,) = [element for element in page.elements if element.get("role") == "alert"]

    told = "Wilt u niet wachten? Kies dan een nieuw wachtwoord. Daarna kunt u meteen inloggen."
    assert told in alert.text
    assert '<a href="/wachtwoord-vergeten">Kies dan een nieuw wachtwoord</a>' in page.html


@pytest.mark.parametrize("state", ["login-return"])
def test_login_remembers_where_to_return(page: "Page") -> None:
    (field,) = [field for field in page.all("input") if field.get("name") == "terug"]

    assert field.get("value") == "/account?a=1&b=2"


@pytest.mark.parametrize("state", ["registration-correcting"])
def test_a_correction_asks_no_new_password(page: "Page") -> None:
    (form,) = page.all("form")
    (password,) = [control for control in page.all("input") if control.get("name") == "wachtwoord"]

    assert form.get("action") == "/registreren?wijzigen=0b5f7a1c-0000-4000-8000-000000000000"
    assert "aria-required" not in password.attributes
    assert "Laat dit veld leeg als u uw eerder gekozen wachtwoord wilt houden." in page.html


@pytest.mark.parametrize("state", ["registration_done-delivered"])
def test_the_newest_mail_stands_out_and_the_ones_before_it_are_listed(page: "Page") -> None:
    (live,) = [element for element in page.elements if element.get("role") == "status"]
    (earlier,) = [item for item in page.all("li") if item.text.startswith("Om ")]

    assert live.get("data-mail-progress") == "under-way"
    assert "De e-mail is om 14.03 uur verstuurd." in live.text
    assert earlier.text == "Om 14.01 uur: niet bezorgd"
    assert "Uw mailbox is vol." not in page.text


@pytest.mark.parametrize("state", ["registration_done"])
def test_the_waiting_page_says_that_its_mail_is_under_way(page: "Page") -> None:
    (live,) = [element for element in page.elements if element.get("role") == "status"]

    assert live.get("data-mail-progress") == "under-way"
    assert "We versturen de e-mail." in live.text
    # What is replaced while somebody reads holds nothing that could have the focus.
    assert "<a" not in page.html[page.html.index('role="status"') : page.html.index("link-line")]


@pytest.mark.parametrize("state", ["account", "account-bare"])
def test_the_menu_says_where_one_is_and_ends_with_the_manual(page: "Page") -> None:
    (menu,), links = page.all("nav"), page.all("a")
    names = [link.text for link in links if link.text in menu.text]
    current = [link.text for link in links if "aria-current" in link.attributes]

    assert menu.get("aria-label")
    assert names == [
        "Mijn account",
        "Wachtwoord wijzigen",
        "Tweefactorauthenticatie",
        "Waar ben ik ingelogd?",
        "Mijn gegevens",
        "Handleiding",
    ]
    assert current == ["Mijn account"]


@pytest.mark.parametrize(
    ("state", "address"), [("account", "https://manual.example/"), ("account-bare", "/handleiding")]
)
def test_who_is_logged_in_finds_the_extended_manual_where_there_is_one(page: "Page", address: str) -> None:
    (manual,) = [link for link in page.all("a") if link.text == "Handleiding"]

    assert manual.get("href") == address


@pytest.mark.parametrize("state", ["sessions"])
def test_a_button_that_logs_out_a_device_names_it(page: "Page") -> None:
    (button,) = [button for button in page.all("button") if button.text.startswith("Log uit")]

    assert button.text == "Log uit bij Onbekend apparaat, ingelogd op 23 november 2026 om 14.05 uur"


COMPANY_FIELDS = {
    "naamOnderneming",
    "adres",
    "postcode",
    "woonplaats",
    "kvkNummer",
    "telefoonnummer",
    "aantalSlaapplekken",
    "accommodatie",
}


@pytest.mark.parametrize(
    ("state", "names"), [("details", COMPANY_FIELDS), ("details-user", set()), ("details-staff", set())]
)
def test_only_a_manager_gets_the_fields_of_the_company(page: "Page", names: set[str]) -> None:
    assert {control.get("name") for control in visible_controls(page)} == names


@pytest.mark.parametrize("state", ["details"])
def test_what_somebody_typed_as_a_reason_is_escaped(page: "Page") -> None:
    assert "Reden: Telefoon <b>kwijt</b>" in page.text
    assert not page.all("b")


@pytest.mark.parametrize(
    ("state", "offered"), [("details", True), ("details-user", True), ("details-staff", False)]
)
def test_staff_are_not_offered_to_close_their_account(page: "Page", offered: bool) -> None:
    assert any(link.get("href") == "/account/sluiten" for link in page.all("a")) == offered


@pytest.mark.parametrize(
    ("state", "focused"), [("login-notice", "U bent uitgelogd."), ("login-notice-errors", SUMMARY)]
)
def test_one_thing_is_focused_and_what_is_wrong_comes_first(page: "Page", focused: str) -> None:
    (element,) = [element for element in page.elements if "data-focus-on-load" in element.attributes]

    assert element.text.strip() == focused
    assert element.get("tabindex") == "-1"


def test_only_a_page_that_keeps_its_form_says_that_it_is_found_again(page: "Page") -> None:
    keeps = any(field.get("name") == "account" for field in page.all("input"))

    assert ("U logt opnieuw in en vindt terug wat u had ingevuld." in page.text) == keeps
    assert not (keeps and "U kunt het kopiëren." in page.text)


@pytest.mark.parametrize(
    ("state", "told"), [("login_code", True), ("reconfirmation-code", True), ("reconfirmation", False)]
)
def test_where_a_code_of_the_app_is_asked_there_may_be_another_one(page: "Page", told: bool) -> None:
    sentence = "Staat het Digitaal Nachregister vaker in uw app? Probeer dan de andere code."

    assert (sentence in page.text) == told
