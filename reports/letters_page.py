"""Letters to parents, one a sheet: the form, a link with its QR code, and the form to fill in."""

import io

from markupsafe import Markup

from graphsync.consent_asking import Letters
from reports.run_page import template


def page(letters: Letters) -> str:
    """The whole page, to be printed and thrown away: every letter carries a live link."""
    return template("letters.html").render(page=letters, qr=qr)


def qr(link: str) -> Markup:
    """The link as a QR code in SVG, drawn by the library from the link alone."""
    import segno

    out = io.BytesIO()
    segno.make(link, error="m").save(
        out, kind="svg", scale=4, border=2, xmldecl=False, svgns=True, title="Your link"
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - modules of a QR code, no text of anyone's
