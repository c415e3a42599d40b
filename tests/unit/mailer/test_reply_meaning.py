"""The table of replies, by what mail servers are known to say."""

import pytest

from mailer_service.sending.reply_meaning import Meaning, is_crowded, is_unusable, meaning_of

REPLIES = [
    (250, "2.0.0 Ok: queued as 4F1", Meaning.DELIVERED),
    (251, "2.1.5 User not local; will forward", Meaning.DELIVERED),
    # Later.
    (450, "4.2.0 <a@b.example>: Recipient address rejected: Greylisted for 300 seconds", Meaning.LATER),
    (450, "4.1.1 <a@b.example>: Recipient address rejected: unverified address", Meaning.LATER),
    (451, "4.7.1 Try again later", Meaning.LATER),
    (452, "4.2.2 Mailbox full for now", Meaning.LATER),
    (452, "", Meaning.LATER),
    # The relay, or this session with it.
    (421, "4.4.2 localhost Error: timeout exceeded", Meaning.RELAY_TROUBLE),
    (421, "Service shutting down and closing transmission channel", Meaning.RELAY_TROUBLE),
    (452, "4.3.1 Insufficient system storage", Meaning.RELAY_TROUBLE),
    (450, "4.3.2 Service currently unavailable", Meaning.RELAY_TROUBLE),
    (554, "5.3.2 System not accepting network messages", Meaning.RELAY_TROUBLE),
    (451, "4.3.5 Server configuration error", Meaning.RELAY_TROUBLE),
    (454, "Throttling failure: Maximum sending rate exceeded", Meaning.RELAY_TROUBLE),
    (454, "4.7.0 Temporary authentication failure", Meaning.RELAY_TROUBLE),
    (550, "5.4.5 Daily SMTP relay limit exceeded for customer", Meaning.RELAY_TROUBLE),
    (503, "5.5.1 Error: need MAIL command", Meaning.RELAY_TROUBLE),
    # Later, though it has a 5.
    (554, "5.7.1 <a@b.example>: Recipient address rejected: Greylisted, try again", Meaning.LATER),
    (550, "Graylisting in effect, please retry", Meaning.LATER),
    # Refused for good, and the address is not to blame.
    (550, "5.7.1 Message contains a virus", Meaning.REFUSED),
    (554, "5.7.1 <a@b.example>: Recipient address rejected: Access denied", Meaning.REFUSED),
    (554, "5.7.1 Looks like spam", Meaning.REFUSED),
    (552, "5.2.2 Mailbox full", Meaning.REFUSED),
    (552, "Requested mail action aborted: exceeded storage allocation", Meaning.REFUSED),
    (552, "5.3.4 Message size exceeds fixed limit", Meaning.REFUSED),
    (550, "Requested action not taken: mailbox unavailable", Meaning.REFUSED),
    (553, "5.1.4 Mailbox address ambiguous", Meaning.REFUSED),
    (550, "5.4.1 Recipient address rejected: Access denied", Meaning.REFUSED),
    (500, "Command unrecognized", Meaning.REFUSED),
    # Of the recipient alone, and not for good.
    (550, "5.1.2 Domain not found", Meaning.REFUSED),
    (550, "5.2.1 Mailbox disabled", Meaning.REFUSED),
    (550, "5.2.1 The user is receiving mail at a rate that prevents additional messages", Meaning.REFUSED),
    (550, "5.4.4 Host or domain name not found", Meaning.REFUSED),
    # Not of us, however much it sounds like it.
    (550, "5.7.1 RESOLVER.RST.AuthRequired; authentication required", Meaning.REFUSED),
    (550, "5.7.1 You are not authorized to send to this recipient", Meaning.REFUSED),
    (554, "delivery error: this account has been disabled", Meaning.REFUSED),
    (550, "5.1.1 <a@b.example>: User unknown in relay recipient table", Meaning.ADDRESS_UNUSABLE),
    # Refused for good, as every other mail to that address.
    (550, "5.1.1 <a@b.example>: Recipient address rejected: User unknown", Meaning.ADDRESS_UNUSABLE),
    (550, "sorry, no mailbox here by that name (#5.1.1)", Meaning.ADDRESS_UNUSABLE),
    (550, "5.1.1 The email account\n5.1.1 does not exist", Meaning.ADDRESS_UNUSABLE),
    (501, "5.1.3 Bad recipient address syntax", Meaning.ADDRESS_UNUSABLE),
    (551, "5.1.6 Mailbox has moved", Meaning.ADDRESS_UNUSABLE),
    (550, "5.1.10 RESOLVER.ADR.RecipientNotFound", Meaning.ADDRESS_UNUSABLE),
    (556, "Domain does not accept mail", Meaning.ADDRESS_UNUSABLE),
    # Perhaps ours: our sender, our domain, our network address.
    (550, "5.1.7 Invalid sender address", Meaning.PERHAPS_OURS),
    (450, "4.1.8 <a@b.example>: Sender address rejected: Domain not found", Meaning.PERHAPS_OURS),
    (553, "5.7.1 <a@b.example>: Sender address rejected: not owned by user dnr", Meaning.PERHAPS_OURS),
    (554, "5.7.1 <a@b.example>: Relay access denied", Meaning.PERHAPS_OURS),
    (454, "4.7.1 <a@b.example>: Relay access denied", Meaning.PERHAPS_OURS),
    (550, "relay not permitted", Meaning.PERHAPS_OURS),
    (550, "5.7.1 <a@b.example>... Relaying denied", Meaning.PERHAPS_OURS),
    (553, "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", Meaning.PERHAPS_OURS),
    (550, "5.7.54 SMTP; Unable to relay recipient in non-accepted domain", Meaning.PERHAPS_OURS),
    (550, "5.7.60 SMTP; Client does not have permissions to send as this sender", Meaning.PERHAPS_OURS),
    (554, "5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied", Meaning.PERHAPS_OURS),
    (550, "5.7.23 SPF validation failed", Meaning.PERHAPS_OURS),
    (451, "4.7.24 SPF validation error", Meaning.PERHAPS_OURS),
    (550, "5.7.25 Reverse DNS validation failed", Meaning.PERHAPS_OURS),
    (550, "5.7.26 Unauthenticated email is not accepted", Meaning.PERHAPS_OURS),
    (421, "4.7.26 This mail has been rate limited because it is unauthenticated", Meaning.PERHAPS_OURS),
    (550, "5.7.27 SPF did not pass", Meaning.PERHAPS_OURS),
    (550, "5.7.509 Access denied, sending domain does not pass DMARC", Meaning.PERHAPS_OURS),
    (550, "5.7.515 Access denied, sending domain", Meaning.PERHAPS_OURS),
    (550, "5.7.606 Access denied, banned sending IP [192.0.2.1]", Meaning.PERHAPS_OURS),
    (550, "5.7.28 Unusual rate of unsolicited mail", Meaning.PERHAPS_OURS),
    (550, "5.7.1 [192.0.2.1] Unsolicited mail originating from your IP address", Meaning.PERHAPS_OURS),
    (554, "5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org", Meaning.PERHAPS_OURS),
    (550, "mx.example\n192.0.2.1 is in a black list at bl.example", Meaning.PERHAPS_OURS),
    (550, "5.7.1 Your network is on our block list (S3140)", Meaning.PERHAPS_OURS),
    (554, "5.7.1 rejected by DMARC policy for example.nl", Meaning.PERHAPS_OURS),
    (550, "SPF: 192.0.2.1 may not send mail for example.nl", Meaning.PERHAPS_OURS),
    (550, "SMTP AUTH is required for message submission on port 587", Meaning.PERHAPS_OURS),
    (550, "5.7.1 Authentication required", Meaning.PERHAPS_OURS),
    (550, "5.7.1 Client does not have permissions to send as this sender", Meaning.PERHAPS_OURS),
    (550, "5.7.233 Your tenant exceeded its daily limit", Meaning.PERHAPS_OURS),
    (554, "Message rejected: Email address is not verified.", Meaning.PERHAPS_OURS),
    # Ours.
    (530, "5.7.0 Must issue a STARTTLS command first", Meaning.SETTINGS_WRONG),
    (530, "5.7.57 Client not authenticated to send mail", Meaning.SETTINGS_WRONG),
    (535, "5.7.8 Authentication credentials invalid", Meaning.SETTINGS_WRONG),
    (538, "Encryption required for requested authentication mechanism", Meaning.SETTINGS_WRONG),
    # What makes no sense.
    (-1, "Malformed SMTP response line", Meaning.LATER),
    (354, "Go ahead", Meaning.LATER),
    (600, "?", Meaning.LATER),
    # The class of the reply code holds, whatever the status says.
    (450, "5.1.1 User unknown", Meaning.LATER),
    (550, "4.1.1 User unknown", Meaning.ADDRESS_UNUSABLE),
    # No status but a network address.
    (550, "5.1.1.1 is listed", Meaning.REFUSED),
]


@pytest.mark.parametrize(("code", "text", "meaning"), REPLIES)
def test_a_reply_means(code, text, meaning):
    assert meaning_of(code, text) is meaning


@pytest.mark.parametrize(
    ("status", "unusable"),
    [("5.1.1", True), (" 5.1.10 ", True), ("5.2.2", False), ("4.1.1", False), ("5.0.0", False), ("", False)],
)
def test_the_status_of_a_bounce_tells_whether_the_address_is_of_any_use(status, unusable):
    assert is_unusable(status) is unusable


@pytest.mark.parametrize(
    ("text", "crowded"),
    [
        ("4.7.0 mx.example Error: too many connections from 192.0.2.1", True),
        ("Too many concurrent SMTP connections; please try again later.", True),
        ("4.3.2 The maximum number of concurrent connections has exceeded a limit", True),
        ("4.3.2 Concurrent connections limit exceeded", True),
        ("4.7.0 Too many logins", True),
        ("4.5.3 Too many recipients", False),
        ("4.5.3 Too many mails in this session", False),
        ("4.7.0 Error: too many errors", False),
    ],
)
def test_a_reply_may_complain_of_our_number_of_sessions(text, crowded):
    assert is_crowded(text) is crowded
