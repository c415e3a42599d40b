"""SPF, DKIM and DMARC of every mail, judged by programs that aren't ours and know nothing of it."""

from functools import cache

import authheaders
import authres
import dns.resolver
import pytest

from tests.integration.mailer.checking.domain import BOUNCES, DOMAIN, HELO, SENDING, STRANGER
from tests.integration.mailer.receiving.received_mails import RECEIVER

# pyspf, which authheaders asks, uses a name that dnspython has replaced.
pytestmark = pytest.mark.filterwarnings("ignore:please use dns.resolver.resolve:DeprecationWarning")


@pytest.fixture
def judge(monkeypatch, dns_port):
    """What authheaders (with dkimpy and pyspf) makes of a mail, by method."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], dns_port
    monkeypatch.setattr("dns.resolver.default_resolver", resolver)
    # It would read the whole list of public suffixes again for each mail.
    monkeypatch.setattr("authheaders.get_org_domain", cache(authheaders.get_org_domain))

    def judged(mail, *, content=None, sending=SENDING):
        header = authheaders.authenticate_message(
            content or mail.content,
            RECEIVER,
            spf=True,
            ip=sending,
            mail_from=mail.sender,
            helo=HELO,
            dmarcbis=True,
        )
        return {one.method: one for one in authres.AuthenticationResultsHeader.parse(header).results}

    return judged


def test_every_mail_passes_spf_dkim_and_dmarc_and_all_are_aligned(judge, mails):
    verdicts = {name: judge(mail) for name, mail in mails.items()}

    assert len(verdicts) > 20
    for name, results in verdicts.items():
        assert {method: one.result for method, one in results.items()} == {
            "spf": "pass",
            "dkim": "pass",
            "dmarc": "pass",
        }, name
        assert results["spf"].smtp_mailfrom.endswith(BOUNCES)
        assert results["dkim"].header_d == DOMAIN
        assert [one.value for one in results["dmarc"].properties if one.name == "from"] == [DOMAIN]


def test_each_of_spf_and_dkim_is_enough_for_dmarc(judge, mails):
    mail = mails["activation_code_issued"]

    forwarded = judge(mail, sending=STRANGER)
    rewritten = judge(mail, content=mail.content.replace(b"Beste", b"Goede"))

    assert [forwarded[method].result for method in ("spf", "dkim", "dmarc")] == ["fail", "pass", "pass"]
    assert [rewritten[method].result for method in ("spf", "dkim", "dmarc")] == ["pass", "fail", "pass"]


@pytest.mark.parametrize("header", [b"From", b"To", b"Subject", b"Date", b"Reply-To", b"Cc", b"MIME-Version"])
def test_a_header_that_somebody_adds_breaks_the_signature(judge, mails, header):
    mail = mails["activation_code_issued"]

    results = judge(mail, content=header + b": iemand@anders.example\r\n" + mail.content)

    assert results["dkim"].result == "fail"
