"""Owners confirm once a year who is in their groups; a finding if not, never a removal."""

import asyncio

import pytest
from office import Office, a_pupil, an_account, key

from graphsync.accounts import Group
from graphsync.group_desk import confirm, groups, members
from graphsync.policy_checks import sign_off_findings
from graphsync.store.sign_offs import Matter
from graphsync.trouble import Refusal
from policies.findings import Finding
from policies.pack_loading import load_rules
from policies.people import Kind

STAFF = "gs-oak-all-staff"
ASKED = """\
clauses: {groups.yearly_owner_confirmation: [WPT-2-DATA-2]}
"""
OWNER = a_pupil("9", kind=Kind.STAFF, year=None, form=None)


def ask(office: Office, days: int | None = None) -> None:
    """The pack asks for a yearly confirmation, or one after so many days."""
    asked = "all_staff: '{school} All staff', yearly_owner_confirmation: true"
    number = f", owner_confirmation_days: {days}" if days else ""
    office.pack(ASKED)
    pack = office.packs / "oak.yaml"
    text = pack.read_text("utf-8").replace('all_staff: "{school} All staff"', asked + number)
    pack.write_text(text, "utf-8")


@pytest.fixture(autouse=True)
def a_group_of_two(office: Office) -> None:
    ask(office)
    office.accept(OWNER, a_pupil("1"))
    office.link("9")
    office.plan(an_account("9"))
    office.days(10)
    office.did("create_group", "g-1")
    empty = Group(id="g-2", unique_name="gs-oak-all-pupils", members=frozenset())
    two = Group(id="g-1", unique_name=STAFF, members=frozenset({"o-9", "somebody"}))
    office.sees(an_account("9"), groups=[two, empty])


def findings(office: Office) -> list[Finding]:
    return asyncio.run(sign_off_findings(office.bench, load_rules(office.packs, "oak")))


def test_wpt_2_data_2_an_owner_who_did_not_confirm_by_the_due_date_is_a_finding_and_no_removal(
    office: Office,
) -> None:
    office.days(365)
    assert findings(office) == []
    office.days(1)
    (found,) = findings(office)
    assert (found.clause, found.subject) == ("WPT-2-DATA-2", STAFF)
    assert "nobody is taken out" in found.sentence
    assert [one.account for one in members(office.bench, "oak", STAFF)] == ["somebody", "o-9"]
    assert "remove_from_group" not in office.plan(an_account("9")).counts


def test_a_confirmation_holds_for_the_packs_days_and_is_kept_with_name_and_count(
    office: Office,
) -> None:
    ask(office, days=100)
    office.days(366)
    line = confirm(office.bench, "oak", STAFF, key("9"))
    assert (line.confirmed_by, line.members, line.overdue) == ("oak:9", 2, False)
    (kept,) = office.store.sign_offs.of("oak", Matter.GROUP).values()
    assert (kept.who, kept.by, kept.seen) == ("oak:9", "head", 2)
    (event,) = office.store.journal.of_person(key("9"))
    assert (event.operation, event.object_id) == ("group_confirmed", "g-1")
    office.days(100)
    assert findings(office) == []
    office.days(1)
    assert [one.subject for one in findings(office)] == [STAFF]


def test_a_group_that_was_there_before_us_is_due_a_year_after_the_first_run(
    office: Office,
) -> None:
    bound = Group(id="g-3", unique_name="gs-oak-year-7", members=frozenset({"o-9"}))
    office.sees(an_account("9"), groups=[bound])
    (line,) = groups(office.bench, "oak")
    assert line.due is not None
    assert (office.now.date() - line.due).days == 10 - 365


def test_a_group_that_nobody_is_in_waits_for_no_confirmation(office: Office) -> None:
    empty, full = groups(office.bench, "oak")
    assert (empty.group, empty.due) == ("gs-oak-all-pupils", None)
    assert full.due is not None
    office.days(1_000)
    assert [one.subject for one in findings(office)] == [STAFF]


def test_only_staff_confirm_a_group_that_is_there_and_once_a_day(office: Office) -> None:
    with pytest.raises(Refusal, match="oak:1 is no member of staff"):
        confirm(office.bench, "oak", STAFF, key("1"))
    with pytest.raises(Refusal, match="has no group gs-oak-none by the last plan"):
        confirm(office.bench, "oak", "gs-oak-none", key("9"))
    confirm(office.bench, "oak", STAFF, key("9"))
    with pytest.raises(Refusal, match="confirmed today already"):
        confirm(office.bench, "oak", STAFF, key("9"))
    assert len(office.store.journal.of_person(key("9"))) == 1


def test_a_pack_that_asks_for_none_finds_nothing_overdue(office: Office) -> None:
    office.pack()
    office.days(1_000)
    assert findings(office) == []
