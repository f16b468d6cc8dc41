"""How long a decision stands that allows something: to a day, and without anyone acting no longer.

Law A18.4 gives an exception at most 90 days, A18.6 a reminder 14 days before its end. What has
ended stands as it would without it: somebody advises and decides anew.
"""

from datetime import date, timedelta

from policies.mail_queue import Outcome

LONGEST = timedelta(days=90)
SOON = timedelta(days=14)
OVER = "the time for which it was allowed is over"


def fault(outcome: str, until: date, today: date) -> str:
    """Why a decision cannot stand until this day; empty where it can."""
    if outcome != Outcome.ALLOWED:
        return "only what is allowed by policy is allowed until a day: leave the day empty"
    if not today < until <= today + LONGEST:
        return f"it is allowed until a day between tomorrow and {today + LONGEST}"
    return ""


def ends_soon(until: date, today: date) -> bool:
    """Whether somebody should renew it now, or let it lapse."""
    return until <= today + SOON
