"""Every mail is parsed back with the standard library."""

import email
from email import policy
from email.header import decode_header
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth_service.accounts.mail_addresses import read_mail_address
from mailer_service.writing.composing import Composer
from mailer_service.writing.rendering import RenderedMail
from mailer_service.writing.unmailable import Unmailable
from shared.mail_contract import fact_event
from shared.mail_facts import FACTS, ActivationCodeIssued, GemeenteContact, PasswordChanged

RENDERED = RenderedMail("Onderwerp", "Tekst één\n", "<p>Tekst één</p>\n")


@pytest.fixture
def compose(composer, event_id):
    def compose_fact(fact, rendered=RENDERED):
        return composer.compose(fact_event(event_id, fact), fact, rendered)

    return compose_fact


def parsed(mail):
    return email.message_from_bytes(mail.content, policy=policy.default)


def bodies(message):
    return [part.get_content().replace("\r\n", "\n") for part in message.iter_parts()]


@pytest.mark.parametrize("model", FACTS)
def test_it_parses_back_equal_and_without_defects(model, make_fact, compose, renderer, code):
    fact = make_fact(model)
    rendered = renderer.render(fact, code)

    message = parsed(compose(fact, rendered))

    parts = list(message.walk())
    assert [part.get_content_type() for part in parts] == ["multipart/alternative", "text/plain", "text/html"]
    assert [defect for part in parts for defect in part.defects] == []
    assert bodies(message) == [rendered.text, rendered.html]


def test_the_headers_are_those_of_a_transactional_mail(make_fact, compose, event_id):
    message = parsed(compose(make_fact(PasswordChanged)))

    assert message["From"] == "Digitaal Nachregister <noreply@nachregister.example>"
    assert message["To"] == "info@pensiondezon.example"
    assert message["Reply-To"] == "nachtregister@zeedorp.example"
    assert message["Subject"] == "Onderwerp"
    assert message["Message-ID"] == f"<{event_id}@nachregister.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert message["Content-Language"] == "nl"
    assert message["MIME-Version"] == "1.0"
    for unwanted in ("List-Unsubscribe", "Precedence", "Sender", "Return-Path", "Bcc"):
        assert unwanted not in message
    assert all(len(message.get_all(name)) == 1 for name in set(message.keys()))


def test_its_date_is_that_of_the_fact(make_fact, compose, now):
    message = parsed(compose(make_fact(PasswordChanged)))

    assert parsedate_to_datetime(message["Date"]) == now


def test_the_same_event_makes_the_same_bytes(make_fact, compose, renderer, code):
    fact = make_fact(ActivationCodeIssued)

    first, second = (compose(fact, renderer.render(fact, code)).content for _ in range(2))

    assert first == second


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=300))
def test_any_text_comes_through_in_short_ascii_lines(text, make_fact, compose):
    body = f"From het begin\n.\n{text}\n"

    mail = compose(make_fact(PasswordChanged), RenderedMail("Onderwerp", body, "<p></p>\n"))

    assert mail.content.isascii()
    assert max(map(len, mail.content.split(b"\r\n"))) <= 78
    assert b"\n" not in mail.content.replace(b"\r\n", b"")
    plain = email.message_from_bytes(mail.content).get_payload(0).get_payload(decode=True)
    assert plain.decode().replace("\r\n", "\n") == body


@given(product=st.text(alphabet=st.characters(categories=["L", "N", "Zs", "Po"]), min_size=1, max_size=90))
def test_any_product_name_comes_through(product):
    if not product.isprintable():
        product = "".join(filter(str.isprintable, product)) or "x"
    mail = Composer(product=product, sender="noreply@nachregister.example")

    name, _, address = mail.sender_header.rpartition(" ")
    shown = "".join(
        text.decode(charset or "ascii") if isinstance(text, bytes) else text
        for text, charset in decode_header(name)
    )
    assert address == "<noreply@nachregister.example>"
    if not product.isascii():
        assert shown == product


@pytest.mark.parametrize("evil", ["x\r\nBcc: a@b.example", "x\nBcc: a", "x\0", "x\u2028y", "x\x85y"])
def test_a_header_can_not_be_injected(evil, make_fact, compose):
    rendered = RenderedMail(evil, "tekst\n", "<p></p>\n")

    with pytest.raises(Unmailable, match="header_unsafe"):
        compose(make_fact(PasswordChanged), rendered)


@pytest.mark.parametrize(
    "address", ["a,b@x.example", "<a@x.example>", "a@x..example", 'a"b@x.example', "a@x>"]
)
def test_what_is_no_address_is_refused_without_quoting_it(address, make_fact, compose):
    with pytest.raises(Unmailable) as refusal:
        compose(make_fact(PasswordChanged, to=address))

    assert refusal.value.reason == "address_unusable"
    assert address not in str(refusal.value)


@pytest.mark.parametrize("address", ["info@hotel.test", "info@hotel.example"])
def test_an_address_that_the_login_takes_is_mailed(address, make_fact, compose):
    assert read_mail_address(address).text == address

    assert compose(make_fact(PasswordChanged, to=address)).recipient == address


def test_a_contact_that_nobody_can_reply_to_costs_only_the_reply_to(make_fact, compose):
    gemeente = GemeenteContact(name="Zeedorp", email="loket@x..zeedorp")

    mail = parsed(compose(make_fact(PasswordChanged, gemeente=gemeente)))

    assert mail["Reply-To"] is None
    assert mail["Subject"]


def test_an_international_domain_becomes_ascii(make_fact, compose):
    mail = compose(make_fact(PasswordChanged, to="info@café.example"))

    assert mail.recipient == "info@xn--caf-dma.example"
    assert parsed(mail)["To"] == "info@xn--caf-dma.example"
    assert not mail.needs_smtputf8


def test_an_international_local_part_needs_smtputf8_and_stays_as_it_is(make_fact, compose):
    mail = compose(make_fact(PasswordChanged, to="rené@café.example"))

    assert mail.needs_smtputf8
    assert "To: rené@xn--caf-dma.example\r\n".encode() in mail.content


def test_a_gemeente_that_would_need_smtputf8_costs_only_the_reply_to(make_fact, compose):
    contact = GemeenteContact(name="Zeedorp", email="rené@zeedorp.example")

    mail = compose(make_fact(PasswordChanged, gemeente=contact))

    assert not mail.needs_smtputf8
    assert parsed(mail)["Reply-To"] is None
