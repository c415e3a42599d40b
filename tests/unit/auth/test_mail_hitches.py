import pytest

from auth_service.accounts.mail_hitches import MailHitch, hitch_in

# As servers really say it: Postfix, Exim, Exchange Online, Gmail, and those that give no enhanced code.
REPLIES = {
    "550 5.1.1 <jan@dezon.example>: Recipient address rejected: User unknown": MailHitch.ADDRESS_UNKNOWN,
    "550 5.1.0 Address rejected": MailHitch.ADDRESS_UNKNOWN,
    "501 5.1.3 Bad recipient address syntax": MailHitch.ADDRESS_UNKNOWN,
    "550 5.1.6 The address has moved": MailHitch.ADDRESS_UNKNOWN,
    "550 5.2.1 The email account that you tried to reach is inactive": MailHitch.ADDRESS_UNKNOWN,
    "550 5.4.1 Recipient address rejected: Access denied": MailHitch.ADDRESS_UNKNOWN,
    "450 4.1.1 <jan@dezon.example>: unverified address": MailHitch.ADDRESS_UNKNOWN,
    "551 User not local": MailHitch.ADDRESS_UNKNOWN,
    "553 sorry, that address isn't in my list": MailHitch.ADDRESS_UNKNOWN,
    "550 5.1.2 <jan@dezon.example>: Domain not found": MailHitch.DOMAIN_UNKNOWN,
    "450 4.1.2 <jan@dezon.example>: Domain not found": MailHitch.DOMAIN_UNKNOWN,
    "550 5.4.4 Unable to route": MailHitch.DOMAIN_UNKNOWN,
    "550 5.4.310 DNS domain does not exist": MailHitch.DOMAIN_UNKNOWN,
    "556 5.1.10 Recipient address has null MX": MailHitch.DOMAIN_UNKNOWN,
    "521 host does not accept mail": MailHitch.DOMAIN_UNKNOWN,
    "552 5.2.2 Mailbox full": MailHitch.MAILBOX_FULL,
    "452 4.2.2 The email account is over quota": MailHitch.MAILBOX_FULL,
    "552 Requested mail action aborted: exceeded storage allocation": MailHitch.MAILBOX_FULL,
    "550 5.7.1 Message rejected as spam": MailHitch.FILTERED,
    "550 5.7.606 Access denied, banned sending IP": MailHitch.FILTERED,
    "554-5.7.9 Message not accepted for policy reasons": MailHitch.FILTERED,
    "451 4.7.1 Greylisted, please try again": MailHitch.BUSY,
    "452 4.3.1 Insufficient system storage": MailHitch.BUSY,
    "450 Try again later": MailHitch.BUSY,
    "421 4.4.2 Timeout": MailHitch.BUSY,
    "5.1.1 smtp; 550 5.1.1 No such user": MailHitch.ADDRESS_UNKNOWN,
    "5.2.2 smtp; 552 Mailbox is full": MailHitch.MAILBOX_FULL,
    "4.4.7 X-Postfix; delivery temporarily suspended": MailHitch.BUSY,
    "550 No such user here": MailHitch.OTHER,
    "554 Transaction failed": MailHitch.OTHER,
    "554 5.6.0 Message content rejected": MailHitch.OTHER,
    "550 5.1.8 Bad sender's system address": MailHitch.OTHER,
    "550 version 5.1.1 of our policy": MailHitch.OTHER,
    "550 5.1.11234 nonsense": MailHitch.OTHER,
    "the session was lost: timed out": MailHitch.OTHER,
    "": MailHitch.OTHER,
    "suppressed: 550 5.1.1 No such user": MailHitch.ADDRESS_UNKNOWN,
    "suppressed": MailHitch.OTHER,
    None: MailHitch.NOT_SENT,
}


@pytest.mark.parametrize(("reply", "hitch"), REPLIES.items())
def test_the_codes_of_a_reply_say_what_is_wrong(reply, hitch):
    assert hitch_in(reply) is hitch


def test_each_hitch_has_a_reply_that_means_it():
    assert set(REPLIES.values()) == set(MailHitch)
