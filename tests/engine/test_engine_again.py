"""A plan's name, and an approved plan drawn again on a fresh snapshot (decision 17)."""

from datetime import date, timedelta

import pytest
from builders import DAY, School, a_person, a_school, a_teacher, an_account, at, key
from msgspec.structs import replace

from graphsync.changes import DisableUser, Plan
from graphsync.guard import Verdict, clear, clear_again
from graphsync.trouble import Refusal
from policies.people import Kind

NOW = at(DAY)


def approved_night() -> tuple[School, Plan]:
    school = a_school(a_person("1"), a_person("2", given_name="Ben"), a_teacher()).loaded()
    school.person("1", leaves=DAY - timedelta(days=1)).person("2", surname="Jones", form="7C")
    school.people = (*school.people, a_teacher("51", given_name="Ann"))
    return school, school.plan()


def again(plan: Plan, fresh: Plan, *left_out) -> Plan:
    cleared = clear(plan, Verdict(), None, NOW)
    return clear_again(cleared, fresh, frozenset(left_out)).plan


def test_an_unchanged_tenant_lets_everything_approved_be_done():
    school, plan = approved_night()
    assert again(plan, school.plan()).changes == plan.changes


@pytest.mark.parametrize("done", range(1, 10))
def test_what_is_already_true_counts_as_done(done):
    school, plan = approved_night()
    school.apply(replace(plan, changes=plan.changes[:done]))
    assert {c.key for c in again(plan, school.plan()).changes} == {
        c.key for c in plan.changes[done:]
    }


def test_a_change_that_nobody_approved_stops_everything_and_is_named():
    school, plan = approved_night()
    school.alter("50", department="Kitchen")
    with pytest.raises(Refusal, match=r"when this was approved: update_user oak:50$"):
        again(plan, school.plan())


def test_a_group_that_nobody_approved_is_named_as_well():
    school, plan = approved_night()
    del school.groups["new gs-oak-all-pupils"]
    with pytest.raises(Refusal, match="create_group gs-oak-all-pupils"):
        again(plan, school.plan())


def test_another_value_before_stops_everything():
    school, plan = approved_night()
    school.alter("2", display_name="Benny Smith")
    with pytest.raises(Refusal, match="update_user oak:2"):
        again(plan, school.plan())


def test_another_value_after_stops_everything():
    school, plan = approved_night()
    school.accounts["x"] = an_account("r.okafor", given_name="Nobody", surname="Alike")
    school.accounts["y"] = an_account("a.okafor", given_name="Nobody", surname="Alike")
    with pytest.raises(Refusal, match="create_user oak:51"):
        again(plan, school.plan())


def test_another_account_of_the_same_person_stops_everything():
    school, plan = approved_night()
    school.accounts["other"] = replace(school.account("1"), id="other")
    school.link("1", object_id="other")
    with pytest.raises(Refusal, match="disable_user oak:1; revoke_sessions oak:1"):
        again(plan, school.plan())


def test_a_person_left_out_stays_out_whatever_the_tenant_shows():
    school, plan = approved_night()
    school.alter("2", display_name="Benny Smith")
    rest = again(plan.without(frozenset({key("2")})), school.plan(), key("2"))
    assert key("2") not in {change.person for change in rest.changes}
    assert "disable_user" in {change.kind for change in rest.changes}


def test_the_digest_is_about_what_changes_and_why():
    block = DisableUser(person=key("1"), population=Kind.PUPIL, account="a1", last_day=DAY)
    plan = replace(
        a_school().plan(), changes=(block, replace(block, person=key("2"), account="a2"))
    )
    assert len(plan.digest) == 16
    assert plan.digest == replace(plan, roster_sha256="other", strangers=4).digest
    first, second = plan.changes
    for other in (
        replace(plan, changes=(first,)),
        replace(plan, changes=(replace(first, account="b"), second)),
        replace(plan, changes=(replace(first, clauses=("PB-1",)), second)),
        replace(plan, as_of=date(2026, 3, 3)),
        replace(plan, school="ash"),
    ):
        assert other.digest != plan.digest
    reworded = replace(first, sentence="said otherwise")
    assert replace(plan, changes=(reworded, second)).digest == plan.digest


def test_a_plan_counts_its_changes_by_kind():
    assert a_school(a_person()).plan().counts == {
        "create_group": 3,
        "create_user": 1,
        "add_to_group": 3,
    }
