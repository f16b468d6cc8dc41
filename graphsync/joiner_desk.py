"""The joiner sheet: who was given an account in a week, signed for by a named person (SNMAT-19h).

A joiner is an account that we made; one that was adopted is no new user. Weeks run from Monday to
Sunday by the school's days.
"""

from datetime import date, datetime, timedelta
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from graphsync.accounts import Account
from graphsync.bench import Bench
from graphsync.intake import latest_roster
from graphsync.run_desk import event
from graphsync.seen import seen_accounts
from graphsync.store.journal import JournalRow
from graphsync.store.secrets import Secret
from graphsync.store.sign_offs import Matter, SignOff
from graphsync.trouble import Refusal
from policies.findings import Finding
from policies.pack_loading import load_rules
from policies.people import Person, PersonKey
from policies.school_days import monday, school_day

WEEK = timedelta(days=7)
_Made = dict[PersonKey, JournalRow]


class Joiner(Struct, frozen=True, kw_only=True):
    """One new account; `slip` says whether its password was shown to anybody, never what it is."""

    person: str
    kind: str
    name: str
    user_name: str
    created: date
    shown: bool
    slip: str

    def __repr__(self) -> str:
        return f"Joiner({self.person})"


class Week(Struct, frozen=True, kw_only=True):
    """The joiners of the week that begins on this Monday, counted, and who signed for them."""

    week: date
    joiners: int
    without_slip: int
    signed_by: str = ""
    signed_on: date | None = None
    recorded_by: str = ""


class Sheet(Struct, frozen=True, kw_only=True):
    """A week's sheet to print and sign; `school` is the school's name."""

    school: str
    week: Week
    joiners: tuple[Joiner, ...]
    printed_by: str
    printed_at: datetime

    @property
    def last_day(self) -> date:
        """The Sunday."""
        return self.week.week + WEEK - timedelta(days=1)


def sheet(bench: Bench, school: str, day: date | None = None) -> Sheet:
    """The sheet of the week of this day; without one, of the last week that is over."""
    rules = load_rules(bench.packs_dir, school)
    week = monday(day or school_day(bench.now()) - WEEK)
    rows = _by_week(bench, school).get(week, {})
    return Sheet(
        school=rules.name,
        week=_week(bench, school, week, rows),
        joiners=_joiners(bench, school, rows),
        printed_by=bench.requester,
        printed_at=bench.now(),
    )


def weeks(bench: Bench, school: str) -> tuple[Week, ...]:
    """Every week that had joiners, the newest first."""
    load_rules(bench.packs_dir, school)
    found = _by_week(bench, school)
    return tuple(_week(bench, school, week, found[week]) for week in sorted(found, reverse=True))


def sign_off(bench: Bench, school: str, day: date, who: str) -> Week:
    """Keep that `who` signed the sheet of the week of this day, with today's date.

    Raises Refusal for a week that is not over (who joins tomorrow would be signed for unseen),
    that had no joiner, or that is signed already.
    """
    load_rules(bench.packs_dir, school)
    week, today, who = monday(day), school_day(bench.now()), who.strip()
    if not who:
        raise Refusal("name who signs the sheet: --by")
    if week + WEEK > today:
        raise Refusal(
            f"the week of {week} is not over: whoever joins until {week + WEEK - timedelta(days=1)}"
            " would be signed for unseen; sign it off on the Monday after"
        )
    with bench.store.transaction():
        rows = _by_week(bench, school).get(week, {})
        if not rows:
            raise Refusal(f"nobody of {school} was given an account in the week of {week}")
        standing = _week(bench, school, week, rows)
        signed = SignOff(
            school=school,
            matter=Matter.JOINERS,
            subject=str(week),
            on=today,
            who=who,
            seen=len(rows),
            by=bench.requester,
            at=bench.now(),
        )
        if standing.signed_on or not bench.store.sign_offs.add(signed):
            raise Refusal(
                f"the week of {week} was signed off by {standing.signed_by or who}"
                f" on {standing.signed_on or today} already; nothing is signed twice"
            )
        plain = event(school, "", "joiners_signed_off", bench.requester)
        after = {"week": str(week), "who": who, "joiners": len(rows)}
        bench.store.journal.append([replace(plain, after=after)])
    return _week(bench, school, week, rows)


def unsigned_weeks(bench: Bench, school: str, clause: str) -> list[Finding]:
    """The weeks that are over, had joiners, and were signed off by nobody."""
    today = school_day(bench.now())
    return [
        Finding(
            clause=clause,
            subject=str(one.week),
            sentence=f"the week of {one.week} had {one.joiners} new accounts and nobody signed for"
            f" them: print graphsync joiners list {school} --week {one.week} --html FILE, have it"
            " signed, and record it with graphsync joiners sign-off",
        )
        for one in reversed(weeks(bench, school))
        if one.signed_on is None and one.week + WEEK <= today
    ]


def _by_week(bench: Bench, school: str) -> dict[date, _Made]:
    """What was made in each week; of two accounts of one person the one that was made last."""
    found: dict[date, _Made] = {}
    for row in bench.store.journal.done(school, "create_user"):
        if row.person is not None:
            found.setdefault(monday(school_day(row.at)), {})[row.person] = row
    return found


def _week(bench: Bench, school: str, week: date, rows: _Made) -> Week:
    secrets = bench.store.secrets.of_school(school)
    signed = bench.store.sign_offs.of(school, Matter.JOINERS).get(str(week))
    return Week(
        week=week,
        joiners=len(rows),
        without_slip=sum(not _shown(secrets.get(key)) for key in rows),
        signed_by=signed.who if signed else "",
        signed_on=signed.on if signed else None,
        recorded_by=signed.by if signed else "",
    )


def _joiners(bench: Bench, school: str, rows: _Made) -> tuple[Joiner, ...]:
    roster = latest_roster(bench, school)
    people = {one.key: one for one in roster.people} if roster else {}
    secrets = bench.store.secrets.of_school(school)
    accounts, now = seen_accounts(bench), bench.now()
    joiners = [
        _joiner(row, people.get(key), secrets.get(key), accounts.get(row.object_id or ""), now)
        for key, row in rows.items()
    ]
    return tuple(sorted(joiners, key=attrgetter("kind", "name", "person")))


def _joiner(
    row: JournalRow,
    person: Person | None,
    secret: Secret | None,
    account: Account | None,
    now: datetime,
) -> Joiner:
    named = f"{person.given_name} {person.surname}" if person else ""
    return Joiner(
        person=str(row.person),
        kind=row.population,
        name=named or (account.display_name if account else "") or "",
        user_name=account.user_principal_name if account else "no longer in the tenant",
        created=school_day(row.at),
        shown=_shown(secret),
        slip=_slip(secret, now),
    )


def _shown(secret: Secret | None) -> bool:
    return secret is not None and secret.revealed_at is not None


def _slip(secret: Secret | None, now: datetime) -> str:
    if secret is None:
        return "no sealed password"
    if secret.revealed_at is not None:
        return f"shown to {secret.revealed_by} on {school_day(secret.revealed_at)}"
    if secret.expires_at <= now:
        return f"expired on {school_day(secret.expires_at)}, never shown"
    return f"not shown yet, until {school_day(secret.expires_at)}"
