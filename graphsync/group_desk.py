"""Groups before their owners: who is in them, and whether an owner confirmed it (WPT-2-DATA-2).

A member of staff says once a year that a group's members are those who need it. Who does not is a
finding and nothing else: no membership ever ends for want of a confirmation.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from graphsync.accounts import Account, Group
from graphsync.bench import Bench
from graphsync.desk_subjects import roster_of
from graphsync.group_planning import GroupBook
from graphsync.run_desk import event
from graphsync.store.sign_offs import Matter, SignOff
from graphsync.tenant.snapshot import snapshot
from graphsync.trouble import Refusal
from policies.findings import Finding
from policies.pack_loading import load_rules
from policies.people import Kind, PersonKey
from policies.rules import Rules
from policies.school_days import school_day


class GroupLine(Struct, frozen=True, kw_only=True):
    """A group of a school: its unique name, and who confirmed its members for when.

    `due` is the last day for the next confirmation; None for a group that nobody is in.
    """

    group: str
    name: str
    members: int
    confirmed_by: str
    confirmed_on: date | None
    due: date | None
    overdue: bool


class MemberLine(Struct, frozen=True, kw_only=True):
    """An account in a group; `person` is empty for one that is nobody's of ours."""

    account: str
    user_name: str
    name: str
    person: str

    def __repr__(self) -> str:
        return f"MemberLine({self.account})"


def groups(bench: Bench, school: str) -> tuple[GroupLine, ...]:
    """The school's groups as the last plan saw them, by unique name."""
    return tuple(_lines(bench, load_rules(bench.packs_dir, school)))


def members(bench: Bench, school: str, group: str) -> tuple[MemberLine, ...]:
    """Who is in a group; raises Refusal for one that the school has not."""
    found = _group(bench, load_rules(bench.packs_dir, school), group)
    mirror = bench.store.mirror.load(bench.tenant.tenant_id)
    accounts = mirror.accounts if mirror else {}
    people = bench.store.links.all_object_ids()
    lines = [_member(one, accounts, people) for one in found.members or ()]
    return tuple(sorted(lines, key=lambda one: (one.name, one.user_name, one.account)))


def confirm(bench: Bench, school: str, group: str, owner: PersonKey) -> GroupLine:
    """Keep that an owner confirmed the members of a group as the last plan saw them, today.

    Raises Refusal for a group that the school has not, somebody who is not of its staff today, and
    a second time on one day.
    """
    rules, today = load_rules(bench.packs_dir, school), school_day(bench.now())
    found = _group(bench, rules, group)
    if owner not in _staff(bench, school, today):
        raise Refusal(f"{owner} is no member of staff on the last accepted roster")
    seen = len(found.members or ())
    signed = SignOff(
        school=school,
        matter=Matter.GROUP,
        subject=group,
        on=today,
        who=str(owner),
        seen=seen,
        by=bench.requester,
        at=bench.now(),
    )
    plain = event(school, "", "group_confirmed", bench.requester)
    after = {"group": group, "members": seen}
    with bench.store.transaction():
        if not bench.store.sign_offs.add(signed):
            raise Refusal(f"{group} was confirmed today already; graphsync groups list {school}")
        bench.store.journal.append([replace(plain, person=owner, object_id=found.id, after=after)])
    return next(line for line in _lines(bench, rules) if line.group == group)


def unconfirmed(bench: Bench, rules: Rules, clause: str) -> list[Finding]:
    """The groups whose members no owner confirmed by the due day; nobody is taken out of them."""
    return [
        Finding(
            clause=clause,
            subject=line.group,
            sentence=f"its {line.members} members were to be confirmed by an owner by {line.due}:"
            f" graphsync groups members {rules.school} {line.group} shows them, graphsync groups"
            " confirm records it; nobody is taken out for it",
        )
        for line in _lines(bench, rules)
        if line.overdue
    ]


def _lines(bench: Bench, rules: Rules) -> Iterator[GroupLine]:
    signed = bench.store.sign_offs.of(rules.school, Matter.GROUP)
    made = {
        row.object_id: school_day(row.at)
        for row in bench.store.journal.done(rules.school, "create_group")
    }
    began = bench.store.runs.first(rules.school) or bench.now()
    for name, group in sorted(kept(bench, rules).items()):
        last = signed.get(name)
        since = last.on if last else made.get(group.id, school_day(began))
        days = timedelta(days=rules.groups.owner_confirmation_days)
        yield _line(name, group, last, since + days, bench)


def _line(name: str, group: Group, last: SignOff | None, due: date, bench: Bench) -> GroupLine:
    counted = len(group.members or ())
    return GroupLine(
        group=name,
        name=group.display_name or "",
        members=counted,
        confirmed_by=last.who if last else "",
        confirmed_on=last.on if last else None,
        due=due if counted else None,
        overdue=bool(counted) and due < school_day(bench.now()),
    )


def kept(bench: Bench, rules: Rules) -> Mapping[str, Group]:
    """The groups of a school that are there, by unique name, as the tenant was seen last."""
    mirror = bench.store.mirror.load(bench.tenant.tenant_id)
    if mirror is None:
        return {}
    return GroupBook(rules.school, rules, snapshot(mirror, bench.now()), {}).kept


def _group(bench: Bench, rules: Rules, name: str) -> Group:
    group = kept(bench, rules).get(name)
    if group is None:
        raise Refusal(
            f"{rules.school} has no group {name} by the last plan: graphsync groups list"
            f" {rules.school} gives the unique names"
        )
    return group


def _staff(bench: Bench, school: str, today: date) -> set[PersonKey]:
    return {
        one.key
        for one in roster_of(bench, school).people
        if one.kind is Kind.STAFF and not one.has_left(today)
    }


def _member(
    account_id: str, accounts: Mapping[str, Account], people: Mapping[str, PersonKey]
) -> MemberLine:
    account = accounts.get(account_id)
    return MemberLine(
        account=account_id,
        user_name=account.user_principal_name if account else "",
        name=(account.display_name if account else "") or "",
        person=str(people.get(account_id, "")),
    )
