"""What no sequence of answers, withdrawals, words of the head, moves and nights may bring about."""

from builders import School, a_person, key
from hypothesis import given, settings
from hypothesis import strategies as st
from licensing_school import (
    A1,
    CONTESTED,
    MAIL,
    WITHDRAWN,
    a_licensing_school,
    yes,
)
from msgspec.structs import replace

from graphsync.accounts import AssignedLicence
from graphsync.changes import AssignLicence
from policies.consent_records import Consents, State
from policies.people import PersonKey

WHO = ("1", "2", "3")
PLANS = {"plan-mail": MAIL, "plan-teams": {"teams"}, "plan-new": {"nobody mapped it"}}
ANSWERS = st.sampled_from([None, yes(), yes(MAIL), WITHDRAWN, CONTESTED])
EVENTS = st.one_of(
    st.tuples(st.just("says"), st.sampled_from(WHO), ANSWERS),
    st.tuples(st.just("moves"), st.sampled_from(WHO), st.sampled_from(["7", "8"])),
    st.tuples(st.just("given by hand"), st.sampled_from(WHO), st.sampled_from([(), ("plan-new",)])),
    st.tuples(st.just("mode"), st.none(), st.booleans()),
    st.tuples(st.just("units"), st.none(), st.sampled_from([0, 1, 100])),
    st.tuples(st.just("night"), st.none(), st.none()),
)


def on(school: School, who: PersonKey) -> set[str] | None:
    """The plans that the tenant gives; None for no licence."""
    (link, accounts) = (school.links[who], school.accounts)
    for one in accounts[link.object_id].assigned_licenses:
        return PLANS.keys() - set(one.disabled_plans)
    return None


def covered(consents: Consents | None) -> set[str]:
    services = consents.cloud.services if consents and consents.cloud.live else frozenset()
    return {plan for plan, its in PLANS.items() if services.issuperset(its)}


@settings(max_examples=150, deadline=None)
@given(st.lists(EVENTS, max_size=14))
def test_nothing_new_without_a_live_consent_and_nothing_taken_but_by_the_heads_word(events):
    people = [a_person(one, given_name=f"Amy{one}", surname=f"Smith{one}") for one in WHO]
    school = a_licensing_school(*people).loaded()
    for what, who, value in (*events, ("night", None, None)):
        match what:
            case "says":
                school.consents = {**school.consents, key(who): value}
                school.consents = {k: one for k, one in school.consents.items() if one}
            case "moves":
                school.person(who, year=value)
            case "given by hand":
                standing = (AssignedLicence(A1.sku_id, value),)
                school.alter(who, assigned_licenses=standing, license_assignment_states=None)
            case "mode":
                school.enforced = value
            case "units":
                school.skus = {A1.sku_id: replace(A1, enabled_units=value)}
            case _:
                a_night(school)


def a_night(school: School) -> None:
    before = {key(who): on(school, key(who)) for who in WHO}
    plan = school.plan()
    again = school.apply(plan).plan()
    # A unit that somebody gave back may go to who waited for one, the night after.
    freed = "remove_licence" in plan.counts
    assert [one for one in again.changes if not (freed and isinstance(one, AssignLicence))] == []
    for who, had in before.items():
        has, consents = on(school, who), school.consents.get(who)
        assert (has or set()) - (had or set()) <= covered(consents), "new, and not covered"
        if not school.enforced:
            assert had is None or (has is not None and had <= has), "taken, and nobody said so"
        elif not (consents and consents.cloud.state is State.CONTESTED):
            assert has is None or has == covered(consents), "stands, and no consent carries it"
