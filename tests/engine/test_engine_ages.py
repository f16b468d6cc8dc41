"""Age group and consent of an account: told, written where the pack says, `Denied` held."""

from datetime import date, timedelta

import msgspec
import pytest
from builders import DAY, School, a_person, an_account, key, kinds, only, reasons
from hypothesis import given
from hypothesis import strategies as st
from licensing_school import CONTESTED, WITHDRAWN, a_licensing_school, says, yes
from msgspec.structs import replace

from graphsync.accounts import Account
from graphsync.age_findings import Claim, age_findings, false_claims
from graphsync.age_planning import due
from graphsync.changes import CreateUser, Origin, Plan, UpdateUser
from graphsync.guard import judge
from graphsync.planning import plan_changes
from graphsync.reasons import Reason
from graphsync.tenant.credentials import TenantSettings
from graphsync.tenant.requests import items
from policies.age_claims import Told, told_of
from policies.ages import AgeGroup
from policies.consent_records import State
from policies.people import PersonKey

CHILD = date(DAY.year - 9, 5, 1)
TEEN = date(DAY.year - 14, 5, 1)
AGE = "consent.write_age_group: true\n"
BOTH = AGE + "consent.write_consent_provided: true\n"
REFUSED = says(State.REFUSED, "the answer is No")


def a_school(more: str = "", born: date | None = CHILD, **account: object) -> School:
    """One pupil without a licence, whose account says this, in a pack with `more`."""
    school = a_licensing_school(a_person(born=born)).loaded()
    school.rules = a_licensing_school(more=more).rules
    return school.alter("1", **account) if account else school


def test_nothing_is_written_unless_the_pack_says_so():
    for account in ({}, {"age_group": "Adult", "consent_provided_for_minor": "NotRequired"}):
        school = a_school(**account)
        school.consents = {key(): REFUSED}
        assert school.plan().changes == ()
        assert Reason.CONSENT_DENIED not in reasons(school.plan())


def test_the_age_group_is_written_with_what_it_was():
    school = a_school(AGE, age_group="Adult")
    change = only(school.plan(), "update_user")
    assert (change.before, change.after) == ({"ageGroup": "Adult"}, {"ageGroup": "Minor"})
    assert change.origin is Origin.RULE
    assert "age group Adult → Minor" in change.sentence
    assert school.apply(school.plan()).plan().changes == ()


def test_a_value_in_another_case_is_no_difference():
    assert a_school(AGE, age_group="minor").plan().changes == ()


def test_a_live_consent_is_written_together_with_the_age_group():
    school = a_school(BOTH)
    school.consents = {key(): yes()}
    change = only(school.plan(), "update_user")
    assert change.after == {"ageGroup": "Minor", "consentProvidedForMinor": "Granted"}
    assert (change.origin, change.clauses) == (Origin.CONSENT, ("SNMAT-F2.1",))
    school.apply(school.plan())
    assert kinds(school.plan()) == []


@pytest.mark.parametrize("standing", [None, "NotAdult", "Adult"])
def test_a_consent_alone_is_never_written_without_a_minors_age_group(standing: str | None):
    school = a_school("consent.write_consent_provided: true\n", age_group=standing)
    school.consents = {key(): yes()}
    assert "update_user" not in kinds(school.plan())
    school.alter("1", age_group="Minor")
    assert only(school.plan(), "update_user").after == {"consentProvidedForMinor": "Granted"}


def test_who_turns_thirteen_loses_the_word_that_graph_takes_with_minor_alone():
    school = a_school(BOTH, TEEN, age_group="Minor", consent_provided_for_minor="Granted")
    change = only(school.plan(), "update_user")
    assert change.after == {"ageGroup": "NotAdult", "consentProvidedForMinor": None}
    only_age = a_school(AGE, TEEN, age_group="Minor", consent_provided_for_minor="Granted")
    assert only_age.plan().changes == (), "Graph would refuse it"


def test_who_has_no_birth_date_on_the_roster_is_told_nothing():
    school = a_school(BOTH, None, age_group="Adult")
    school.consents = {key(): yes()}
    assert "update_user" not in kinds(school.plan())


@pytest.mark.parametrize("consent", [REFUSED, WITHDRAWN])
def test_snmat_f2_7_a_no_is_held_and_written_only_when_a_person_asks_and_another_approves(consent):
    school = a_school(BOTH, consent_provided_for_minor="Granted", age_group="Minor")
    school.consents = {key(): consent}
    plan = school.plan()
    assert "update_user" not in kinds(plan)
    (held,) = [one for one in plan.held if one.reason is Reason.CONSENT_DENIED]
    assert "graphsync plan --deny oak:1" in held.sentence
    assert "refuse the sign-in" in held.sentence
    asked = _asking(school)
    change = only(asked, "update_user")
    assert change.before == {"consentProvidedForMinor": "Granted"}
    assert change.after == {"consentProvidedForMinor": "Denied"}
    assert [one.code for one in judge(asked, school.rules).reasons] == ["consent_denied"]
    assert Reason.CONSENT_DENIED not in reasons(school.apply(asked).plan())


def test_the_age_group_does_not_wait_for_the_no():
    school = a_school(BOTH)
    school.consents = {key(): REFUSED}
    plan = school.plan()
    assert only(plan, "update_user").after == {"ageGroup": "Minor"}
    assert Reason.CONSENT_DENIED in reasons(plan)
    assert judge(plan, school.rules).passes


def test_what_nobody_answered_or_what_is_disputed_is_never_denied():
    for consent in (CONTESTED, says(State.MISSING, ""), says(State.EXPIRED, "")):
        school = a_school(BOTH, age_group="Minor", consent_provided_for_minor="Granted")
        school.consents = {key(): consent}
        assert "update_user" not in kinds(_asking(school))


def test_a_new_account_is_born_with_its_age_group_and_a_yes_but_never_with_a_no():
    school = a_licensing_school(a_person(born=CHILD), more=BOTH)
    school.consents = {key(): yes()}
    born = only(school.plan(), "create_user").after
    assert (born["ageGroup"], born["consentProvidedForMinor"]) == ("Minor", "Granted")
    school.consents = {key(): REFUSED}
    born = only(school.plan(), "create_user").after
    assert (born["ageGroup"], "consentProvidedForMinor" in born) == ("Minor", False)
    plain = only(a_licensing_school(a_person(born=CHILD)).plan(), "create_user").after
    assert "ageGroup" not in plain


def test_an_adopted_account_keeps_what_somebody_else_told_and_the_two_stay_together():
    school = a_school(BOTH, age_group="Adult")
    school.link("1", adopted=True)
    school.consents = {key(): yes()}
    plan = school.plan()
    assert "update_user" not in kinds(plan)
    assert Reason.ADOPTED_DIFFERENCE in reasons(plan)
    school.alter("1", age_group=None)
    assert only(school.plan(), "update_user").after == {
        "ageGroup": "Minor",
        "consentProvidedForMinor": "Granted",
    }


def test_an_account_of_active_directory_is_told_by_graph():
    school = a_school(AGE, on_premises_sync_enabled=True)
    assert only(school.plan(), "update_user").after == {"ageGroup": "Minor"}


WORDS = st.sampled_from([None, "Granted", "Denied", "NotRequired", "granted"])
GROUPS = st.sampled_from([None, "Minor", "NotAdult", "Adult", "minor"])


@given(
    group=GROUPS,
    word=WORDS,
    wanted=st.sampled_from([None, *AgeGroup]),
    state=st.sampled_from([None, *State]),
    more=st.sampled_from(["", AGE, BOTH, "consent.write_consent_provided: true\n"]),
)
def test_no_write_leaves_a_pair_that_graph_refuses_or_a_word_that_the_register_does_not_carry(
    group: str | None,
    word: str | None,
    wanted: AgeGroup | None,
    state: State | None,
    more: str,
):
    desired = replace(a_licensing_school().scene().desired[0], told=told_of(wanted, state))
    rules = a_licensing_school(more=more).rules
    account = Account(id="a", age_group=group, consent_provided_for_minor=word)
    new = due(desired, account, rules)
    after = {"ageGroup": group, "consentProvidedForMinor": word} | new
    if new and (after["consentProvidedForMinor"] or "").casefold() in {"granted", "denied"}:
        assert after["ageGroup"].casefold() == "minor"
    if said := new.get("consentProvidedForMinor"):
        assert {"Granted": {State.VERIFIED}}.get(said, {State.REFUSED, State.WITHDRAWN}) >= {state}
    told = replace(
        account,
        age_group=after["ageGroup"],
        consent_provided_for_minor=after["consentProvidedForMinor"],
    )
    assert due(desired, told, rules) == {}


def _asking(school: School) -> Plan:
    return plan_changes(replace(school.scene(), deny=frozenset({key()})))


def found_in(school: School, **facts: object) -> dict[str, str]:
    scene = school.scene()
    found = age_findings(
        scene.desired,
        lambda who: school.accounts.get(school.links[who].object_id),
        school.rules,
        **({"asks": True, "marked": False} | facts),
    )
    return {one.subject: one.sentence for one in found}


def test_a_consent_that_only_the_tenant_knows_of_is_found_and_school_data_sync_is_named():
    people = [
        a_person(str(n), given_name=f"Amy{chr(97 + n)}", surname="Dray", born=CHILD)
        for n in range(6)
    ]
    school = a_licensing_school(*people).loaded()
    assert found_in(school) == {}
    school.alter("1", age_group="Minor", consent_provided_for_minor="Granted")
    (told,) = found_in(school).values()
    assert told.startswith(
        "consent_claim_false: the tenant says that a parent consented for 1 of 6"
    )
    assert "School Data Sync" not in told
    for n in range(6):
        school.alter(str(n), age_group="Minor", consent_provided_for_minor="granted")
    assert "School Data Sync can mark every student" in found_in(school)["consentProvidedForMinor"]
    marked = found_in(school, marked=True, named=2)["consentProvidedForMinor"]
    assert "which is in this tenant" in marked
    assert "(oak:0, oak:1 and 4 more)" in marked
    assert "Dray" not in marked
    school.consents = {key("0"): yes()}
    (told,) = found_in(school).values()
    assert "for 5 of 6" in told
    assert "School Data Sync" in told, "it marked everyone, with and without a consent"
    assert found_in(school, asks=False) == {}, "no register is kept here"
    school.consents = {key(str(n)): yes() for n in range(6)}
    assert found_in(school) == {}


def test_an_age_group_that_is_not_the_rosters_is_found():
    assert found_in(a_school(age_group="Minor")) == {}
    assert "1 of 1 pupils" in found_in(a_school(age_group="Adult"))["ageGroup"]
    assert found_in(a_school(born=None, age_group="Adult")) == {}, "nobody knows better"
    says_other = a_school(age_group="Minor", legal_age_group_classification="Adult")
    assert "age_drift" in found_in(says_other)["ageGroup"]


def test_an_account_that_says_nothing_says_nothing_wrong():
    told = Told(AgeGroup.MINOR)
    assert [*false_claims(told, an_account(), consented=False, asks=True)] == []
    claims = false_claims(
        told, an_account(consent_provided_for_minor="NotRequired"), consented=False, asks=True
    )
    assert [*claims] == [Claim.CONSENT_CLAIM_FALSE]


def test_microsofts_class_is_worked_out_anew_after_a_write():
    school = a_school(AGE, age_group="Adult", legal_age_group_classification="Adult")
    school.apply(school.plan())
    assert school.account("1").legal_age_group_classification is None
    assert found_in(school) == {}


def test_a_birthday_in_the_night_is_the_day_of_the_change():
    school = a_school(AGE, date(DAY.year - 13, DAY.month, DAY.day) + timedelta(1))
    school.apply(school.plan())
    assert school.account("1").age_group == "Minor"
    change = only(school.next_day().plan(), "update_user")
    assert isinstance(change, UpdateUser)
    assert change.new == {"ageGroup": "NotAdult"}


class _Known:
    """Ids and passwords of whoever is written to."""

    def account(self, person: PersonKey) -> str:
        return f"id-of-{person.mis_id}"

    def group(self, unique_name: str) -> str:
        return unique_name

    def password(self, _: PersonKey) -> str:
        return "Copper-tiger-lamp1"


def test_no_request_and_no_plan_holds_a_birth_date():
    canary = date(DAY.year - 9, 11, 23)
    new = a_licensing_school(a_person(born=canary), more=BOTH)
    new.consents = {key(): yes()}
    old = a_school(BOTH, canary, age_group="Adult", surname="Drift")
    old.consents = {key(): REFUSED}
    settings = TenantSettings(tenant_id="t", client_id="c", client_secret="s")
    plans = [new.plan(), old.plan(), _asking(old)]
    changes = [one for plan in plans for one in plan.changes]
    written = [one for one in changes if isinstance(one, CreateUser | UpdateUser)]
    sent = [one.request for one in items(written, _Known(), settings)]
    bodies = b"".join(one.body or b"" for one in sent)
    assert (bodies.count(b"ageGroup"), bodies.count(b"Denied")) == (3, 1)
    told = bodies + b"".join(msgspec.json.encode(one) for one in plans)
    spelled = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d", "%d %B %Y", "%Y-%m", "%d/%m")
    assert [one for one in spelled if canary.strftime(one).encode() in told] == []
