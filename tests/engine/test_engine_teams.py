"""Class groups that become Teams: which, on which night, and who waits for whom."""

from datetime import date, timedelta
from typing import Any

import pytest
from builders import (
    DAY,
    PACK,
    School,
    a_person,
    a_school,
    a_teacher,
    at,
    key,
    kinds,
    only,
    reasons,
    rules,
)
from msgspec.structs import replace

from graphsync.accounts import Group
from graphsync.applying import WAVES, part_of
from graphsync.changes import CreateTeam
from graphsync.group_findings import Look, ended_class_findings, team_findings
from graphsync.group_planning import GroupBook
from graphsync.guard import judge
from graphsync.intake import Intake
from graphsync.reasons import Reason
from graphsync.undoing import Present, undo_plan
from policies.people import Membership, Roster
from policies.rules import Rules

CLASS = '  class: "{school} {class} {academic_year}"\n'
TEAMS = "  teams: true\n"
CLAUSES = "clauses: {groups.teams: [TMHS-7.1]}\n"
TAUGHT = (Membership("7B/Hi1", key("1")), Membership("7B/Hi1", key("50"), teaches=True))


def pack(more: str = CLASS + TEAMS) -> Rules:
    head, line, rest = PACK.partition("licences:")
    return rules(CLAUSES if "teams" in more else "", pack=head + more + line + rest)


def with_a_class(rules: Rules | None = None) -> School:
    """A pupil and their teacher, in a class since the night before."""
    school = a_school(a_person(), a_teacher(), rules=rules or pack()).loaded()
    school.memberships = TAUGHT
    school.next_day(-1).apply(school.plan())
    assert school.plan().changes == ()
    return school.next_day()


def the_class(school: School) -> Group:
    (found,) = [one for one in school.groups.values() if "-class-" in (one.unique_name or "")]
    return found


def class_is(school: School, **fields: Any) -> School:
    group = the_class(school)
    school.groups[group.id] = replace(group, **fields)
    return school


def test_the_night_after_its_group_was_made_a_class_becomes_a_team_once():
    school = with_a_class()
    plan = school.plan()
    team = only(plan, "create_team")
    assert (team.group_id, team.origin) == (the_class(school).id, "rule")
    assert team.clauses == ("TMHS-7.1",)
    assert team.sentence.startswith("Make the group Oak School 7B/Hi1")
    assert kinds(plan) == ["create_team"]
    assert judge(plan, school.rules).passes
    assert school.apply(plan).plan().changes == ()


def test_no_class_becomes_a_team_where_the_pack_does_not_switch_it_on():
    assert with_a_class(pack(CLASS)).plan().changes == ()


@pytest.mark.parametrize(("minutes", "made"), [(-14, []), (0, []), (14, []), (15, ["create_team"])])
def test_a_group_of_less_than_fifteen_minutes_waits(minutes: int, made: list[str]):
    born = at(DAY) - timedelta(minutes=minutes)
    assert kinds(class_is(with_a_class(), created_date_time=born).plan()) == made


def test_a_group_that_is_dated_days_ahead_is_of_another_clock_and_tried():
    ahead = class_is(with_a_class(), created_date_time=at(DAY) + timedelta(days=1))
    assert kinds(ahead.plan()) == ["create_team"]


@pytest.mark.parametrize(
    "fields",
    [
        {"group_types": (), "mail_enabled": False},
        {"on_premises_sync_enabled": True},
        {"resource_provisioning_options": ("Team",)},
    ],
)
def test_what_is_no_group_of_microsoft_365_of_ours_or_is_a_team_is_let_alone(
    fields: dict[str, Any],
):
    assert "create_team" not in kinds(class_is(with_a_class(), **fields).plan())


def test_a_bound_class_group_is_somebody_elses_to_make_a_team_of():
    school = with_a_class()
    group = the_class(school)
    bound = replace(school.rules.groups, bind={group.unique_name or "": group.id})
    school.rules = replace(school.rules, groups=bound)
    assert school.plan().changes == ()


def test_a_class_whose_teacher_has_no_account_any_more_waits_and_says_so():
    school = with_a_class()
    del school.accounts[school.account("50").id]
    plan = school.plan()
    assert kinds(plan) == []
    assert reasons(plan) == [Reason.NO_OWNER]
    (held,) = [one for one in plan.held if one.person == key()]
    assert held.what == "create_team"
    assert "becomes a Team the night after a teacher" in held.sentence
    assert key() not in plan.unchanged


def look(school: School) -> Look:
    scene = school.scene()
    return Look(
        rules=school.rules, desired=scene.desired, links=school.links, snapshot=scene.snapshot
    )


def test_a_class_that_was_made_a_security_group_is_found_and_a_team_is_not():
    school = with_a_class()
    assert team_findings(look(school), "TMHS-7.1") == []
    class_is(school, group_types=())
    (found,) = team_findings(look(school), "TMHS-7.1")
    assert (found.subject, found.clause) == (the_class(school).unique_name, "TMHS-7.1")
    assert "cannot become a Team" in found.sentence
    school.rules = pack(CLASS)
    assert team_findings(look(school), "") == []


def test_a_team_of_a_year_that_is_over_is_for_a_person_to_archive():
    school = with_a_class()
    school.apply(school.plan()).day = date(2026, 9, 1)
    (found,) = ended_class_findings(look(school), school.day, "")
    assert "archive its Team in the Teams admin centre" in found.sentence


def test_teams_come_last_and_one_after_the_other():
    team = CreateTeam(group="g", group_id="g")
    assert part_of(team, frozenset()) == len(WAVES)


def test_an_undo_leaves_the_team():
    school = with_a_class()
    plan = school.plan()
    scene = school.apply(plan).scene()
    book = GroupBook("oak", school.rules, scene.snapshot, {})
    intake = Intake(school.rules, Roster.of("oak", ()), "roster", DAY, at(DAY))
    undone = undo_plan(intake, plan.changes, Present(scene.snapshot, {}, frozenset(), book))
    assert undone.changes == ()
