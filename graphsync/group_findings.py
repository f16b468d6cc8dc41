"""What a person must look at in the groups of a school: functions of one look at it.

None of them changes anything; what we may mend ourselves, the night's plan mends. Each function
takes the clause of the school's policy that asks for it, and finds the same whatever the order.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from msgspec import Struct

from graphsync.accounts import Account, Snapshot
from graphsync.group_planning import GroupBook
from graphsync.licences import direct
from graphsync.scene import Link
from policies.desired import Desired, lessons_on
from policies.filtering import strictest
from policies.findings import Finding
from policies.groups import STAFF_KINDS, group_finder, kind_of
from policies.lifecycle import Stage
from policies.people import Kind, PersonKey, Roster
from policies.rules import GroupKind, Rules
from policies.school_days import academic_year
from policies.telling_names import neutral, telling


class Look(Struct, frozen=True, kw_only=True):
    """A school as it should be and as its tenant is."""

    rules: Rules
    desired: tuple[Desired, ...]
    links: Mapping[PersonKey, Link]
    snapshot: Snapshot

    def book(self) -> GroupBook:
        """The school's groups."""
        return GroupBook(self.rules.school, self.rules, self.snapshot, self.links)

    def here(self) -> Iterator[tuple[Desired, Account]]:
        """Everyone who is here and has an account."""
        for wanted in self.desired:
            link = self.links.get(wanted.key)
            account = self.snapshot.accounts.get(link.object_id) if link else None
            if account is not None and wanted.standing.stage is Stage.CURRENT:
                yield wanted, account


def filter_findings(look: Look, clause: str) -> list[Finding]:
    """Everyone whom the pack sorts and who is in no filter group, or in several (SNMAT-21d)."""
    book, found = look.book(), []
    for wanted, account in look.here():
        if wanted.kind not in book.sorted:
            continue
        names = sorted(
            name
            for name in book.memberships.get(account.id, ())
            if kind_of(name, look.rules.school) is GroupKind.FILTER
        )
        if not names:
            text = "in no filter group: the filter product's default holds until the next night"
            found.append(_finding(clause, wanted.key, text))
        elif len(names) > 1:
            holds = _holds(names, look.rules)
            text = f"in {len(names)} filter groups ({', '.join(names)}): {holds} must hold"
            found.append(_finding(clause, wanted.key, text))
    return found


def staff_only_findings(look: Look, clause: str) -> list[Finding]:
    """Everyone in a group for staff who is not of the school's staff (PB-5.2, TMHS-5.4c).

    A pupil of ours is taken out the same night; whoever is not in the roster, a guest above all, a
    person has to take out.
    """
    linked = {look.links[one.key].object_id: one for one in look.desired if one.key in look.links}
    book, found = look.book(), []
    for account_id, names in sorted(book.memberships.items()):
        closed = [n for n in sorted(names) if kind_of(n, look.rules.school) in STAFF_KINDS]
        person = linked.get(account_id)
        if not closed or (person and person.kind is Kind.STAFF):
            continue
        mend = (
            "the night takes a pupil out, of a bound group once it is adopted"
            if person
            else "not of the roster, take the account out"
        )
        told = f"in {', '.join(closed)}, for staff alone: {mend}"
        found.append(_finding(clause, person.key if person else account_id, told))
    return found


def owner_findings(
    look: Look, owners: Mapping[str, Collection[str]], least: int, clause: str
) -> list[Finding]:
    """Filter groups that fewer than `least` enabled accounts own (SNMAT-13e).

    `owners` gives the object ids of a group's owners by the group's object id.
    """
    found = []
    for name, group in sorted(_filter_groups(look)):
        active = [
            one
            for one in owners.get(group, ())
            if (account := look.snapshot.accounts.get(one)) and account.account_enabled
        ]
        if len(active) < least:
            who = "single person" if len(active) == 1 else f"{len(active)} active owners"
            told = f"{who} ({clause}): name at least {least} owners in the Entra admin centre"
            found.append(_finding(clause, name, told))
    return found


def filter_group_ids(look: Look) -> list[str]:
    """The object ids of the school's filter groups that are there, for reading their owners."""
    return sorted(group for _, group in _filter_groups(look))


def role_holder_findings(look: Look, clause: str) -> list[Finding]:
    """Who holds a directory role and is neither of the technical team nor on the protected list.

    The protected list is for break-glass and service accounts (PB-2.5, TMHS-3.2c).
    """
    named = {*look.rules.technical_team, *look.rules.protected.accounts}
    known = {name.casefold() for name in named}
    found = []
    for holder in sorted(look.snapshot.protected):
        account = look.snapshot.accounts.get(holder)
        names = {holder, account.user_principal_name.casefold() if account else holder}
        if not names & known:
            told = f"not in technical team ({clause}), and holds a directory role: take it away or"
            told = f"{told} name the account in roles.technical_team.accounts"
            found.append(_finding(clause, holder, told))
    return found


def direct_right_findings(look: Look, clause: str) -> list[Finding]:
    """Rights that no rule of the pack gives (SNMAT-19a): memberships of our groups, licences."""
    book, found = look.book(), []
    skus = {sku.sku_id: sku.sku_part_number for sku in look.snapshot.skus.values()}
    for wanted, account in look.here():
        due = {group.unique_name for group in wanted.groups or ()}
        for name in sorted(book.memberships.get(account.id, set()) - due):
            if kind_of(name, look.rules.school) is GroupKind.FILTER:
                continue  # `filter_findings` tells of these
            told = f"unmanaged right ({clause}): in {name} by nobody's rule, taken out this night"
            found.append(_finding(clause, wanted.key, told))
        for sku in sorted(direct(account)):
            if (name := skus.get(sku, sku)) not in (wanted.skus or ()):
                told = f"unmanaged right ({clause}): holds the licence {name} by nobody's rule"
                found.append(_finding(clause, wanted.key, told))
    return found


def ended_class_findings(look: Look, day: date, clause: str) -> list[Finding]:
    """Class groups of a year that is over: they are emptied and kept, and never used again.

    A Team among them is not archived by us, since that takes a permission to change the settings
    of every Team there is (Graph docs: team-archive).
    """
    starts = look.rules.roll_over.starts if look.rules.roll_over else None
    year = academic_year(day, starts)
    school = look.rules.school
    mend = {
        True: "archive its Team in the Teams admin centre, or delete it by hand",
        False: "archive or delete it by hand",
    }
    return [
        _finding(clause, name, f"class of a year that is over: {mend[group.is_team]}")
        for name, group in sorted(look.book().kept.items())
        if kind_of(name, school) is GroupKind.CLASS
        and int(name.removeprefix(f"gs-{school}-")[:4]) < year
    ]


def team_findings(look: Look, clause: str) -> list[Finding]:
    """Class groups that cannot become Teams as the pack asks: made while they were security's."""
    told = "no Microsoft 365 group, so that it cannot become a Team: delete it by hand, and the"
    told = f"{told} night makes it anew"
    book = look.book()
    wanted = {one for person in look.desired for one in person.groups or () if one.owners}
    return [
        _finding(clause, group.unique_name, told)
        for group in (sorted(wanted) if look.rules.groups.teams else ())
        if (present := book.present(group.unique_name)) is not None
        and group.unique_name not in book.bind
        and "Unified" not in present.group_types
    ]


def telling_name_findings(roster: Roster, rules: Rules, day: date, clause: str) -> list[Finding]:
    """Forms, houses and classes whose name tells something private, and what they are called now.

    The subject is the group's neutral unique name.
    """
    find = group_finder(rules, lessons := lessons_on(roster, rules, day))
    found = set()
    for person in roster.people:
        if person.kind is not Kind.PUPIL:
            continue
        own = (person.form or "", person.house or "", *lessons.classes.get(person.key, ()))
        stand_in = [neutral(name, rules.school).lower() for name in own if telling(name)]
        for group in find(person) if stand_in else ():
            if any(name in group.unique_name for name in stand_in):
                told = f"named {group.display_name}, since the name in SIMS tells something private"
                found.add(_finding(clause, group.unique_name, f"{told}: choose another in SIMS"))
    return sorted(found)


def _filter_groups(look: Look) -> Iterator[tuple[str, str]]:
    """Unique name and object id of each filter group of the school that is there."""
    book = look.book()
    for name, group in book.kept.items():
        if kind_of(name, look.rules.school) is GroupKind.FILTER:
            yield name, group.id


def _holds(names: list[str], rules: Rules) -> str:
    """The level of the strictest of these filter groups."""
    beginning = f"gs-{rules.school}-filter-"
    return strictest(name.removeprefix(beginning) for name in names) or "the strictest"


def _finding(clause: str, subject: PersonKey | str, sentence: str) -> Finding:
    return Finding(clause=clause, subject=str(subject), sentence=sentence)
