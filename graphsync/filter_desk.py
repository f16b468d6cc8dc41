"""Filtering and monitoring before the safeguarding lead: how it stands, what they sign (law A2).

The filter product decides what a group sees, and who gets its alerts; graphsync keeps each pupil in
one filter group, and the dates on which somebody looked.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from graphsync.bench import Bench
from graphsync.group_desk import kept
from graphsync.run_desk import event
from graphsync.store.sign_offs import Matter, SignOff
from graphsync.trouble import Refusal
from policies.groups import kind_of
from policies.pack_loading import PackRefused, load_layers, load_rules
from policies.people import Kind, PersonKey
from policies.rules import GroupKind, Rules
from policies.school_days import academic_year, school_day
from policies.terms import term_on

ALERT = "alert"


class Pupils(Struct, frozen=True, kw_only=True):
    """Pupils with an active account, as the tenant was seen last, and those whom it gets wrong."""

    active: int
    without: tuple[PersonKey, ...]
    in_several: tuple[PersonKey, ...]

    @property
    def wrong(self) -> int:
        """How many are not in exactly one filter group."""
        return len(self.without) + len(self.in_several)


class Signed(Struct, frozen=True, kw_only=True):
    """What was signed: the day, by whom, and how many pupils were wrong that day."""

    on: date
    by: str
    seen: int


class FilterStatus(Struct, frozen=True, kw_only=True):
    """What the pack and the register say; empty where nobody was named or nothing signed.

    `owner_here` says whether the owner of the alerts has an active account. A review is `late` when
    it is longer ago than the pack allows, or has no date; so is a test of the alerts.
    """

    keeps_groups: bool
    term: str
    alert_mailbox: str
    alert_owner: str
    owner_here: bool
    reviewed_on: date | None
    review_late: bool
    tested: Signed | None
    test_late: bool
    signed: Signed | None


def pupils(bench: Bench, school: str) -> Pupils:
    """The school's pupils and their filter groups."""
    mirror = bench.store.mirror.load(bench.tenant.tenant_id)
    accounts = mirror.accounts if mirror else {}
    rules = load_rules(bench.packs_dir, school)
    times = Counter(_filtered(bench, rules))
    active = {
        key: times[link.object_id]
        for key, link in bench.store.links.of(school).items()
        if link.kind is Kind.PUPIL
        if (account := accounts.get(link.object_id)) and account.account_enabled
    }
    return Pupils(
        active=len(active),
        without=tuple(sorted(key for key, number in active.items() if number == 0)),
        in_several=tuple(sorted(key for key, number in active.items() if number > 1)),
    )


def status(bench: Bench, school: str) -> FilterStatus:
    """How filtering and monitoring stand by the pack and by what was signed."""
    layers, rules = load_layers(bench.packs_dir, school), load_rules(bench.packs_dir, school)
    today = school_day(bench.now())
    term = term_of(rules, today)
    owner = layers.value("filtering.alert_owner") or ""
    reviewed_on = layers.value("filtering.reviewed_on")
    tested = _signed(bench, school, Matter.ALERT_TEST, ALERT)
    return FilterStatus(
        keeps_groups=GroupKind.FILTER in rules.groups.names,
        term=term,
        alert_mailbox=layers.value("filtering.alert_mailbox") or "",
        alert_owner=owner,
        owner_here=bool(owner) and _is_here(bench, owner),
        reviewed_on=reviewed_on,
        review_late=_late(reviewed_on, today, layers.value("filtering.review_days")),
        tested=tested,
        test_late=_late(tested.on if tested else None, today, layers.value("filtering.test_days")),
        signed=_signed(bench, school, Matter.FILTERING, term),
    )


def record_test(bench: Bench, school: str, on: date) -> None:
    """Keep that a test alert came in on this day.

    Raises Refusal for a day that is none of the last 30, and a second time for one day.
    """
    today = school_day(bench.now())
    if not 0 <= (today - on).days <= 30:
        raise Refusal("a test is recorded for a day of the last 30, such as today")
    _keep(bench, school, Matter.ALERT_TEST, ALERT, on, seen=1)


def sign(bench: Bench, school: str) -> None:
    """Keep that whoever asks looked at filtering this term, and how many pupils were wrong.

    Raises Refusal where it is signed for this term already.
    """
    rules = load_rules(bench.packs_dir, school)
    today = school_day(bench.now())
    term = term_of(rules, today)
    if _signed(bench, school, Matter.FILTERING, term):
        raise Refusal(f"the {term} is signed for already")
    _keep(bench, school, Matter.FILTERING, term, today, seen=pupils(bench, school).wrong)


def unsigned(bench: Bench, schools: Iterable[str]) -> list[str]:
    """The schools with filter groups in which nobody has signed for this term."""
    today = school_day(bench.now())
    return [
        school
        for school in schools
        if keeps_groups(bench, school)
        for term in [term_of(load_rules(bench.packs_dir, school), today)]
        if _signed(bench, school, Matter.FILTERING, term) is None
    ]


def keeps_groups(bench: Bench, school: str) -> bool:
    """Whether the school's pack names filter groups; not where it cannot be read."""
    try:
        return GroupKind.FILTER in load_rules(bench.packs_dir, school).groups.names
    except PackRefused:
        return False


def term_of(rules: Rules, day: date) -> str:
    """The term of a day, such as `autumn term 2026-27`; no export tells where holidays lie."""
    year = academic_year(day, rules.roll_over.starts if rules.roll_over else None)
    return f"{term_on(day).season} term {year}-{(year + 1) % 100:02}"


def _filtered(bench: Bench, rules: Rules) -> Iterable[str]:
    """The members of each filter group, one after the other."""
    for name, group in kept(bench, rules).items():
        if kind_of(name, rules.school) is GroupKind.FILTER:
            yield from group.members or ()


def _is_here(bench: Bench, address: str) -> bool:
    found = bench.store.mirror.named(bench.tenant.tenant_id, address)
    return any(one.account_enabled for one in found)


def _late(day: date | None, today: date, most: int) -> bool:
    return day is None or (today - day).days > most


def _signed(bench: Bench, school: str, matter: Matter, subject: str) -> Signed | None:
    found = bench.store.sign_offs.of(school, matter).get(subject)
    return Signed(on=found.on, by=found.by, seen=found.seen) if found else None


def _keep(bench: Bench, school: str, matter: Matter, subject: str, on: date, seen: int) -> None:
    signed = SignOff(
        school=school,
        matter=matter,
        subject=subject,
        on=on,
        who=bench.requester,
        seen=seen,
        by=bench.requester,
        at=bench.now(),
    )
    told = event(school, "", f"{matter}_signed", bench.requester)
    after = {"subject": subject, "on": str(on), "seen": seen}
    with bench.store.transaction():
        if not bench.store.sign_offs.add(signed):
            raise Refusal(f"this is recorded for {on} already")
        bench.store.journal.append([replace(told, after=after)])
