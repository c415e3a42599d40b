"""Every mail is parsed back with the standard library."""

import email
import re
from dataclasses import replace
from email import policy
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth_service.accounts.mail_addresses import read_mail_address
from mailer_service.bounces.bounce_address import BounceAddresses
from mailer_service.writing.composing import Composer
from mailer_service.writing.rendering import RenderedMail
from mailer_service.writing.unmailable import Unmailable
from shared.mail_contract import fact_event
from shared.mail_facts import FACTS, ActivationCodeIssued, GemeenteContact, PasswordChanged
from tests.library_mails import LibraryMails

RENDERED = RenderedMail("Onderwerp", "Tekst één\n", "<p>Tekst één</p>\n")
PRODUCT = "Digitaal Nachregister"
SENDER = "noreply@nachregister.example"
# What both ways of composing take: the library loses a CR, and takes what looks like an encoded word for one.
BODIES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=300).map(
    lambda text: f"From het begin\n.\n{text}\n"
)
SUBJECTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="="),
    min_size=1,
    max_size=120,
).filter(lambda text: text == text.strip())


@pytest.fixture
def compose(composer, event_id):
    def compose_fact(fact, rendered=RENDERED):
        return composer.compose(fact_event(event_id, fact), fact, rendered)

    return compose_fact


def parsed(mail):
    return email.message_from_bytes(mail.content, policy=policy.default)


def bodies(message):
    return [part.get_content().replace("\r\n", "\n") for part in message.iter_parts()]


def meaning(content):
    """All that a program reads out of a mail, whatever way it was written."""
    message = email.message_from_bytes(content)
    headers = {
        name: str(make_header(decode_header(re.sub(r"\r?\n(?=[ \t])", "", value))))
        for name, value in message.items()
    }
    parts = [
        (part.get_content_type(), part.get_content_charset(), part.get_payload(decode=True), part.defects)
        for part in message.walk()
    ]
    return headers, [
        (kind, charset, content and content.splitlines(), defects)
        for kind, charset, content, defects in parts
    ]


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
@given(rendered=st.builds(RenderedMail, subject=SUBJECTS, text=BODIES, html=BODIES))
def test_it_says_what_the_email_package_would_make_of_the_same(rendered, make_fact, compose, event_id):
    fact = make_fact(PasswordChanged)
    by_library = LibraryMails(PRODUCT, SENDER).by_email_mime(fact_event(event_id, fact), fact, rendered)

    ours = compose(fact, rendered).content

    assert meaning(ours) == meaning(by_library)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rendered=st.builds(RenderedMail, subject=SUBJECTS, text=BODIES, html=BODIES))
def test_any_words_go_in_short_ascii_lines(rendered, make_fact, compose):
    content = compose(make_fact(PasswordChanged), rendered).content

    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 78
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize("field", ["subject", "text", "html"])
def test_what_would_break_the_mail_is_refused(field, make_fact, compose):
    rendered = replace(RENDERED, **{field: "x\0\r\nBcc: a@b.example"})

    with pytest.raises(Unmailable, match="_unsafe"):
        compose(make_fact(PasswordChanged), rendered)


def test_bounces_go_to_the_sender_where_they_have_no_domain_of_their_own(make_fact, compose):
    assert compose(make_fact(PasswordChanged)).sender == SENDER


def test_each_mail_has_its_own_way_back_and_the_one_from(make_fact, event_id):
    bounces = BounceAddresses("bounce.nachregister.example", "0123456789abcdef0123456789abcdef")
    fact = make_fact(PasswordChanged)
    composer = Composer(product=PRODUCT, sender=SENDER, bounces=bounces)

    mail = composer.compose(fact_event(event_id, fact), fact, RENDERED)

    assert bounces.read_bounce_address(mail.sender) == event_id
    assert parsed(mail)["From"] == f"{PRODUCT} <{SENDER}>"


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
