"""The page for the school office: what to put right in SIMS, to print and tick off."""

from collections.abc import Sequence
from datetime import date

from graphsync.fixing import Fix
from reports.run_page import template


def page(fixes: Sequence[Fix], day: date) -> str:
    """The whole page, a section for each school."""
    schools = dict.fromkeys(fix.school for fix in fixes)
    by_school = {school: [fix for fix in fixes if fix.school == school] for school in schools}
    return template("fixes.html").render(schools=by_school, day=day)
