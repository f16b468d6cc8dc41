"""Deputies as the head names and ends them; each act is journalled (law B0, A12.5).

Which roles go together is the way in's to know: this desk sees to days, reason and whom.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from graphsync.bench import Bench
from graphsync.matching_desk import people_of
from graphsync.run_desk import event
from graphsync.store.deputies import Deputy
from graphsync.trouble import Refusal
from policies.people import Kind, PersonKey
from policies.school_days import school_day

LONGEST = timedelta(days=90)
SHORTEST_REASON = 8  # letters


class Wish(Struct, frozen=True, kw_only=True):
    """A role that somebody is to stand in for, both days included, and why."""

    role: str
    since: date
    until: date
    reason: str

    def __repr__(self) -> str:
        return f"Wish({self.role})"


class DeputyLine(Struct, frozen=True, kw_only=True):
    """One deputy as it is listed; `name` is empty for an account that the roster does not know."""

    deputy: str
    school: str
    role: str
    account: str
    person: str
    name: str
    since: date
    until: date
    reason: str
    by: str
    state: str


def account_of(bench: Bench, reached: Iterable[str], who: str) -> tuple[str, str]:
    """The school and the account of a member of staff, by key; raises Refusal."""
    unknown = Refusal("that is nobody's key among the staff of your schools who have an account")
    try:
        key = PersonKey.parse(who)
    except ValueError:
        raise unknown from None
    link = bench.store.links.some([key]).get(key) if key.school in set(reached) else None
    if link is None or link.kind is not Kind.STAFF:
        raise unknown
    return key.school, link.object_id.lower()


def name(bench: Bench, school: str, account: str, wish: Wish) -> Deputy:
    """Let an account stand in; raises Refusal for a day or a reason that will not do."""
    today, reason = school_day(bench.now()), " ".join(wish.reason.split())
    if wish.since < today or wish.until < wish.since:
        raise Refusal("the first day is today or later, and the last day not before it")
    if wish.until - wish.since >= LONGEST:
        raise Refusal(f"a deputy is named for {LONGEST.days} days at most: name them again then")
    if len(reason) < SHORTEST_REASON:
        raise Refusal("say why, in a few words: it is read by the DPO and the governors")
    if bench.requester == f"entra:{account}":
        raise Refusal("nobody names themselves")
    made = Deputy(
        id=f"s-{bench.new_id()[:8]}",
        school=school,
        role=wish.role,
        account=account,
        since=wish.since,
        until=wish.until,
        reason=reason,
        by=bench.requester,
        at=bench.now(),
    )
    with bench.store.transaction():
        same = [one for one in bench.store.deputies.of_account(account) if _overlaps(one, made)]
        if same:
            raise Refusal(f"{same[0].id} stands for the same role in these days: end it first")
        bench.store.deputies.name(made)
        _journal(bench, made, "deputy_named")
    return made


def end(bench: Bench, reached: Iterable[str], deputy: str) -> Deputy:
    """End one before its time; raises Refusal for one that is over, or of another school."""
    with bench.store.transaction():
        found = [one for one in bench.store.deputies.of_schools(reached) if one.id == deputy]
        if not found:
            raise UnknownDeputy("there is no such deputy in your schools; the list shows them")
        (one,) = found
        if one.over(school_day(bench.now())):
            raise Refusal("that is over already")
        bench.store.deputies.end(one, bench.requester, bench.now())
        _journal(bench, one, "deputy_ended")
    return replace(one, ended_at=bench.now(), ended_by=bench.requester)


class UnknownDeputy(Refusal):
    """There is none of this number in the schools that somebody reaches."""


def listing(bench: Bench, reached: Iterable[str]) -> tuple[DeputyLine, ...]:
    """Every deputy of these schools, the latest named first."""
    schools = sorted(reached)
    names = staff_by_account(bench, schools)
    today = school_day(bench.now())
    return tuple(
        _line(one, names, today) for one in reversed(bench.store.deputies.of_schools(schools))
    )


def staff_by_account(bench: Bench, schools: Iterable[str]) -> dict[str, tuple[PersonKey, str]]:
    """Key and name of the staff of these schools who have an account, by its number."""
    found: dict[str, tuple[PersonKey, str]] = {}
    for school in schools:
        people = people_of(bench, school)
        for key, link in bench.store.links.of(school).items():
            if link.kind is Kind.STAFF:
                person = people.get(key)
                named = f"{person.given_name} {person.surname}" if person else ""
                found[link.object_id.lower()] = (key, named)
    return found


def _overlaps(one: Deputy, made: Deputy) -> bool:
    same = (one.school, one.role) == (made.school, made.role)
    return same and one.ended_at is None and one.since <= made.until and made.since <= one.until


def _line(one: Deputy, names: Mapping[str, tuple[PersonKey, str]], today: date) -> DeputyLine:
    person, named = names.get(one.account, ("", ""))
    if one.ended_at:
        state = "ended"
    elif one.over(today):
        state = "over"
    else:
        state = "stands" if one.stands(today) else "to come"
    return DeputyLine(
        deputy=one.id,
        school=one.school,
        role=one.role,
        account=one.account,
        person=str(person),
        name=named,
        since=one.since,
        until=one.until,
        reason=one.reason,
        by=one.by,
        state=state,
    )


def _journal(bench: Bench, one: Deputy, operation: str) -> None:
    entry = event(one.school, "", operation, bench.requester)
    after = {"role": one.role, "since": f"{one.since}", "until": f"{one.until}"}
    bench.store.journal.append(
        [replace(entry, item=one.id, object_id=one.account, after={**after, "reason": one.reason})]
    )
