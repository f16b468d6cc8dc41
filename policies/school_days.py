"""Which day it is at school: the one place that turns a moment into a day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def school_day(moment: datetime) -> date:
    """The day in London at this moment (with its zone): at half past midnight in summer, today."""
    return moment.astimezone(LONDON).date()
