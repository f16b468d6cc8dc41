"""The worklist as values: what a plan asks of Active Directory, and how each row ends."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from builders import (
    DAY,
    School,
    a_person,
    a_school,
    a_teacher,
    an_account,
    an_adopted_school,
    at,
    freeze,
    key,
    reasons,
    rules,
    sightings,
    suspend,
)
from hypothesis import given, settings
from msgspec.structs import replace
from nights import nights

from graphsync.accounts import Account
from graphsync.narrowing import narrowed
from graphsync.planning import Link, plan_changes
from graphsync.reasons import Reason
from graphsync.stamps import stamp
from graphsync.store.worklist import Row, Task
from graphsync.worklist import (
    NO_SID,
    PAUSED,
    SEEN,
    WITHDRAWN,
    Asked,
    Comparison,
    ad_attribute,
    compare,
    due,
    named,
)
from policies.people import FrozenPerson, Kind, PersonKey
from policies.rules import WorklistRules

law = settings(max_examples=60, deadline=None)
YESTERDAY = DAY - timedelta(days=1)
UNIT = "OU=Staff,DC=oak,DC=internal"
HOME = "home: {pupil: ad, staff: ad}\n"
AD: dict[str, Any] = {
    "on_premises_sync_enabled": True,
    "on_premises_security_identifier": "S-1-5-21-1",
    "on_premises_distinguished_name": f"CN=x,{UNIT}",
}


def in_ad(**fields: Any) -> School:
    """One teacher whose account Active Directory masters; it is as it should be."""
    return a_school(a_teacher()).loaded().alter("50", **(AD | {"stamp": None} | fields))


def compared(
    school: School, rows: Sequence[Row] = (), only: Sequence[PersonKey] | None = None
) -> Comparison:
    """Tonight's plan against these rows; a pilot of `only` these people."""
    scene = school.scene()
    plan = plan_changes(scene)

    def in_scope(person: PersonKey) -> bool:
        return only is None or person in only

    return compare(scene, narrowed(plan, in_scope), rows, mark="employeeID", in_scope=in_scope)


def a_row(asked: Asked) -> Row:
    """The row that was opened for it two nights ago."""
    row = Row(
        id=f"w-{asked.person} {asked.task}",
        person=asked.person,
        task=asked.task,
        why=asked.why,
        created_at=at(DAY - timedelta(days=2)),
        due=DAY,
        wanted=asked.wanted,
        doubt=asked.doubt,
    )
    return replace(row, **named(asked))


def opened(school: School) -> list[Row]:
    return [a_row(one) for one in compared(school).opened]


def the_row(school: School) -> Row:
    (row,) = opened(school)
    return row


def ended(school: School, *rows: Row) -> list[str]:
    found = compared(school, rows)
    assert not found.opened
    return [one.how for one in found.closed]


def test_a_joiner_of_a_school_at_home_in_ad_is_asked_for_with_everything_an_account_needs():
    school = a_school(a_person(given_name="Zoë", form="7B"), rules=rules(HOME))
    row = the_row(school)
    assert (row.task, row.object_id, row.sign_in_name) == (
        Task.CREATE,
        None,
        "25smithz@oak.example",
    )
    assert row.wanted == {
        "userPrincipalName": "25smithz@oak.example",
        "sAMAccountName": "25smithz",
        "displayName": "Zoë Smith",
        "givenName": "Zoë",
        "surname": "Smith",
        "department": "7B",
        "employeeID": stamp(key()),
    }
    assert row.doubt == ""


def test_no_password_is_ever_part_of_a_row():
    school = a_school(a_person(), rules=rules(HOME))
    assert not [name for name in the_row(school).wanted if "pass" in name.casefold()]


def test_a_new_account_goes_where_the_pack_puts_it():
    more = f"home: {{pupil: ad, ou: {{'7': '{UNIT}'}}}}"
    assert the_row(a_school(a_person(), rules=rules(more))).wanted["ou"] == UNIT


@pytest.mark.parametrize(
    ("setting", "attribute"),
    [
        ("employeeId", "employeeID"),
        ("extensionAttribute4", "extensionAttribute4"),
        ("extension_1f0c_key", None),
    ],
)
def test_the_mark_goes_into_the_attribute_that_becomes_graphs(setting, attribute):
    assert ad_attribute(setting) == attribute


def test_without_an_attribute_for_it_no_mark_is_asked_for():
    scene = a_school(a_person(), rules=rules(HOME)).scene()
    found = compare(scene, plan_changes(scene), (), mark=None)
    assert stamp(key()) not in found.opened[0].wanted.values()


def test_a_name_that_cannot_be_formed_or_is_too_long_for_ad_is_in_doubt():
    nameless = a_school(a_person(entry_year=None), rules=rules(HOME))
    assert "neither an entry year" in the_row(nameless).doubt
    usual = rules(HOME)
    patterns = usual.naming.alias | {Kind.PUPIL: "{forename}{surname}"}
    long = replace(usual.naming, max_length=40, alias=patterns)
    person = a_person(given_name="Maximiliana", surname="Featherstone")
    school = a_school(person, rules=replace(usual, naming=long))
    assert the_row(school).doubt == "the name is longer than 20 characters"


def test_a_joiner_in_ad_is_seen_by_the_link_and_not_before():
    school = a_school(a_person(), rules=rules(HOME))
    row = the_row(school)
    assert compared(school, [row]) == Comparison()
    school.accounts["new"] = an_account("new", **AD)
    assert compared(school, [row]) == Comparison(), "not yet anybody's"
    school.links[key()] = Link(object_id="new")
    school.alter("1", display_name="Amy Smith", given_name="Amy", surname="Smith", department="7B")
    assert ended(school, row) == [SEEN]


def test_an_account_that_resembles_a_joiner_puts_the_row_in_doubt():
    school = a_school(a_person(), rules=rules(HOME))
    row = the_row(school)
    names = {"given_name": "Amy", "surname": "Smith"}
    school.accounts["theirs"] = an_account("theirs", **AD, **names)
    (standing,) = compared(school, [row]).renewed
    assert "graphsync match list" in standing.doubt
    school.accounts["other"] = an_account("other", **AD, **names)
    (standing,) = compared(school, [row]).renewed
    assert "several accounts" in standing.doubt


def test_a_joiner_who_does_not_come_is_withdrawn():
    school = a_school(a_person(), rules=rules(HOME))
    row = the_row(school)
    assert ended(school.without("1"), row) == [WITHDRAWN]


def test_a_new_name_is_asked_for_property_by_property_and_seen_when_all_are_there():
    school = in_ad().person("50", surname="Obi", roles=("Head",))
    row = the_row(school)
    wanted = {"displayName": "Ms Obi", "surname": "Obi", "department": "Head"}
    assert (row.task, row.wanted) == (Task.RENAME, wanted)
    assert (row.sid, row.sign_in_name) == ("S-1-5-21-1", "r.okafor@oak.example")
    school.alter("50", surname="Obi", display_name="Ms Obi")
    (standing,) = compared(school, [row]).renewed
    assert (standing.id, standing.due, standing.wanted) == (row.id, row.due, {"department": "Head"})
    school.alter("50", department="Head")
    assert ended(school, row) == [SEEN]


def test_a_name_that_the_roster_takes_back_is_withdrawn():
    school = in_ad().person("50", surname="Obi")
    row = the_row(school)
    assert ended(school.person("50", surname="Okafor"), row) == [WITHDRAWN]


def test_kind_and_school_are_not_asked_of_ad_and_hold_nobody():
    school = in_ad(employee_type=None, company_name=None)
    assert reasons(school.plan(), "50") == []
    assert opened(school) == []


def test_an_adopted_account_in_ad_keeps_its_names_until_a_person_says_otherwise():
    names = {"display_name": "R Okafor", "given_name": "Rosa", "surname": "Okafor"}
    school = an_adopted_school(a_teacher(), **AD, **names, department="Head")
    assert reasons(school.plan(), "50") == [Reason.ADOPTED_DIFFERENCE]
    assert opened(school) == []


def test_a_leaver_in_ad_is_asked_for_and_seen_when_disabled_or_gone():
    school = in_ad().person("50", leaves=YESTERDAY)
    row = the_row(school)
    assert (row.task, row.why) == (Task.DISABLE, f"left: last day {YESTERDAY}")
    assert row.wanted == {"lastDay": str(YESTERDAY)}
    school.apply(school.plan())
    assert compared(school, [row]) == Comparison()
    assert ended(school.alter("50", account_enabled=False), row) == [SEEN]
    del school.accounts[school.links[key("50")].object_id]
    assert ended(school, row) == [SEEN]


def test_the_reason_of_a_suspension_stays_with_us():
    school = in_ad()
    school.holds = {key("50"): suspend(clause="OAK-1")}
    row = the_row(school)
    assert (row.task, row.why, row.wanted) == (Task.DISABLE, "suspended", {})


def test_somebody_who_is_back_is_asked_for_after_a_block_that_we_asked_for():
    school = in_ad(account_enabled=False).link("50", blocked_at=at(YESTERDAY))
    row = the_row(school)
    assert row.task is Task.ENABLE
    assert ended(school.alter("50", account_enabled=True), row) == [SEEN]


def test_a_new_unit_is_asked_for_and_seen_in_the_accounts_distinguished_name():
    school = in_ad()
    school.rules = rules("home: {ou: {staff: 'OU=Teachers,DC=oak,DC=internal'}}")
    row = the_row(school)
    assert (row.task, row.wanted) == (Task.MOVE, {"ou": "OU=Teachers,DC=oak,DC=internal"})
    there = "CN=x,OU=History,OU=Teachers,DC=oak,DC=internal"
    assert ended(school.alter("50", on_premises_distinguished_name=there), row) == [SEEN]


def test_a_cloud_account_and_one_of_unknown_place_are_not_moved():
    school = in_ad(on_premises_distinguished_name=None)
    school.rules = rules("home: {ou: {staff: 'OU=Teachers,DC=oak,DC=internal'}}")
    assert opened(school) == []
    school.alter("50", on_premises_sync_enabled=None, on_premises_distinguished_name=f"CN=x,{UNIT}")
    assert opened(school) == []


def test_an_account_of_unknown_identity_in_ad_is_in_doubt():
    school = in_ad(on_premises_security_identifier=None).person("50", leaves=YESTERDAY)
    assert the_row(school).doubt == NO_SID


@pytest.mark.parametrize("what", ["hold", "bad row", "protected", "disabled by hand"])
def test_a_row_stands_in_doubt_while_nobody_can_tell(what: str):
    school = in_ad().person("50", surname="Obi")
    row = the_row(school)
    if what == "hold":
        school.holds = {key("50"): freeze()}
    elif what == "bad row":
        school.without("50").frozen = (FrozenPerson(key("50"), "row 2"),)
    elif what == "protected":
        school.protected = frozenset({school.links[key("50")].object_id})
    else:
        school.alter("50", account_enabled=False)
    (standing,) = compared(school, [row]).renewed
    assert (standing.id, bool(standing.doubt)) == (row.id, True)
    assert compared(school, [standing]) == Comparison()


def test_a_leaver_who_is_no_longer_exported_is_no_less_a_leaver():
    school = in_ad().person("50", leaves=YESTERDAY)
    row = the_row(school)
    school.without("50").absences = {key("50"): sightings(("export 1", at(DAY)))}
    assert reasons(school.plan(), "50") == [Reason.ABSENT]
    assert compared(school, [row]) == Comparison()


def test_an_account_that_moves_to_the_cloud_or_to_somebody_else_ends_its_rows():
    school = in_ad().person("50", leaves=YESTERDAY)
    row = the_row(school)
    school.alter("50", on_premises_sync_enabled=None)
    assert ended(school, row) == [WITHDRAWN]
    school.link("50", object_id="another")
    assert ended(school, row) == [WITHDRAWN]


def test_a_password_is_seen_when_it_is_newer_than_the_asking_and_than_what_we_knew():
    school = in_ad()
    account = school.account("50")
    asked = Asked(person=key("50"), task=Task.PASSWORD, why="forgot it", account=account)
    row = replace(a_row(asked), wanted={"lastPasswordChange": at(DAY).isoformat()})
    assert compared(school, [row]) == Comparison()
    for known in (at(DAY - timedelta(days=9)), at(DAY)):
        school.alter("50", last_password_change_date_time=known)
        assert compared(school, [row]) == Comparison()
    assert ended(school.alter("50", last_password_change_date_time=at(DAY, 3)), row) == [SEEN]
    school.alter("50", last_password_change_date_time=None, on_premises_sync_enabled=None)
    assert ended(school, row) == [WITHDRAWN]


def test_a_password_row_sheds_its_doubt_when_the_hold_is_over():
    school = in_ad()
    asked = Asked(person=key("50"), task=Task.PASSWORD, why="x", account=school.account("50"))
    school.holds = {key("50"): freeze()}
    (doubted,) = compared(school, [a_row(asked)]).renewed
    assert doubted.doubt == "the person is on hold"
    school.holds = {}
    (sure,) = compared(school, [doubted]).renewed
    assert sure.doubt == ""


def test_rows_of_people_outside_a_pilot_stand_as_they_are():
    school = in_ad().person("50", leaves=YESTERDAY)
    row = the_row(school)
    school.person("50", leaves=None)
    assert compared(school, [row], only=[key("1")]) == Comparison()
    assert [one.how for one in compared(school, [row], only=[key("50")]).closed] == [WITHDRAWN]


def test_in_a_pause_only_departures_are_asked_for_and_other_rows_are_in_doubt():
    school = a_school(a_teacher(), a_teacher("51", given_name="Ida")).loaded()
    for who in ("50", "51"):
        school.alter(who, **AD)
    school.person("50", surname="Obi").person("51", leaves=YESTERDAY)
    rename, disable = sorted(opened(school), key=lambda row: row.person)
    scene = school.scene()
    plan = plan_changes(scene)
    found = compare(scene, plan, (), mark=None, pause=PAUSED)
    assert [(one.task, one.doubt) for one in found.opened] == [(Task.DISABLE, "")]
    found = compare(scene, plan, (rename, disable), mark=None, pause=PAUSED)
    assert [(row.id, row.doubt) for row in found.renewed] == [(rename.id, PAUSED)]
    assert (found.opened, found.closed) == ((), ())


def test_more_leavers_than_a_night_lets_through_are_in_doubt():
    few, many = (
        a_school(*(a_teacher(str(number), surname=f"Okafor{'abcdefgh'[number]}") for number in ids))
        for ids in (range(5), range(6))
    )
    for school in (few, many):
        school.loaded()
        for person in list(school.people):
            school.alter(person.key.mis_id, **AD).person(person.key.mis_id, leaves=YESTERDAY)
    assert {row.doubt for row in opened(few)} == {""}
    (doubt,) = {row.doubt for row in opened(many)}
    assert doubt.startswith("6 accounts of staff to be disabled at once, the pack allows 5:")


def test_a_disabling_is_due_the_same_day_and_other_rows_within_five():
    assert due(Task.DISABLE, DAY, rules().worklist) == DAY
    assert due(Task.RENAME, DAY, rules().worklist) == DAY + timedelta(days=4)
    slow = WorklistRules(disable_within_days=3)
    assert due(Task.DISABLE, DAY, slow) == DAY + timedelta(days=2)


def test_of_two_plannings_at_once_the_second_opens_renews_and_ends_nothing_again():
    school = in_ad().person("50", leaves=YESTERDAY)
    found = compared(school)
    row = a_row(found.opened[0])
    assert found.not_yet_done(()) == found
    assert found.not_yet_done([row]) == Comparison()
    school.alter("50", account_enabled=False)
    seen = compared(school, [row])
    assert seen.not_yet_done([row]) == seen
    assert seen.not_yet_done(()) == Comparison()
    renewed = Comparison(renewed=(row,))
    assert renewed.not_yet_done(()) == Comparison(), "a row that has ended is not opened again"


@law
@given(nights())
def test_everything_held_for_ad_is_one_row_and_nothing_else_is(school: School):
    school.rules = replace(school.rules, home=rules(HOME).home)
    scene = school.scene()
    plan = plan_changes(scene)
    rows = compare(scene, plan, (), mark="employeeID").opened
    held = [(one.person, one.what) for one in plan.held if one.reason is Reason.AD]
    assert len({(row.person, row.task) for row in rows}) == len(rows) == len(held)
    assert [row.person for row in rows] == [person for person, _ in held]


@law
@given(nights())
def test_the_same_night_again_changes_no_row_and_what_ad_has_done_ends_it(school: School):
    rows = opened(school)
    assert compared(school, rows) == Comparison()
    for row in rows:
        assert row.object_id
        school.accounts[row.object_id] = done_in_ad(school.accounts[row.object_id], row)
    found = compared(school, rows)
    assert {one.how for one in found.closed} <= {SEEN}
    assert len(found.closed) == len(rows)
    assert not {(one.person, one.task) for one in found.opened} & {(r.person, r.task) for r in rows}


def done_in_ad(account: Account, row: Row) -> Account:
    """The account as the tenant shows it after somebody did the row."""
    if row.task in {Task.DISABLE, Task.ENABLE}:
        return replace(account, account_enabled=row.task is Task.ENABLE)
    snake = {"displayName": "display_name", "givenName": "given_name"}
    return replace(account, **{snake.get(name, name): one for name, one in row.wanted.items()})
