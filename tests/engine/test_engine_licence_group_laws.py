"""The laws of consent where the school licenses by group: no events, in no order, may break them.

The judge is what the tenant gives each pupil after Entra has worked through the groups, at once or
a night late.
"""

from builders import School, a_person, key
from hypothesis import given, settings
from hypothesis import strategies as st
from licensing_school import (
    A1,
    CONTESTED,
    MAIL,
    WITHDRAWN,
    a_licensing_school,
    entra,
    pack,
    yes,
)
from msgspec.structs import replace

from graphsync.accounts import AssignedLicence, LicenceState
from graphsync.changes import AddToGroup
from policies.consent_records import Consents, State
from policies.licence_groups import school_of_licence_group
from policies.people import PersonKey

WHO = ("1", "2", "3")
PLANS = {"plan-mail": MAIL, "plan-teams": {"teams"}, "plan-new": {"nobody mapped it"}}
ANSWERS = st.sampled_from([None, yes(), yes(), yes(MAIL), WITHDRAWN, CONTESTED])
BY_GROUP = pack("licences.pupil.mode: group\n")
OFF = st.sampled_from([(), ("plan-new",), ("plan-mail", "plan-new")])
# What somebody says and does to a group by hand meets more often than the rest.
SAYS = st.tuples(st.just("says"), st.sampled_from(WHO), ANSWERS)
BY_HAND = st.tuples(st.just("group changed by hand"), st.none(), st.one_of(st.none(), OFF))
EVENTS = st.one_of(
    *(SAYS, SAYS, SAYS, BY_HAND, BY_HAND),
    st.tuples(st.just("moves"), st.sampled_from(WHO), st.sampled_from(["7", "8"])),
    st.tuples(st.just("given by hand"), st.sampled_from(WHO), OFF),
    st.tuples(st.just("pack"), st.none(), st.sampled_from([pack(), BY_GROUP, BY_GROUP])),
    st.tuples(st.just("enforced"), st.none(), st.booleans()),
    st.tuples(st.just("units"), st.none(), st.sampled_from([0, 1, 100])),
    st.tuples(st.just("nothing"), st.none(), st.none()),
)
NIGHTS = st.sampled_from(["at once", "at once", "at once", "late", "none"])
DAYS = st.lists(st.tuples(EVENTS, NIGHTS), max_size=8)


def on(school: School, who: PersonKey) -> set[str]:
    """The plans that the tenant gives a pupil."""
    account = school.accounts[school.links[who].object_id]
    licences = account.assigned_licenses
    return {plan for one in licences for plan in PLANS.keys() - set(one.disabled_plans)}


def covered(consents: Consents | None) -> set[str]:
    services = consents.cloud.services if consents and consents.cloud.live else frozenset()
    return {plan for plan, its in PLANS.items() if services.issuperset(its)}


def holders(school: School) -> int:
    return sum(bool(one.assigned_licenses) for one in school.accounts.values())


def befalls(school: School, what: str, who: str | None, value: object) -> None:
    """One event of the days between two nights."""
    match what:
        case "says":
            said = {**school.consents, key(who or ""): value}
            school.consents = {k: one for k, one in said.items() if one}
        case "moves":
            school.person(who or "", year=value)
        case "given by hand":
            account = school.account(who or "")
            own = LicenceState(A1.sku_id, state="Active", disabled_plans=value)
            through = [s for s in account.license_assignment_states or () if s.assigned_by_group]
            licences = account.assigned_licenses or (AssignedLicence(A1.sku_id, value),)
            school.accounts[account.id] = replace(
                account, license_assignment_states=(own, *through), assigned_licenses=licences
            )
            entra(school)
        case "group changed by hand":
            ours = [g for g in school.groups.values() if school_of_licence_group(g.unique_name)]
            for group in ours[:1]:
                carried = () if value is None else (AssignedLicence(A1.sku_id, value),)
                school.groups[group.id] = replace(group, assigned_licenses=carried)
            entra(school)
        case "pack":
            school.rules = value
        case "enforced":
            school.enforced = value
        case "units":
            school.skus = {A1.sku_id: replace(school.skus[A1.sku_id], enabled_units=value)}
        case _:
            pass


def a_night(school: School, *, late: bool) -> None:
    before = {key(who): on(school, key(who)) for who in WHO}
    promised = school.scene().snapshot.units_promised["A1_STUDENT"]
    held = holders(school) + promised
    plan = school.plan()
    school.apply(plan)
    seen = school if late else entra(school)
    for who, had in before.items():
        has, consents = on(seen, who), school.consents.get(who)
        assert has - had <= covered(consents), "new, and not covered"
        if not school.enforced:
            assert had <= has, "taken, and nobody said so"
        elif not late and not (consents and consents.cloud.state is State.CONTESTED):
            assert has <= covered(consents), "stands, and no consent carries it"
    if not late:
        assert holders(school) <= max(held, school.skus[A1.sku_id].enabled_units), "none was left"
    for change in plan.changes:
        if isinstance(change, AddToGroup) and change.licence:
            consents = school.consents[change.person]
            (gives,) = school.groups[f"new {change.group}"].assigned_licenses
            assert PLANS.keys() - set(gives.disabled_plans) <= covered(consents)


@settings(max_examples=300, deadline=None)
@given(st.tuples(ANSWERS, ANSWERS, ANSWERS), DAYS)
def test_by_group_too_nothing_is_new_without_a_consent_and_nothing_taken_but_by_the_head(
    answers, days
):
    people = [a_person(one, given_name=f"Amy{one}", surname=f"Smith{one}") for one in WHO]
    school = a_licensing_school(*people).loaded()
    school.rules = BY_GROUP
    entra(school)
    for who, value in zip(WHO, answers, strict=True):
        befalls(school, "says", who, value)
    a_night(school, late=False)
    for (what, who, value), night in days:
        befalls(school, what, who, value)
        if night != "none":
            a_night(school, late=night == "late")
    school.skus = {A1.sku_id: replace(school.skus[A1.sku_id], enabled_units=100)}
    for _ in range(4):
        a_night(school, late=False)
    assert school.plan().changes == ()
