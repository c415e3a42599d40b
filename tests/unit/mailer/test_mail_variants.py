"""Mails whose words depend on what happened."""

from datetime import timedelta

import pytest

from shared.mail_facts import (
    EmailChanged,
    EmailChangeStage,
    InvitationIssued,
    InvitedAs,
    NewDeviceLogin,
    RecoveryCodeUsed,
    RegistrationRejected,
    SuspiciousLogins,
    TotpReset,
    TotpResetAnnounced,
    TotpResetBy,
    TotpResetDisputed,
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


def test_who_did_not_ask_for_a_reset_can_say_so_with_its_code(make_fact, renderer, code):
    mail = renderer.render(make_fact(TotpReset, sealed_code="sealed"), code)

    target = f"https://inloggen.nachregister.example/2fa/reset-annuleren#code={code}"
    assert (target, "deze pagina") in Reading(mail.html).links
    assert target in mail.text.splitlines()
    for text in (mail.text, Reading(mail.html).text):
        assert "Was u dit niet? Ga dan naar deze pagina. Daar meldt u dat." in text


def test_a_reset_without_a_code_asks_for_none(read):
    for text in read(TotpReset, required=True):
        assert "code is" not in text
        assert "Vul deze code in" not in text
        assert "reset-annuleren" not in text


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


@pytest.mark.parametrize(
    ("invited_as", "invited_by", "words"),
    [
        (
            InvitedAs.ONDERNEMER,
            "jan@zon.example",
            "jan@zon.example nodigt u uit als beheerder van Pension De Zon.",
        ),
        (
            InvitedAs.GEBRUIKER,
            "jan@zon.example",
            "jan@zon.example nodigt u uit als gebruiker van Pension De Zon.",
        ),
        (InvitedAs.BEHEERDER, None, "U bent uitgenodigd als beheerder van het Digitaal Nachregister."),
    ],
)
def test_an_invitation_says_who_invites_and_as_what(read, code, invited_as, invited_by, words):
    for text in read(InvitationIssued, code=code, invited_as=invited_as, invited_by=invited_by):
        assert words in text


@pytest.mark.parametrize("invited_as", [InvitedAs.ONDERNEMER, InvitedAs.GEBRUIKER, InvitedAs.BEHEERDER])
def test_the_subject_of_an_invitation_names_neither_company_nor_inviter(
    make_fact, renderer, code, invited_as
):
    mail = renderer.render(make_fact(InvitationIssued, invited_as=invited_as), code)

    assert mail.subject == "Uitnodiging voor het Digitaal Nachregister"


def test_whom_nobody_invites_is_not_asked_whether_he_knows_him(read, code):
    for text in read(InvitationIssued, code=code, invited_as=InvitedAs.BEHEERDER, invited_by=None):
        assert "Verwacht u deze uitnodiging niet? Gooi deze e-mail dan weg." in text


def test_who_is_invited_with_an_account_reads_why_that_can_not_be(read):
    for text in read(InvitationIssued, invited_as=InvitedAs.GEBRUIKER, sealed_code=None):
        assert "Een e-mailadres kan maar bij één account horen." in text
        assert "Vraag om een uitnodiging op een ander e-mailadres." in text
        assert "#code" not in text
        assert "geldig" not in text


def test_guessed_codes_mean_that_the_password_is_known(read):
    for text in read(SuspiciousLogins, password_was_right=True):
        assert "vaak een verkeerde 6-cijferige code ingevuld" in text
        assert "Dan kent iemand anders uw wachtwoord. Kies meteen een nieuw wachtwoord." in text
        assert "hoeft u niets te doen" not in text


def test_a_reset_that_was_done_already_is_told_so_to_the_gemeente(read):
    for text in read(TotpResetDisputed, prevented=False, reset_by=TotpResetBy.COMPANY):
        assert (
            "De reset is op 24 november 2026 om 14.05 uur gedaan door een beheerder van het bedrijf." in text
        )
        assert "Niemand kan er nu 2FA voor instellen." in text
        assert "Geef 2FA dan daar vrij." in text
        assert "opnieuw resetten" not in text


def test_the_gemeente_is_not_told_that_it_asked_for_a_reset_itself(read):
    for text in read(TotpResetDisputed, reset_by=TotpResetBy.OWNER):
        assert "De reset is gevraagd door iemand die als de gebruiker was ingelogd." in text


@pytest.mark.parametrize(
    ("reset_by", "words"),
    [
        (TotpResetBy.OWNER, "heeft u gevraagd om 2FA"),
        (TotpResetBy.COMPANY, "heeft de beheerder van uw bedrijf gevraagd om 2FA"),
        (TotpResetBy.PLATFORM, "heeft een beheerder van het Digitaal Nachregister gevraagd om 2FA"),
    ],
)
def test_an_announced_reset_tells_who_asked(read, code, reset_by, words):
    for text in read(TotpResetAnnounced, code=code, reset_by=reset_by):
        assert words in text


def test_a_reason_is_quoted_whole_and_harmless(make_fact, renderer):
    reason = "<b>Betaal</b> op https://evil.example/x. " + "Uw adres klopt niet. " * 20

    mail = renderer.render(make_fact(RegistrationRejected, reason=reason), None)

    assert "<b>" not in mail.html
    assert "evil.example" not in mail.html + mail.text
    assert mail.text.count("Uw adres klopt niet.") == 20
    assert "Betaal" not in mail.subject


def test_a_rejection_of_which_nothing_readable_is_left_quotes_nothing(read):
    for text in read(RegistrationRejected, reason="https://"):
        assert "De gemeente schrijft" not in text
