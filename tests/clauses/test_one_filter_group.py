"""SNMAT-21d as a law: exactly one filter group, whatever moves and whatever fails between."""

from builders import School, a_person, a_school, key
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from test_clauses_groups import FILTERED, MOVER, keeping

from graphsync.applying import comes_before, left_first, part_of
from graphsync.changes import Plan
from policies.filtering import filter_level, level_ending, strictest
from policies.people import Kind
from policies.rules import FilterBy

BEGINNING = "gs-oak-filter-"
YEARS = ("R", "2", "6", "7", "11", None)
WHO = ("1", "2")
moves = st.lists(
    st.tuples(st.sampled_from(YEARS), st.sampled_from(YEARS), st.sets(st.integers(0, 30))),
    max_size=4,
)


def filters(school: School, mis_id: str) -> list[str]:
    account = school.account(mis_id).id
    return [
        (group.unique_name or "").removeprefix(BEGINNING)
        for group in school.groups.values()
        if (group.unique_name or "").startswith(BEGINNING) and account in (group.members or ())
    ]


def holds(endings: list[str]) -> str:
    """The level that the filter product applies to someone in these groups."""
    level = strictest(endings)
    assert level is not None
    return level


def night(school: School, plan: Plan, failing: set[int]) -> None:
    """The plan as the waves send it; some changes are refused, and what waits for them with it.

    At every moment each pupil who was in a filter group is in one, and in one more at most; while
    the old one stands, the level that holds is no laxer than the old one's.
    """
    first = left_first(plan.changes)
    refused: set[tuple[str, str, str]] = set()
    ordered = sorted(plan.changes, key=lambda one: part_of(one, first))
    before = {who: filters(school, who) for who in WHO}
    for number, change in enumerate(ordered):
        waits = refused.intersection(comes_before(change))
        created = change.kind == "add_to_group" and ("create_group", "", change.target) in refused
        if waits or created or number in failing:
            refused.add(change.key)
            continue
        school.apply(replace(plan, changes=(change,)))
        for who in WHO:
            now = filters(school, who)
            assert min(1, len(before[who])) <= len(now) <= len(before[who]) + 1
            if set(before[who]) <= set(now):
                assert holds(now) == strictest([level_ending(holds(now)), *before[who]])


@settings(max_examples=25, deadline=None)
@given(moves, st.sampled_from(FilterBy), st.sampled_from(["", MOVER]))
def test_snmat_21d_a_pupil_is_never_without_a_filter_group_and_ends_in_exactly_one(
    told: list[tuple[str | None, str | None, set[int]]], by: FilterBy, more: str
) -> None:
    pack = keeping(FILTERED, more=more)
    pack = replace(pack, groups=replace(pack.groups, filter=by))
    school = a_school(a_person("1", year="6"), a_person("2", given_name="Ben"), rules=pack).loaded()
    for one, other, failing in told:
        school.person("1", year=one).person("2", year=other)
        night(school, school.plan(), failing)
    school.person("2", year="9")
    school.apply(school.plan())
    wanted = filter_level(Kind.PUPIL, "9", by)
    assert wanted is not None
    assert [holds(filters(school, "2"))] == [wanted]
    assert len(filters(school, "2")) == 1
    assert len(filters(school, "1")) >= 1
    assert not [c for c in school.plan().changes if c.person == key("2")]
