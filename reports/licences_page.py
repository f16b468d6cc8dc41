"""Day one as a page for the head: who is licensed by what, and with which consent."""

from graphsync.licence_views import LicenceList
from reports.licence_tables import lines
from reports.run_page import template


def page(told: LicenceList) -> str:
    """The whole page; it runs no script and fetches nothing."""
    return template("licences.html").render(told=told, lines=lines(told))
