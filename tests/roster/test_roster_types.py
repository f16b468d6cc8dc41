"""A column of types of people: only types that the policy names are taken, and none is guessed."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from roster_exports import RULES, a_teacher, as_csv, read

from policies.pack_loading import SHIPPED_PACKS, load_rules
from policies.rules import RosterRules


def rules_of(school: str) -> RosterRules:
    return replace(RULES, types=load_rules(SHIPPED_PACKS, school).roster.types)


def fault_of(folder: Path, school: str, kind: str, **cells: str) -> str:
    """Why the one row of this type freezes its person; "" when it is taken."""
    rows = [a_teacher(1, Person_Type=kind, **cells)]
    roster = read(folder, {"staff.csv": as_csv(rows)}, rules_of(school)).roster
    assert len(roster.people) + len(roster.frozen) == 1
    return roster.frozen[0].reason if roster.frozen else ""


def test_snmat_6_casual_staff_need_a_last_day(tmp_path: Path) -> None:
    assert "needs a last day" in fault_of(tmp_path, "snmat", "Casual")
    assert fault_of(tmp_path, "snmat", "Casual", Date_of_Leaving="31/08/2027") == ""
    assert fault_of(tmp_path, "snmat", "Permanent") == ""


@pytest.mark.parametrize("kind", ["Casul", "Supply", "wizard"])
def test_snmat_6_a_type_that_the_policy_does_not_name_is_refused(tmp_path: Path, kind: str) -> None:
    told = fault_of(tmp_path, "snmat", kind)
    assert "does not name" in told
    assert kind not in told


def test_pb_9_1_a_contractor_among_the_staff_is_refused_and_never_made_one(tmp_path: Path) -> None:
    assert "does not name" in fault_of(tmp_path, "pb", "contractor")
    assert "no type of staff, but of other adult" in fault_of(tmp_path, "pb", "other adult")
    assert fault_of(tmp_path, "pb", "Staff") == ""


def test_a_column_of_types_means_nothing_where_the_policy_names_none(tmp_path: Path) -> None:
    rows = [a_teacher(1, Person_Type="wizard")]
    assert len(read(tmp_path, {"staff.csv": as_csv(rows)}).roster.people) == 1
