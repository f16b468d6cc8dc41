"""The night on which a school's academic year turns: rehearsed, parked, approved, carried out."""

from datetime import date, timedelta

import pytest
from builders import PACK, School, a_person, a_school, a_teacher, at, key, kinds, rules
from msgspec.structs import replace

from graphsync.changes import AddToGroup, Plan, RemoveFromGroup
from graphsync.group_planning import GroupBook
from graphsync.guard import Approval, approve, clear, judge
from graphsync.intake import Intake
from graphsync.store.links import Link
from graphsync.trouble import Refusal
from graphsync.undoing import Present, undo_plan
from policies.people import Membership, Person, Roster
from policies.rules import Rules

JULY, SEPTEMBER = date(2026, 7, 10), date(2026, 9, 1)
OVERRIDES = frozenset({"remove_from_group_pupil", "disable_pupil"})
GROUPS = """\
  filter_group: "{school} Filter {filter}"
  class: "{school} {class} {academic_year}"
"""
WINDOW = "roll_over: {starts: 2026-09-01, ends: 2026-09-30, approved_by: headteacher}\n"


def pack() -> Rules:
    head, line, rest = PACK.partition("licences:")
    return rules(WINDOW, pack=head + GROUPS + line + rest)


def pupils() -> list[Person]:
    """Twelve in each of years 6, 9, 10 and 11, as SIMS tells them in July."""
    names = ["Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gus", "Hope", "Ivo", "June", "Kit", "Li"]
    return [
        a_person(
            f"{year}{number:02}",
            given_name=name,
            surname=f"Of{'abcdefghijkl'[year]}",
            year=str(year),
            form=f"{year}A",
            entry_year=2026 - year + 5,
        )
        for year in (6, 9, 10, 11)
        for number, name in enumerate(names)
    ]


def in_july() -> School:
    school = a_school(*pupils(), a_teacher(), rules=pack()).loaded()
    school.day = JULY
    return school


def rolled(people: tuple[Person, ...]) -> tuple[Person, ...]:
    """The same people as SIMS tells them in September.

    Year 11 has its leaving date, everybody else is a year on; one pupil repeats year 9 (9A again).
    """
    return tuple(_rolled(one) for one in people)


def _rolled(one: Person) -> Person:
    if not one.year or one.key.mis_id == "900":
        return one
    if one.year == "11":
        return replace(one, leaves=date(2026, 8, 31))
    year = int(one.year) + 1
    return replace(one, year=str(year), form=f"{year}A")


def filters(school: School, mis_id: str) -> list[str]:
    account = school.account(mis_id).id
    return sorted(
        group.unique_name
        for group in school.groups.values()
        if group.unique_name
        and group.unique_name.startswith("gs-oak-filter-")
        and account in (group.members or ())
    )


def moves(plan: Plan, mis_id: str) -> set[str]:
    return {
        f"{'+' if isinstance(c, AddToGroup) else '-'}{c.group.removeprefix('gs-oak-')}"
        for c in plan.changes
        if isinstance(c, AddToGroup | RemoveFromGroup) and c.person and c.person.mis_id == mis_id
    }


def approved(plan: Plan, school: School) -> Approval:
    return approve(
        plan=plan,
        verdict=judge(plan, school.rules),
        rules=school.rules,
        digest=plan.digest,
        overrides=OVERRIDES,
        left_out=frozenset(),
        requester="schedule",
        approver="headteacher",
        now=at(school.day),
    )


def test_a_rehearsal_in_july_shows_each_move_and_leaves_july_alone() -> None:
    school = in_july()
    now = school.people
    school.people, school.day = rolled(now), SEPTEMBER
    rehearsal = school.plan()
    assert moves(rehearsal, "601") == {
        *("+filter-ks3", "-filter-ks2", "+year-7", "-year-6", "+form-7a", "-form-6a"),
    }
    assert moves(rehearsal, "901") == {
        *("+filter-ks4", "-filter-ks3", "+year-10", "-year-9", "+form-10a", "-form-9a"),
    }
    assert moves(rehearsal, "1001") == {"+year-11", "-year-10", "+form-11a", "-form-10a"}
    assert moves(rehearsal, "900") == set()  # repeats year 9, by the roster
    assert kinds(rehearsal, "1101") == ["disable_user", "revoke_sessions"]
    school.people, school.day = now, JULY
    assert school.plan().changes == ()


def test_a_roll_over_that_nobody_approved_is_parked_and_an_approved_one_goes_through() -> None:
    school = in_july()
    school.people, school.day = rolled(school.people), SEPTEMBER
    plan = school.plan()
    verdict = judge(plan, school.rules)
    assert {reason.code for reason in verdict.reasons} == OVERRIDES
    with pytest.raises(Refusal, match="pass in a night"):
        clear(plan, verdict, None, at(SEPTEMBER))
    cleared = clear(plan, verdict, approved(plan, school), at(SEPTEMBER))
    school.apply(cleared.plan)
    assert [filters(school, one) for one in ("601", "901", "1001", "900")] == [
        ["gs-oak-filter-ks3"],
        ["gs-oak-filter-ks4"],
        ["gs-oak-filter-ks4"],
        ["gs-oak-filter-ks3"],
    ]
    assert school.next_day().plan().changes == ()


def test_when_it_breaks_off_after_the_joining_the_stricter_group_still_holds() -> None:
    school = in_july()
    school.people, school.day = rolled(school.people), SEPTEMBER
    plan = school.plan()
    school.apply(
        replace(plan, changes=tuple(c for c in plan.changes if not isinstance(c, RemoveFromGroup)))
    )
    assert filters(school, "601") == ["gs-oak-filter-ks2", "gs-oak-filter-ks3"]
    again = school.next_day().plan()
    assert "-filter-ks2" in moves(again, "601")
    assert filters(school.apply(again), "601") == ["gs-oak-filter-ks3"]


def test_a_leaver_of_year_eleven_leaves_the_filter_group_with_all_others_a_month_later() -> None:
    school = in_july()
    school.people, school.day = rolled(school.people), SEPTEMBER
    school.apply(school.plan())
    assert filters(school, "1101") == ["gs-oak-filter-ks4"]  # blocked, so nothing needs a filter
    school.next_day(31)
    assert filters(school.apply(school.plan()), "1101") == []


def test_a_class_of_last_year_is_emptied_and_never_used_for_another_cohort() -> None:
    teaches = Membership("10A/Hi1", a_teacher().key, teaches=True)
    school = in_july()
    (pupil,) = (one for one in school.people if one.key.mis_id == "1001")
    school.memberships = (teaches, Membership("10A/Hi1", pupil.key))
    school.apply(school.plan())
    old = {one.unique_name for one in school.groups.values() if "-class-" in one.mail_nickname}
    (newcomer,) = (one for one in school.people if one.key.mis_id == "901")
    school.people, school.day = rolled(school.people), SEPTEMBER
    school.memberships = (teaches, Membership("10A/Hi1", newcomer.key))
    school.apply(school.plan())
    members = {
        one.unique_name: one.members for one in school.groups.values() if one.unique_name in old
    }
    assert list(members.values()) == [frozenset()]
    new = next(
        one
        for one in school.groups.values()
        if (one.unique_name or "").startswith("gs-oak-2026-class-10a-hi1")
    )
    assert new.display_name == "Oak School 10A/Hi1 2026-27"
    assert new.group_types == ("Unified",)
    assert new.members == {school.account("901").id, school.account("50").id}
    assert school.next_day(1).plan().changes == ()


def test_a_class_waits_for_a_teacher_with_an_account_who_will_own_it() -> None:
    school = in_july()
    pupil = school.people[0]
    school.memberships = (
        Membership("6A", pupil.key),
        Membership("6A", a_teacher("51").key, teaches=True),
    )
    (held,) = [one for one in school.plan().held if one.person == pupil.key]
    assert (held.reason, school.plan().changes) == ("no_owner", ())
    school.people = (*school.people, a_teacher("51", given_name="Tom", surname="New"))
    school.apply(school.plan())
    (made,) = [c for c in school.plan().changes if c.kind == "create_group"]
    assert made.after["owners"] == [school.account("51").id]
    school.apply(school.plan()).day += timedelta(1)
    assert school.plan().changes == ()


def test_an_undone_move_joins_the_old_filter_group_before_it_leaves_the_new_one() -> None:
    school = in_july()
    school.people, school.day = rolled(school.people), SEPTEMBER
    plan = school.plan()
    scene = school.apply(plan).scene()
    links = {
        who: Link(
            person=who,
            kind=school.known[who].kind,
            object_id=one.object_id,
            how="created",
            linked_at=at(JULY),
        )
        for who, one in school.links.items()
    }
    book = GroupBook("oak", school.rules, scene.snapshot, {})
    intake = Intake(school.rules, Roster.of("oak", ()), "roster", SEPTEMBER, at(SEPTEMBER))
    undone = undo_plan(intake, plan.changes, Present(scene.snapshot, links, frozenset(), book))
    (leaving,) = [
        change
        for change in undone.changes
        if isinstance(change, RemoveFromGroup)
        and change.person == key("601")
        and change.group == "gs-oak-filter-ks3"
    ]
    assert leaving.needs_joined == "gs-oak-filter-ks2"
