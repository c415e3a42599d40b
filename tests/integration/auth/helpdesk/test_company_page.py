"""The page of one entrepreneur: his story, and what helps him."""

from auth_service.accounts.mail_progress import MailState
from tests.integration.auth.helpdesk.conftest import BASE, UNKNOWN_USER


def page_of(company_id):
    return f"{BASE}/bedrijven/{company_id}"


async def test_a_refused_mail_is_told_in_plain_words_beside_what_the_server_said(
    medewerker, register, report
):
    waiting = await register(email="jna@dezon.example")
    await report("jna@dezon.example", MailState.REFUSED, UNKNOWN_USER)

    page = await medewerker.reads(page_of(waiting.id))

    assert "De e-mail met de code is geweigerd: dit adres bestaat niet." in page
    assert "E-mail 'E-mailadres bevestigen' aan jna@dezon.example" in page
    assert "Geweigerd: dit adres bestaat niet." in page
    assert f'Antwoord van de mailserver: <q lang="en">{UNKNOWN_USER}</q>' in page
    assert 'Verbeter het e-mailadres<span class="visually-hidden"> voor Pension De Zon</span>' in page
