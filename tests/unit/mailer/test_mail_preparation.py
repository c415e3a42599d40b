"""From a fact to the bytes of its mail, with the code in it where it has one."""

import pytest
from cryptography.fernet import Fernet

from mailer_service.writing.mail_preparation import MailPreparation
from mailer_service.writing.unmailable import Unmailable
from shared.mail_contract import fact_event
from shared.mail_facts import ActivationCodeIssued, TotpReset
from shared.sealing import MessageSeal


@pytest.fixture
def seal():
    return MessageSeal([Fernet.generate_key().decode()])


@pytest.fixture
def prepare(seal, renderer, composer, event_id):
    def prepare(fact):
        preparation = MailPreparation(seal=seal, renderer=renderer, composer=composer)
        return preparation.prepare(fact_event(event_id, fact), fact).content.decode()

    return prepare


@pytest.mark.parametrize("model", [ActivationCodeIssued, TotpReset])
def test_a_sealed_code_is_opened_for_the_mail(prepare, make_fact, seal, event_id, code, model):
    content = prepare(make_fact(model, sealed_code=seal.seal(event_id, code)))

    assert code in content.splitlines()


def test_a_fact_that_needs_no_code_is_mailed_without_one(prepare, make_fact):
    assert "Klopt dit niet?" in prepare(make_fact(TotpReset))


@pytest.mark.parametrize("sealed", ["", "no seal"])
def test_a_seal_that_does_not_open_stops_the_mail(prepare, make_fact, sealed):
    with pytest.raises(Unmailable, match="seal_unreadable"):
        prepare(make_fact(TotpReset, sealed_code=sealed))
