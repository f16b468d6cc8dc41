"""Day one: who is licensed by what and with which consent; and which units serve nobody."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from builders import (
    A3,
    DAY,
    DIRECT,
    INHERITED,
    School,
    a_person,
    a_school,
    a_teacher,
    an_account,
    at,
    freeze,
    key,
    licensed,
    rules,
    suspend,
)
from msgspec.structs import replace

from graphsync.accounts import AssignedLicence, Group, LicenceState, ServicePlan, SignIns, Sku
from graphsync.licence_scene import LicenceScene
from graphsync.licence_views import Holding, SkuTotals, licence_list
from graphsync.licence_waste import Waste, WasteTotals, Why, audience, waste_list
from policies.consent_records import Consent, Consents, State
from policies.people import Kind
from policies.rules import GroupRules, LicenceRules

A1 = Sku(
    sku_id="sku-a1",
    sku_part_number="STANDARDWOFFPACK_STUDENT",
    consumed_units=3,
    enabled_units=10,
    service_plans=(
        ServicePlan("p1", "TEAMS1"),
        ServicePlan("p2", "SWAY"),
        ServicePlan("p3", "AAD_BASIC_EDU"),
        ServicePlan("p4", "BRAND_NEW"),
    ),
)
OURS = Group(id="g-ours", display_name="Oak All pupils", unique_name="gs-oak-all-pupils")
BOUND = Group(id="g-bound", display_name="Bound staff")
THEIRS = Group(id="g-theirs", display_name="Everyone A1")
NOW = at(DAY)


def asked() -> Any:
    """Rules that license pupils with Teams, by consent."""
    consent = replace(
        rules().consent,
        services=frozenset({"teams"}),
        plans={"TEAMS1": ("teams",), "SWAY": ("sway",), "AAD_BASIC_EDU": ("platform",)},
    )
    return replace(
        rules(),
        licences={
            Kind.PUPIL: LicenceRules(skus=(A1.sku_part_number,)),
            Kind.STAFF: LicenceRules(skus=(A3.sku_part_number,)),
        },
        consent=consent,
        groups=GroupRules(names={}, bind={"gs-oak-all-staff": "g-bound"}),
    )


def a_scene(school: School, **fields: Any) -> LicenceScene:
    school.skus[A1.sku_id] = A1
    school.groups.update({one.id: one for one in (OURS, BOUND, THEIRS)})
    school.rules = asked()
    scene = school.scene()
    usual: dict[str, Any] = {
        "rules": scene.rules,
        "day": scene.day,
        "desired": scene.desired,
        "links": scene.links,
        "snapshot": scene.snapshot,
        "linked_anywhere": {link.object_id for link in scene.links.values()},
    }
    return LicenceScene(**(usual | fields))


def holds(*states: LicenceState, off: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields of an account that holds A1 by these ways, with these plans off."""
    return {
        "assigned_licenses": (AssignedLicence(A1.sku_id, off),),
        "license_assignment_states": states,
    }


def by(group: str | None, state: str = "Active") -> LicenceState:
    return LicenceState(A1.sku_id, assigned_by_group=group, state=state)


def said(state: State, **fields: Any) -> dict[Any, Consents]:
    return {key(): Consents(Consent(state=state, **fields), Consent(state=State.MISSING))}


LIVE = said(State.VERIFIED, services=frozenset({"teams"}), until=DAY + timedelta(days=30))


def a_pupil_with(*states: LicenceState, **fields: Any) -> School:
    school = a_school(a_person()).loaded()
    return school.alter("1", **holds(*states, **fields))


def only(school: School, **fields: Any) -> Holding:
    (found,) = licence_list(a_scene(school, **fields)).items
    return found


@pytest.mark.parametrize(
    ("state", "direct", "ours", "others"),
    [
        (by(None), 1, (), ()),
        (by("g-ours"), 0, ("Oak All pupils",), ()),
        (by("g-bound"), 0, ("Bound staff",), ()),
        (by("g-theirs"), 0, (), ("Everyone A1",)),
        (by("g-unseen"), 0, (), ("g-unseen",)),
        (by("g-theirs", "Error"), 0, (), ()),
    ],
)
def test_a_licence_is_told_by_the_way_it_was_given(
    state: LicenceState, direct: int, ours: tuple[str, ...], others: tuple[str, ...]
) -> None:
    found = only(a_pupil_with(state, LicenceState("another sku")))
    assert (found.direct, found.our_groups, found.other_groups) == (bool(direct), ours, others)


def test_a_licence_may_come_by_several_ways_at_once() -> None:
    found = only(a_pupil_with(by(None), by("g-theirs"), by("g-ours")))
    assert (found.direct, found.our_groups, found.other_groups) == (
        True,
        ("Oak All pupils",),
        ("Everyone A1",),
    )


def test_where_graph_tells_nothing_of_the_way_a_licence_is_taken_for_direct() -> None:
    school = a_pupil_with()
    school.alter("1", license_assignment_states=None)
    assert only(school).direct


@pytest.mark.parametrize(
    ("consents", "consent", "why"),
    [
        (LIVE, "live", ""),
        (
            said(State.CONTESTED, sentence="the parents disagree"),
            "contested",
            "the parents disagree",
        ),
        (said(State.REFUSED, sentence="the answer is No"), "none", "the answer is No"),
        (said(State.EXPIRED), "none", "expired"),
        ({}, "none", "the roster does not hold this pupil"),
    ],
)
def test_each_licence_of_a_pupil_stands_beside_its_consent(
    consents: Any, consent: str, why: str
) -> None:
    found = only(a_pupil_with(by(None)), consents=consents)
    assert (found.consent, found.why) == (consent, why)
    assert (found.until is not None) == (consent == "live")


def test_the_plans_beyond_the_consent_are_named_and_new_ones_with_them() -> None:
    on = a_pupil_with(by(None))
    assert only(on, consents=LIVE).beyond == ("SWAY", "BRAND_NEW")
    assert only(on).beyond == ("TEAMS1", "SWAY", "BRAND_NEW")
    off = a_pupil_with(by(None), off=("p2", "p4"))
    assert only(off, consents=LIVE).beyond == ()


def test_staff_need_no_consent() -> None:
    school = a_school(a_teacher()).loaded()
    found = only(school)
    assert (found.sku, found.consent, found.why, found.beyond) == (
        "A3_FACULTY",
        "not needed",
        "",
        (),
    )


def test_totals_come_first_with_the_accounts_of_nobody() -> None:
    people = [a_person(), a_person("2", given_name="Ben"), a_person("3", given_name="Cas")]
    school = a_school(*people).loaded()
    school.alter("1", **holds(by(None))).alter("2", **holds(by("g-theirs"), by("g-ours")))
    for name, fields in (
        ("old", holds(by(None))),
        ("ash", {"user_principal_name": "a@ash.example"}),
    ):
        school.accounts[name] = an_account(name, **(holds(by(None)) | fields))
    told = licence_list(a_scene(school, consents=LIVE))
    assert told.totals == (
        SkuTotals(
            sku="STANDARDWOFFPACK_STUDENT",
            bought=10,
            used=3,
            people=2,
            direct=1,
            our_groups=1,
            other_groups=1,
            live=1,
            contested=0,
            no_consent=1,
            beyond=2,
            unlinked=1,
        ),
    )
    assert told.without == 1
    assert [one.person for one in told.items] == [key("1"), key("2")]


# Waste


def days_ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def signed(created: int | None, last: int | None) -> dict[str, SignIns]:
    """When the pupil's account was made, and last signed in to."""
    when = SignIns(
        created=None if created is None else days_ago(created),
        last=None if last is None else days_ago(last),
    )
    return {"new oak:1": when}


def wasted(school: School, sign_ins: Any = None, **fields: Any) -> list[Waste]:
    return list(waste_list(a_scene(school, **({"consents": LIVE} | fields)), sign_ins).items)


def why(school: School, sign_ins: Any = None, **fields: Any) -> Why | None:
    found = wasted(school, sign_ins, **fields)
    return found[0].why if found else None


@pytest.mark.parametrize(
    ("sign_ins", "found"),
    [
        (None, None),
        (signed(400, 1), None),
        (signed(400, 90), None),
        (signed(400, 91), Why.UNUSED),
        (signed(400, None), Why.NEVER_SIGNED_IN),
        (signed(None, None), Why.NEVER_SIGNED_IN),
        (signed(90, None), Why.NEVER_SIGNED_IN),
        (signed(89, None), None),
        ({}, None),
    ],
)
def test_an_account_that_nobody_signs_in_to_holds_its_licence_for_nothing(
    sign_ins: Any, found: Why | None
) -> None:
    assert why(a_pupil_with(by(None)), sign_ins) == found


@pytest.mark.parametrize(("days", "found"), [(-30, None), (0, None), (30, None), (31, Why.LEAVER)])
def test_a_leaver_keeps_the_licence_for_the_days_of_the_pack(days: int, found: Why | None) -> None:
    school = a_pupil_with(by(None)).person("1", leaves=DAY - timedelta(days=days))
    school.alter("1", account_enabled=days < 1)
    assert why(school, signed(400, 200) if found else None) == found


def test_a_disabled_account_wastes_its_licence_unless_the_person_comes_back() -> None:
    school = a_pupil_with(by(None)).alter("1", account_enabled=False)
    assert why(school) is Why.DISABLED
    school.holds = {key(): freeze()}
    assert why(school) is Why.DISABLED
    school.holds = {key(): suspend()}
    assert why(school) is None


def test_a_disabled_account_of_nobody_is_named_by_its_id() -> None:
    school = a_school()
    school.accounts["old"] = an_account("old", account_enabled=False, **holds(by("g-theirs")))
    (found,) = wasted(school)
    assert (found.subject, found.why, found.by) == ("old", Why.DISABLED, "group Everyone A1")
    assert wasted(school, linked_anywhere={"old"}) == []


def test_a_pupils_licence_on_staff_and_the_other_way_round_are_of_the_wrong_kind() -> None:
    teacher = a_school(a_teacher()).loaded().alter("50", **holds(by(None)))
    assert [one.sentence for one in wasted(teacher)] == ["a licence for pupils on staff"]
    pupil = a_school(a_person()).loaded().alter("1", **licensed(DIRECT))
    assert [one.sentence for one in wasted(pupil)] == ["a licence for staff on pupils"]


@pytest.mark.parametrize(
    ("sku", "kind"),
    [
        ("A3_FACULTY", Kind.STAFF),
        ("M365EDU_A3_STUUSEBNFT", Kind.PUPIL),
        ("ENTERPRISEPACKPLUS_STUDENT", Kind.PUPIL),
        ("ENTERPRISEPACKPLUS_FACULTY", Kind.STAFF),
        ("POWER_BI_STANDARD", None),
        ("BOTH", None),
        ("SIXTH_FORM_FACULTY", Kind.PUPIL),
    ],
)
def test_the_pack_says_whom_a_licence_is_for_and_else_its_part_number(
    sku: str, kind: Kind | None
) -> None:
    pupil = LicenceRules(skus=("BOTH",), by_year={"12": ("SIXTH_FORM_FACULTY",)})
    named = {Kind.PUPIL: pupil, Kind.STAFF: LicenceRules(skus=("BOTH", "A3_FACULTY"))}
    assert audience(sku, replace(rules(), licences=named)) is kind


@pytest.mark.parametrize(
    ("consents", "found"),
    [
        (LIVE, None),
        (said(State.WITHDRAWN), Why.NO_CONSENT),
        (said(State.CONTESTED), None),
        ({}, Why.NO_CONSENT),
    ],
)
def test_a_pupil_without_a_consent_holds_a_licence_that_nothing_covers(
    consents: Any, found: Why | None
) -> None:
    assert why(a_pupil_with(by(None)), consents=consents) == found


def test_a_school_that_never_asks_for_consent_misses_none() -> None:
    school = a_pupil_with(by(None))
    scene = a_scene(school)
    assert not scene.rules.consent.forms
    silent = replace(scene.rules, licences={})
    assert waste_list(replace(scene, rules=silent), None).items == ()


def test_each_unit_is_counted_once_for_its_weightiest_reason() -> None:
    school = a_pupil_with(by(None), by("g-theirs")).person("1", leaves=DAY - timedelta(days=99))
    school.alter("1", account_enabled=False)
    told = waste_list(a_scene(school), signed(400, None), "who signs in cannot be told")
    assert told.totals == (WasteTotals(sku=A1.sku_part_number, units=1, leaver=1),)
    assert told.items[0].by == "direct, group Everyone A1"
    assert told.untold


def test_inherited_licences_are_shown_by_their_group_even_where_it_is_unknown() -> None:
    school = a_school(a_teacher()).loaded().alter("50", **licensed(INHERITED))
    assert only(school).other_groups == ("licence group",)
