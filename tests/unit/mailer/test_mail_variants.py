"""Mails whose words depend on what happened."""

from datetime import timedelta

import pytest

from shared.mail_facts import (
    EmailChanged,
    EmailChangeStage,
    NewDeviceLogin,
    RecoveryCodeUsed,
    TotpReset,
    TotpResetBy,
)
from tests.unit.mailer.reading import Reading


@pytest.fixture
def read(make_fact, renderer):
    """The mail about a fact as its two texts, after seeing that neither has an empty paragraph."""

    def both(model, *, code=None, **changes):
        mail = renderer.render(make_fact(model, **changes), code)
        assert "\n\n\n" not in mail.text.partition("Met vriendelijke groet")[0].rstrip()
        return mail.text, Reading(mail.html).text

    return both


@pytest.mark.parametrize(
    ("reset_by", "words"),
    [
        (TotpResetBy.OWNER, "is 2FA gereset door uzelf. Verwijder"),
        (TotpResetBy.COMPANY, "is 2FA gereset door de beheerder van uw bedrijf. Verwijder"),
        (TotpResetBy.GEMEENTE, "is 2FA gereset door een medewerker van de gemeente Zeedorp. Verwijder"),
        (TotpResetBy.PLATFORM, "is 2FA gereset door een beheerder van het Digitaal Nachregister. Verwijder"),
    ],
)
def test_a_reset_tells_who_did_it(read, reset_by, words):
    for text in read(TotpReset, reset_by=reset_by):
        assert words in text


@pytest.mark.parametrize(
    ("required", "words"),
    [
        (True, "uw app. Bij de volgende keer inloggen stelt u 2FA opnieuw in."),
        (False, "uw app. U kunt 2FA weer aanzetten in uw account."),
    ],
)
def test_a_reset_tells_what_comes_next(read, required, words):
    for text in read(TotpReset, required=required):
        assert words in text


def test_a_reset_by_somebody_else_brings_the_code_for_enrolling_anew(read, code, now):
    texts = read(
        TotpReset,
        code=code,
        reset_by=TotpResetBy.GEMEENTE,
        required=True,
        sealed_code="sealed",
        expires_at=now + timedelta(hours=24),
    )

    for text in texts:
        assert code in text.splitlines()
        for sentence in (
            "Daarbij vragen we ook de code uit deze e-mail. Zo weten we dat u het bent.",
            "Log in op https://inloggen.nachregister.example/inloggen.",
            "Vul deze code in op de pagina Tweefactorauthenticatie instellen:",
            "De code is 24 uur geldig. U kunt hem één keer gebruiken.",
        ):
            assert sentence in text


def test_no_link_holds_the_code_of_a_reset(make_fact, renderer, code):
    mail = renderer.render(make_fact(TotpReset, sealed_code="sealed"), code)

    assert not [target for target, _ in Reading(mail.html).links if code in target]
    assert f"#code={code}" not in mail.text


def test_a_reset_without_a_code_asks_for_none(read):
    for text in read(TotpReset, required=True):
        assert "code is" not in text
        assert "Vul deze code in" not in text


@pytest.mark.parametrize(
    ("remaining", "words"),
    [
        (0, "U heeft geen herstelcodes meer. Maak daarom nieuwe herstelcodes."),
        (1, "U heeft nog 1 herstelcode. Maak daarom nieuwe herstelcodes."),
        (2, "U heeft nog 2 herstelcodes. Maak daarom nieuwe herstelcodes."),
        (3, "U heeft nog 3 herstelcodes.\n"),
        (10, "U heeft nog 10 herstelcodes.\n"),
    ],
)
def test_who_has_few_recovery_codes_left_is_told_to_make_new_ones(read, remaining, words):
    where = "Dat doet u op Mijn account bij Tweefactorauthenticatie."

    for text in read(RecoveryCodeUsed, remaining=remaining):
        assert words in text
        assert (where in text) == (remaining <= 2)


@pytest.mark.parametrize(
    ("browser", "system", "words"),
    [
        ("Firefox", "Windows", "vanaf een nieuw apparaat: Firefox op Windows.\n"),
        ("Firefox", None, "vanaf een nieuw apparaat: Firefox.\n"),
        (None, "Windows", "vanaf een nieuw apparaat: Windows.\n"),
        (None, None, "vanaf een nieuw apparaat.\n"),
        ("", "https://", "vanaf een nieuw apparaat.\n"),
    ],
)
def test_a_new_device_is_named_as_far_as_it_is_known(read, browser, system, words):
    for text in read(NewDeviceLogin, browser=browser, system=system):
        assert words in text


def test_what_a_browser_calls_itself_is_escaped_shortened_and_without_links(make_fact, renderer):
    hostile = "<b>Bel</b> info@evil.example of ga naar https://evil.example/" + "x" * 500

    mail = renderer.render(make_fact(NewDeviceLogin, browser=hostile, system=f"a\r\nb{hostile}"), None)

    assert mail.subject == "Nieuwe login op uw account"
    assert "<b>" not in mail.html
    assert "evil.example" not in mail.html + mail.text
    assert "a b<b>Bel" in mail.text
    assert "x" * 60 not in mail.text


def test_a_change_of_address_that_is_only_asked_says_that_nothing_changed_yet(make_fact, renderer, read):
    subject = renderer.render(make_fact(EmailChanged, stage=EmailChangeStage.ASKED), None).subject

    assert subject == "Iemand wil uw e-mailadres wijzigen"
    for text in read(EmailChanged, stage=EmailChangeStage.ASKED):
        for sentence in (
            "Iemand wil het e-mailadres van uw account wijzigen in ja***@pensiondezon.example. "
            "Dat is gevraagd op 23 november 2026 om 14.05 uur. "
            "Het verandert pas als het nieuwe e-mailadres is bevestigd.",
            "Was u dit? Volg dan de stappen in de e-mail aan uw nieuwe e-mailadres.",
            "Was u dit niet? Wijzig dan meteen uw wachtwoord en neem contact op met uw gemeente.",
        ):
            assert sentence in text
        assert "is gewijzigd" not in text


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        (EmailChangeStage.ASKED, "uw account wijzigen. Dat is"),
        (EmailChangeStage.DONE, "uw account gewijzigd. Log voortaan"),
    ],
)
def test_a_change_of_address_can_leave_the_new_one_out(read, stage, words):
    for text in read(EmailChanged, stage=stage, new_address_masked=None):
        assert words in text
