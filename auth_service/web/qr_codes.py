"""QR codes as SVG, to stand in a page."""

import segno
from markupsafe import Markup

# Enough to be read from a screen that is not clean.
ERROR_CORRECTION = "m"
# ISO/IEC 18004: four modules of white around it.
QUIET_ZONE = 4


def qr_svg(text: str) -> Markup:
    """Without a size of its own; black on white, whatever the page's colours are."""
    drawn = segno.make(text, error=ERROR_CORRECTION, micro=False).svg_inline(
        border=QUIET_ZONE, omitsize=True, dark="#000", light="#fff"
    )
    # Our own drawing, in which none of the text occurs.
    return Markup(drawn)  # noqa: S704
