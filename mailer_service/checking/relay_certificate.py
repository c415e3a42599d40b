"""The relay's certificate: what is wrong with it, or until when it is good."""

import ssl
from datetime import UTC, datetime, timedelta

from mailer_service.checking.findings import Finding, ok, warning

EXPIRES_SOON = timedelta(days=14)


def expiry_finding(host: str, not_after: str, now: datetime) -> Finding:
    """`not_after` as OpenSSL writes it."""
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(not_after), UTC)
    days = (until - now).days
    told = f"Relay: the certificate of {host} is valid until {until:%Y-%m-%d}, {days} days from now."
    if until - now < EXPIRES_SOON:
        return warning(told, "Renew it: once it has expired no mail goes out.")
    return ok(told)


def certificate_problem(error: BaseException) -> str | None:
    """What is wrong with the relay's certificate, where that is what ended the session."""
    causes = (error, error.__cause__, error.__context__)
    return next((c.verify_message for c in causes if isinstance(c, ssl.SSLCertVerificationError)), None)
