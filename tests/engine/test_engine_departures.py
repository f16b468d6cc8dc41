"""A departure in the plan: it goes before the roster and every hold, and nothing opens the account.

The law is asked of generated nights; whom it takes out is drawn among everybody who is known.
"""

from datetime import timedelta

from builders import A3, DAY, School, a_person, a_school, at, freeze, key, suspend
from hypothesis import given, settings
from hypothesis import strategies as st
from nights import KEYS, nights

from graphsync.changes import (
    AssignLicence,
    CreateUser,
    DisableUser,
    EnableUser,
    Origin,
    RemoveFromGroup,
    RemoveLicence,
    RevokeSessions,
)
from graphsync.reasons import Reason
from policies.departures import Departed

OUT = Departed(departure="d-1", last_day=DAY - timedelta(days=1), keeps=True)
LONG = Departed(departure="d-1", last_day=DAY - timedelta(days=40), keeps=False)


@settings(max_examples=120, deadline=None)
@given(nights(), st.sets(st.sampled_from(KEYS), min_size=1), st.booleans())
def test_no_plan_lets_in_or_licenses_whoever_a_departure_took_out(
    school: School,
    gone: set[str],
    keeps: bool,  # noqa: FBT001 - drawn
) -> None:
    out = OUT if keeps else LONG
    school.departed = {key(one): out for one in gone}
    school.returning = frozenset(school.departed)
    plan = school.plan()
    theirs = [c for c in plan.changes if c.person in school.departed]
    assert not [c for c in theirs if isinstance(c, EnableUser | CreateUser | AssignLicence)]
    taken = RemoveFromGroup | RemoveLicence
    assert not keeps or not [c for c in theirs if isinstance(c, taken)]
    for who in school.departed.keys() & school.links.keys():
        account = school.accounts.get(school.links[who].object_id)
        if account and account.account_enabled and not account.mastered_in_ad:
            kinds = {type(c) for c in theirs if c.person == who}
            held = {one.reason for one in plan.held if one.person == who}
            assert {DisableUser, RevokeSessions} <= kinds or Reason.PROTECTED in held
    assert school.apply(plan).plan().digest == school.plan().digest
    again = [c for c in school.plan().changes if c.person in school.departed]
    assert not [c for c in again if isinstance(c, EnableUser | DisableUser)]


@settings(max_examples=80, deadline=None)
@given(nights(), st.sampled_from(KEYS))
def test_whether_the_roster_lists_them_changes_nothing(school: School, who: str) -> None:
    school.departed = {key(who): OUT}
    listed = [c for c in school.plan().changes if c.person == key(who)]
    school.without(who)
    school.frozen = tuple(one for one in school.frozen if one.key != key(who))
    gone = [c for c in school.plan().changes if c.person == key(who)]
    assert {(type(c), c.after == {}) for c in listed} == {(type(c), c.after == {}) for c in gone}


def test_a_departure_beats_a_freeze_and_says_where_it_comes_from() -> None:
    for hold in (freeze(), suspend()):
        school = a_school(a_person("1"), skus={A3.sku_id: A3}).loaded()
        who = next(iter(school.links))
        school.holds = {who: hold}
        school.departed = {who: LONG}
        plan = school.plan()
        assert {type(c) for c in plan.changes} == {DisableUser, RevokeSessions}
        assert {c.origin for c in plan.changes} == {Origin.DEPARTURE}
        later = school.apply(plan).next_day(60).link(who.mis_id, blocked_at=at(DAY)).plan()
        assert later.changes == (), "what is on hold stays as it is"


def test_groups_and_licences_of_an_ordinary_departure_go_as_of_every_leaver() -> None:
    school = a_school(a_person("1"), skus={A3.sku_id: A3}).loaded()
    who = next(iter(school.links))
    school.departed = {who: LONG}
    school.apply(school.plan())
    school.next_day(2)
    kinds = {type(change) for change in school.plan().changes}
    assert kinds
    assert kinds <= {RemoveFromGroup, RemoveLicence}


def test_after_a_withdrawal_the_account_waits_for_the_head() -> None:
    school = a_school(a_person("1"), skus={A3.sku_id: A3}).loaded()
    who = next(iter(school.links))
    school.departed = {who: OUT}
    school.apply(school.plan())
    school.departed, school.returning = {}, frozenset({who})
    plan = school.next_day().plan()
    assert plan.changes == ()
    assert [(one.person, one.reason) for one in plan.held] == [(who, Reason.RETURN)]
    school.returning = frozenset()
    assert [type(change) for change in school.plan().changes] == [EnableUser]
