"""The joiner sheet to print and sign: new accounts of a week, without a password (SNMAT-19h)."""

from graphsync.joiner_desk import Sheet
from reports.run_page import template


def page(sheet: Sheet) -> str:
    """The whole page."""
    return template("joiners.html").render(sheet=sheet)
