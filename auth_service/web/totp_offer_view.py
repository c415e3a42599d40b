"""A secret on offer as the setup page shows it: a QR code, a key to copy, and a link for the same phone."""

from dataclasses import dataclass

from markupsafe import Markup

from auth_service.accounts.totp import in_groups, setup_uri
from auth_service.flows.sessions import LoggedIn
from auth_service.flows.totp_enrolment import Offered
from auth_service.web.qr_codes import qr_svg
from auth_service.web.services import Site


@dataclass(frozen=True)
class OfferView:
    """`seconds_left` until the next one, whole; the page counts them down by its own clock."""

    step: int
    seconds_left: int
    qr: Markup
    key: str
    uri: str


def offer_view(offer: Offered, logged_in: LoggedIn, site: Site) -> OfferView:
    uri = setup_uri(offer.secret, label=logged_in.account.email.text, issuer=site.product_name)
    return OfferView(offer.step, offer.seconds_left, qr_svg(uri), in_groups(offer.secret), uri)
