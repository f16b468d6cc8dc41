"""Rows of the register about licences: each by its own example."""

from datetime import UTC, date, datetime

from msgspec.structs import replace

from graphsync.accounts import Account, AssignedLicence, Sku, Snapshot
from graphsync.licence_findings import licence_findings, tenant_remarks
from graphsync.licence_scene import LicenceScene
from graphsync.scene import Link
from policies.desired import Records, desired_state
from policies.pack_loading import SHIPPED_PACKS, load_rules
from policies.people import Kind, Person, PersonKey, Roster
from policies.rules import LicenceRules

DAY = date(2026, 9, 15)
NOW = datetime(2026, 9, 15, 12, tzinfo=UTC)
STUDENT, FACULTY = "STANDARDWOFFPACK_STUDENT", "STANDARDWOFFPACK_FACULTY"


def a_sku(name: str, bought: int, used: int, **fields: object) -> Sku:
    return Sku(
        sku_id=name.lower(),
        sku_part_number=name,
        consumed_units=used,
        enabled_units=bought,
        **fields,  # type: ignore[arg-type]
    )


def an_account(object_id: str, sku: str, domain: str, **fields: object) -> Account:
    return Account(
        id=object_id,
        user_principal_name=f"{object_id}@{domain}",
        assigned_licenses=(AssignedLicence(sku.lower()),),
        **({"account_enabled": True} | fields),  # type: ignore[arg-type]
    )


def a_scene(school: str, *skus: Sku, disabled: int = 0, **people: Kind) -> LicenceScene:
    """A school where so many accounts are disabled and these people hold the first SKU."""
    rules = load_rules(SHIPPED_PACKS, school)
    rules = replace(
        rules,
        licences={
            Kind.PUPIL: LicenceRules(skus=(STUDENT,)),
            Kind.STAFF: LicenceRules(skus=(FACULTY,)),
        },
    )
    sku = skus[0].sku_part_number
    accounts = {
        f"d{number}": an_account(f"d{number}", sku, rules.domain, account_enabled=False)
        for number in range(disabled)
    }
    accounts |= {name: an_account(name, sku, rules.domain) for name in people}
    persons = [
        Person(key=PersonKey(school, name), kind=kind, given_name="Jo", surname=name, year="7")
        for name, kind in people.items()
    ]
    return LicenceScene(
        rules=rules,
        day=DAY,
        desired=desired_state(
            roster=Roster.of(school, persons), rules=rules, records=Records(), day=DAY
        ),
        links={one.key: Link(object_id=one.key.mis_id) for one in persons},
        linked_anywhere=people.keys(),
        snapshot=Snapshot(
            taken_at=NOW,
            accounts=accounts,
            groups={},
            skus={one.sku_id: one for one in skus},
            protected=frozenset(),
        ),
    )


def found(school: str, clause: str, *skus: Sku, disabled: int = 0, **people: Kind) -> list[str]:
    """The findings of such a school."""
    scene = a_scene(school, *skus, disabled=disabled, **people)
    findings = list(licence_findings(scene, clause))
    assert {one.clause for one in findings} <= {clause}
    return [f"{one.subject}: {one.sentence}" for one in findings]


def test_snmat_17e_bought_and_used_licences_are_compared_and_the_disabled_accounts_counted():
    told = found("snmat", "SNMAT-17e", a_sku(STUDENT, 1000, 1004), disabled=37)
    over, disabled = told
    assert over.startswith(
        f"{STUDENT}: over by 4: 1,000 bought, 1,004 used, 37 of them on disabled"
    )
    assert disabled.startswith(f"{STUDENT}: 37 on disabled accounts")
    assert found("snmat", "SNMAT-17e", a_sku(STUDENT, 1000, 1000)) == []


def test_snmat_17e_a_pupil_without_consent_and_a_licence_of_the_wrong_kind_are_found():
    pupil = found("snmat", "SNMAT-17e", a_sku(STUDENT, 10, 1), p1=Kind.PUPIL)
    assert pupil == [
        f"{STUDENT}: 1 on pupils without a live consent; see graphsync licences waste snmat"
    ]
    wrong = found("snmat", "SNMAT-17e", a_sku(FACULTY, 10, 2), p1=Kind.PUPIL, s1=Kind.STAFF)
    assert wrong == [
        f"{FACULTY}: 1 on people of the other kind; see graphsync licences waste snmat"
    ]


def test_over_use_alone_is_told_beside_the_waste():
    scene = a_scene("snmat", a_sku(STUDENT, 10, 14), a_sku("OTHER", 1, 9), disabled=3)
    (told,) = tenant_remarks(scene)
    assert told.startswith(f"{STUDENT}: over by 4: 10 bought, 14 used, 3 of them on disabled")


def test_wpt_2_sw_1_three_hundred_bought_and_312_used_are_over_by_12():
    (told,) = found("wpt", "WPT-2-SW-1", a_sku(STUDENT, 300, 312))
    assert "over by 12: 300 bought, 312 used" in told


def test_units_of_a_subscription_that_has_ended_are_no_over_use_but_are_told():
    ended = a_sku(STUDENT, 0, 900, warning_units=1000, status="Warning")
    (told,) = found("snmat", "SNMAT-17e", ended)
    assert "has ended (Warning): its 1,000 units go" in told
    gone = a_sku(STUDENT, 0, 900, suspended_units=1000, status="Suspended")
    over, told = found("snmat", "SNMAT-17e", gone)
    assert "over by 900" in over
    assert "(Suspended)" in told
