"""A person's second account, for administration: left to a hand, and held until it is blocked."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from builders import DAY, School, a_person, a_school, a_teacher, an_account, key, suspend
from msgspec.structs import replace

from graphsync.administrators import administrator_findings, with_administrators
from graphsync.changes import Held, Plan
from graphsync.reasons import Reason
from graphsync.scene import protected_ids
from policies.people import PersonKey
from policies.rules import GroupKind, ProtectedRules

ADMIN = "adm-venn"
CLAUSES = ("SNMAT-19i",)
FINANCE, LIBRARY = ("Finance Officer",), ("Librarian",)


def a_school_of_venn(**fields: object) -> School:
    """R. Venn of Finance, who administers with an account of its own, after the first load."""
    school = a_school(
        a_teacher("50", surname="Venn", roles=FINANCE, **fields),
        a_person("1"),
        accounts=[an_account(ADMIN)],
    )
    rules = school.rules
    protected = ProtectedRules(administrators={"50": ("ADM-Venn@oak.example",)}, clauses=CLAUSES)
    names = {**rules.groups.names, GroupKind.ROLE: "{school} {role}"}
    school.rules = replace(rules, protected=protected, groups=replace(rules.groups, names=names))
    return school.loaded()


def tonight(school: School, only: Iterable[PersonKey] | None = None) -> Plan:
    scope = frozenset(only) if only is not None else None
    return with_administrators(
        school.plan(), school.scene(), lambda who: scope is None or who in scope
    )


def held(plan: Plan) -> list[Held]:
    return [one for one in plan.held if one.reason is Reason.ADMINISTRATOR]


def test_snmat_19i_the_administrator_account_of_a_mover_is_held_with_the_steps_by_hand() -> None:
    school = a_school_of_venn()
    assert held(tonight(school)) == []
    school.person("50", roles=LIBRARY)
    plan = tonight(school)
    (one,) = held(plan)
    assert one.person == key("50")
    assert one.clauses == CLAUSES
    assert one.sentence.startswith(
        "leaves 1 of their groups: their administrator account adm-venn@"
    )
    steps = "block its sign-in in the Entra admin centre, end its sessions, take its roles away"
    assert one.sentence.endswith(f"graphsync never changes it. By hand: {steps}")
    assert plan.digest == school.plan().digest
    assert ADMIN not in {change.account for change in plan.changes}
    school.apply(plan).next_day()
    assert held(tonight(school)) == []


@pytest.mark.parametrize("gone", [1, 60])
def test_of_a_leaver_it_is_held_every_night_until_somebody_blocked_it(gone: int) -> None:
    school = a_school_of_venn()
    school.person("50", leaves=DAY - timedelta(days=gone))
    for _ in range(2):  # blocked first; what is long overdue follows the night after
        school.apply(tonight(school)).next_day()
    plan = tonight(school)
    (one,) = held(plan)
    assert one.sentence.startswith("left (last day")
    assert key("50") not in plan.unchanged
    assert key("1") in plan.unchanged
    mastered = replace(school.accounts[ADMIN], on_premises_sync_enabled=True)
    school.accounts[ADMIN] = mastered
    assert "By hand: disable it in Active Directory" in held(tonight(school))[0].sentence
    blocked = replace(school.accounts[ADMIN], account_enabled=False)
    school.accounts[ADMIN] = blocked
    assert held(tonight(school)) == []
    assert key("50") in tonight(school).unchanged


def test_of_somebody_suspended_or_unknown_it_is_held_and_of_an_absent_one_not() -> None:
    school = a_school_of_venn()
    school.holds[key("50")] = suspend(DAY + timedelta(days=9))
    assert [one.sentence.partition(":")[0] for one in held(tonight(school))] == ["is suspended"]
    school.holds.clear()
    school.without("50")
    assert held(tonight(school)) == []  # absent: nobody knows yet
    school.links.clear()
    school.known.clear()
    (one,) = held(tonight(school))
    assert one.sentence.startswith("is neither on the roster nor known from before")


def test_a_pilot_of_others_says_nothing_of_it() -> None:
    school = a_school_of_venn()
    school.person("50", leaves=DAY - timedelta(days=1))
    assert held(tonight(school, only=[key("1")])) == []
    assert held(tonight(school, only=[key("50")]))


def test_it_is_protected_by_being_listed() -> None:
    school = a_school_of_venn()
    assert protected_ids(school.scene().snapshot, school.rules) == {ADMIN}


def test_the_check_names_leavers_lately_moved_and_accounts_that_are_not_there() -> None:
    school = a_school_of_venn()

    def found(moved: dict[PersonKey, str]) -> list[tuple[str, str]]:
        scene = school.scene()
        all_of_it = administrator_findings(
            school.rules, scene.snapshot, scene.desired, moved, CLAUSES[0]
        )
        assert {one.clause for one in all_of_it} <= set(CLAUSES)
        return [(one.subject, one.sentence) for one in all_of_it]

    assert found({}) == []
    ((subject, told),) = found({key("50"): "left 1 of their groups, last on 2026-03-01"})
    assert subject == ADMIN
    assert told.startswith("administrator account of oak:50, who left 1 of their groups")
    school.person("50", leaves=date(2026, 2, 1))
    ((subject, told),) = found({})
    assert (subject, "last day 2026-02-01" in told) == (ADMIN, True)
    del school.accounts[ADMIN]
    ((subject, told),) = found({})
    assert subject == "oak:50"
    assert told.startswith("1 of the administrator accounts that the pack names are not in")
