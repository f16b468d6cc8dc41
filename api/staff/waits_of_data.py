"""What waits of data: consents, mail, breaches and requests."""

from collections.abc import Collection, Iterator

from api.permissions import Permission
from api.staff.counted import Count, Counted
from api.staff.home import Home
from api.staff.waiting import DPO, DSL, HEAD, OFFICE, Desk, Wait
from graphsync.breach_desk import listing as breaches
from graphsync.consent_standing import Standing, standing
from graphsync.ending_holds import NEAR
from graphsync.request_desk import listing as requests
from policies.mail_allowances import SOON
from policies.school_days import school_day
from reports.words import counted

_P = Permission


def consent_standings(
    home: Home, counts: Counted, schools: Collection[str]
) -> list[Standing] | None:
    """The last counts of the schools that have a roster; None before all were counted."""

    def counts_of(school: str) -> Count | None:
        return counts.lately(("standing", school), lambda: standing(home.bench, school))

    found = [counts_of(school) for school in schools]
    if any(one is None for one in found):
        return None
    return [one.told for one in found if one is not None and one.told is not None]


def of_consents(desk: Desk) -> Iterator[Wait]:
    """Disputed answers, and forms for a second person."""
    seen = desk.of(_P.SEE_CONSENTS)
    if not seen:
        return
    found = consent_standings(desk.home, desk.counts, seen) or []
    disputes, to_check = (
        sum(one.disputes for one in found),
        sum(one.to_check for one in found),
    )
    yield Wait(
        whose=HEAD,
        one="disputed answer",
        many="disputed answers",
        number=disputes,
        path="/consents",
        mine=desk.may(_P.SETTLE_CONSENTS),
    )
    yield Wait(
        whose=OFFICE,
        one="form to countersign",
        many="forms to countersign",
        number=to_check,
        path="/consents/check" if desk.may(_P.COUNTERSIGN_CONSENTS) else "",
        mine=desk.may(_P.COUNTERSIGN_CONSENTS),
    )


def of_mail(desk: Desk) -> Iterator[Wait]:
    """Mails to look at, and advices to decide."""
    seen = desk.of(_P.SEE_DLP)
    if not seen:
        return
    told = desk.home.bench.store.tallies.mail(seen, desk.home.bench.now())
    late = f"{told.overdue:,} overdue" if told.overdue else ""
    looked_at = told.open - told.advised
    yield Wait(
        whose=DPO,
        one="mail to look at",
        many="mails to look at",
        number=looked_at,
        path="/mail",
        mine=desk.may(_P.ADVISE_DLP),
        urgent=bool(told.overdue),
        note=late,
    )
    yield Wait(
        whose=HEAD,
        one="mail to decide, with advice",
        many="mails to decide, with advice",
        number=told.advised,
        path="/mail",
        mine=desk.may(_P.DECIDE_DLP),
        urgent=bool(told.overdue),
        note=late,
    )


def of_allowances(desk: Desk) -> Iterator[Wait]:
    """Mails that are allowed until a day that is near."""
    seen = desk.of(_P.SEE_DLP)
    if not seen:
        return
    by_then = school_day(desk.home.bench.now()) + SOON
    yield Wait(
        whose=DPO,
        one="allowed mail to renew or let lapse within 14 days",
        many="allowed mails to renew or let lapse within 14 days",
        number=desk.home.bench.store.dlp_allowances.ending(seen, by_then),
        path="/mail/decisions",
        mine=desk.may(_P.ADVISE_DLP),
    )


def of_breaches(desk: Desk) -> Iterator[Wait]:
    """Open breaches, by the hours that are left."""
    seen = desk.of(_P.SEE_BREACHES)
    if not seen:
        return
    open_ones = [one for one in breaches(desk.home.bench) if one.school in seen]
    first = min((one.hours_left for one in open_ones if one.hours_left is not None), default=None)
    yield Wait(
        whose=DPO,
        one="open breach",
        many="open breaches",
        number=len(open_ones),
        path="/breaches",
        urgent=first is not None,
        note="" if first is None else _hours(first),
    )


def _hours(left: float) -> str:
    if left < 0:
        return f"overdue for {counted(-int(left), 'hour')}"
    return f"{counted(int(left), 'hour')} left"


def of_requests(desk: Desk) -> Iterator[Wait]:
    """Requests about data, by the days that are left."""
    seen = desk.of(_P.SEE_REQUESTS)
    if not seen:
        return
    found = requests(desk.home.bench, seen)
    late = sum(one.days_left is not None and one.days_left < 0 for one in found)
    soon = sum(one.days_left is not None and 0 <= one.days_left <= NEAR.days for one in found)
    notes = [f"{late:,} overdue" if late else "", f"{soon:,} due within a week" if soon else ""]
    yield Wait(
        whose=DPO,
        one="request about data",
        many="requests about data",
        number=len(found),
        path="/requests",
        mine=desk.may(_P.WORK_REQUESTS),
        urgent=bool(late or soon),
        note=", ".join(filter(None, notes)),
    )
    yield Wait(
        whose=DSL,
        one="request to say whether it could do serious harm",
        many="requests to say whether they could do serious harm",
        number=sum(one.unheard and one.due is not None for one in found),
        path="/requests",
        mine=desk.may(_P.CONSULT_REQUESTS),
    )
