"""The forecast's day is the one on which the real planner, night by night, first refuses."""

from datetime import date, timedelta
from typing import Any

import pytest
from builders import A3, BEFORE, DAY, School, a_person, a_school, a_teacher, freeze, key, rules
from hypothesis import given
from hypothesis import strategies as st
from licensing_school import A1, ALL, a_licensing_school, pack
from msgspec import Struct
from msgspec.structs import replace

from graphsync.accounts import AssignedLicence
from graphsync.changes import Reason
from graphsync.licence_claims import claims_of, pools_of
from graphsync.licence_scene import LicenceScene, enforced_from
from graphsync.store.consent_modes import ConsentMode
from policies.consent_records import Consent, Consents, State
from policies.forecasting import NOT_THERE, Certainty, Claim, forecasts
from policies.people import PersonKey
from policies.rules import LeaverRules, LicenceRules

NIGHTS = 14
PUPILS = replace(
    rules(),
    licences={one: LicenceRules(skus=("A3_FACULTY",)) for one in rules().home},
)


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def a_scene(school: School, **fields: Any) -> LicenceScene:
    scene = school.scene()
    usual: dict[str, Any] = {
        "rules": scene.rules,
        "day": scene.day,
        "desired": scene.desired,
        "links": scene.links,
        "snapshot": scene.snapshot,
    }
    return LicenceScene(**(usual | fields))


def forecast(school: School) -> date | None:
    scene = a_scene(school)
    (told,) = forecasts(pools_of(scene), claims_of(scene), school.day, NIGHTS)
    return told.outlooks[0].runs_out


def simulated(school: School, answers: "Answers | None" = None) -> date | None:
    """Plan and apply every night; the first on which somebody goes without."""
    for _ in range(NIGHTS):
        plan = (answers.on(school) if answers else school).plan()
        if any(one.reason is Reason.NO_LICENCE_LEFT for one in plan.held):
            return school.day
        school.apply(plan).next_day()
    return None


def with_units(school: School, free: int) -> School:
    sku = school.skus[A3.sku_id]
    school.skus[A3.sku_id] = replace(sku, enabled_units=sku.consumed_units + free)
    return school


@st.composite
def schools(draw: st.DrawFn) -> School:
    """Some teachers with an account already, some who come and go in the fortnight."""
    keeps = draw(st.integers(0, 3))
    asked = replace(rules(), leaver=LeaverRules(licence_after_days=keeps))
    here, more = draw(st.integers(0, 3)), draw(st.integers(0, 4))
    people = [a_teacher(str(50 + n), surname=f"S{'abcdefg'[n]}") for n in range(here + more)]
    school = a_school(*people[:here], rules=asked).loaded()
    for one in people[:here]:
        leaves = draw(st.none() | st.integers(-8, 9))
        if leaves is not None:
            school.person(one.key.mis_id, leaves=day(leaves))
    for one in people[here:]:
        starts = draw(st.none() | st.integers(-2, 12))
        stays = draw(st.none() | st.integers(0, 6))
        school.people += (
            replace(
                one,
                starts=None if starts is None else day(starts),
                leaves=None if stays is None else day((starts or 0) + stays),
            ),
        )
    return with_units(school, draw(st.integers(-1, 3)))


@given(school=schools())
def test_the_forecast_is_the_night_of_the_planners_first_refusal(school: School) -> None:
    assert forecast(school) == simulated(school)


def test_a_joiner_takes_the_unit_that_a_leaver_gave_back_the_night_before() -> None:
    def a_school_with(starts: int) -> School:
        school = a_school(a_teacher()).loaded().person("50", leaves=day(-30))
        school.people += (a_teacher("51", surname="Venn", starts=day(starts)),)
        return with_units(school, 0)

    # Blocked tonight, so that the licence goes tomorrow and is there on the third night.
    assert forecast(a_school_with(1)) == simulated(a_school_with(1)) == day(1)
    assert forecast(a_school_with(2)) == simulated(a_school_with(2)) is None


def test_a_licence_that_goes_at_once_still_goes_the_night_after_the_block() -> None:
    def a_school_with(starts: int) -> School:
        asked = replace(rules(), leaver=LeaverRules(licence_after_days=0))
        school = a_school(a_teacher(), rules=asked).loaded().person("50", leaves=day(1))
        school.people += (a_teacher("51", surname="Venn", starts=day(starts)),)
        return with_units(school, 0)

    assert forecast(a_school_with(3)) == simulated(a_school_with(3)) == day(3)
    assert forecast(a_school_with(4)) == simulated(a_school_with(4)) is None


@pytest.mark.parametrize(
    ("change", "free"),
    [
        ("held", {"holds": {key("50"): freeze()}}),
        ("protected", {"protected": frozenset({"new oak:50"})}),
    ],
)
def test_who_is_left_as_found_neither_takes_nor_gives(change: str, free: dict[str, Any]) -> None:
    school = a_school(a_teacher()).loaded().person("50", leaves=day(-60))
    for name, value in free.items():
        setattr(school, name, value)
    (claim,) = claims_of(a_scene(school))
    assert (claim.takes, claim.gives_back) == (None, None), change
    assert not any(one.kind == "remove_licence" for one in school.plan().changes)


def test_an_account_disabled_by_hand_waits_for_a_person_and_wants_nothing() -> None:
    school = a_school(a_teacher()).loaded()
    school.alter("50", account_enabled=False, assigned_licenses=())
    assert list(claims_of(a_scene(school))) == []
    assert simulated(with_units(school, -1)) is None


def test_a_person_who_may_own_an_account_already_wants_nothing_yet() -> None:
    school = a_school(a_teacher())
    assert len(list(claims_of(a_scene(school)))) == 1
    assert list(claims_of(a_scene(school, unsettled=frozenset({key("50")})))) == []


def test_a_subscription_that_the_tenant_has_not_is_refused_at_once() -> None:
    school = a_school(a_teacher(), skus={})
    (pool,) = pools_of(a_scene(school))
    assert (pool.bought, pool.status) == (0, NOT_THERE)
    assert forecast(school) == simulated(school) == DAY


# Consent: what the planner does with it is the gate's; here is what is expected of a pupil.

TEAMS = frozenset({"teams"})


def said(state: State, **fields: Any) -> dict[PersonKey, Consents]:
    services = TEAMS if state is State.VERIFIED else frozenset[str]()
    cloud = Consent(state=state, **({"services": services} | fields))
    return {key(): Consents(cloud, Consent(state=State.MISSING))}


def a_claim_of(consents: dict[PersonKey, Consents], **fields: Any) -> Claim | None:
    """The claim of one pupil who has an account and, if asked for, a licence already."""
    licensed = fields.pop("licensed", False)
    plans = {"TEAMS1": ("teams",), "SWAY": ("sway",)}
    asked = replace(PUPILS, consent=replace(PUPILS.consent, plans=plans))
    school = a_school(a_person(), rules=rules()).loaded()
    school.rules = asked
    if licensed:
        school.alter("1", assigned_licenses=(AssignedLicence(A3.sku_id),))
    return next(iter(claims_of(a_scene(school, consents=consents, **fields))), None)


@pytest.mark.parametrize(
    ("state", "certainty"),
    [
        (State.VERIFIED, Certainty.KNOWN),
        (State.PENDING, Certainty.ASKED),
        (State.MISSING, Certainty.OPEN),
        (State.EXPIRED, Certainty.OPEN),
        (State.SUPERSEDED, Certainty.OPEN),
        (State.INVALID, Certainty.OPEN),
        (State.REFUSED, None),
        (State.WITHDRAWN, None),
        (State.CONTESTED, None),
    ],
)
def test_a_pupil_is_counted_by_what_stands_of_the_consent(
    state: State, certainty: Certainty | None
) -> None:
    claim = a_claim_of(said(state))
    assert (claim.certainty if claim else None) == certainty


def test_a_consent_that_opens_nothing_of_the_subscription_wants_nothing() -> None:
    assert a_claim_of(said(State.VERIFIED, services=frozenset({"mail"}))) is None


@pytest.mark.parametrize(
    ("consents", "enforced", "back"),
    [
        (said(State.VERIFIED, until=day(4)), None, None),
        (said(State.VERIFIED, until=day(4)), DAY, day(5)),
        (said(State.VERIFIED, until=day(4)), day(9), day(9)),
        (said(State.VERIFIED), DAY, None),
        (said(State.WITHDRAWN), None, None),
        (said(State.WITHDRAWN), DAY, DAY),
        (said(State.MISSING), day(9), day(9)),
        (said(State.CONTESTED), DAY, None),
    ],
)
def test_where_the_school_enforces_a_licence_goes_with_its_consent(
    consents: dict[PersonKey, Consents], enforced: date | None, back: date | None
) -> None:
    claim = a_claim_of(consents, enforced_from=enforced, licensed=True)
    assert claim
    assert (claim.takes, claim.gives_back) == (None, back)


def test_the_day_of_enforcement_is_the_heads_last_word() -> None:
    def mode(kind: str, begins: date) -> ConsentMode:
        return ConsentMode(
            school="oak",
            mode=kind,
            begins=begins,
            digest="",
            people=0,
            alternative="",
            by="head",
            at=None,  # type: ignore[arg-type]
        )

    on, off = mode("enforce", day(3)), mode("observe", day(6))
    assert enforced_from((), DAY) is None
    assert enforced_from((on,), DAY) == day(3)
    assert enforced_from((on, off), day(4)) == day(4)
    assert enforced_from((on, off), day(7)) is None
    assert enforced_from((mode("enforce", BEFORE), mode("observe", day(1))), DAY) == DAY


class Answers(Struct):
    """What stands of each pupil's cloud form, its last day, and from when the head enforces."""

    said: dict[PersonKey, tuple[State, date | None]]
    enforced: date | None

    def on(self, school: School) -> School:
        """The school as these answers leave it on its day."""
        school.consents = {who: self._of(*one, school.day) for who, one in self.said.items()}
        school.enforced = self.enforced is not None and self.enforced <= school.day
        return school

    def _of(self, state: State, until: date | None, today: date) -> Consents:
        if until is not None and until < today:
            state, until = State.EXPIRED, None
        services = ALL if state is State.VERIFIED else frozenset[str]()
        cloud = Consent(state=state, services=services, until=until)
        return Consents(cloud, Consent(state=State.MISSING))


@st.composite
def consenting_schools(draw: st.DrawFn) -> tuple[School, Answers]:
    """Pupils licensed long ago and pupils to come, each with an answer that may run out."""
    here, more = draw(st.integers(0, 3)), draw(st.integers(0, 4))
    people = [a_person(str(n), given_name=f"Amy{'abcdefg'[n]}") for n in range(here + more)]
    keeps = draw(st.integers(0, 3))
    asked = replace(pack(), leaver=LeaverRules(licence_after_days=keeps))
    school = a_licensing_school(*people[:here], rules=asked)
    all_yes = Answers({one.key: (State.VERIFIED, None) for one in people}, None)
    all_yes.on(school).loaded()
    for number, one in enumerate(people):
        starts = draw(st.none() | st.integers(-2, 12)) if number >= here else None
        leaves = draw(st.none() | st.none() | st.integers(-8, 12))
        dated = replace(
            one,
            starts=None if starts is None else day(starts),
            leaves=None if leaves is None else day(max(leaves, starts or leaves)),
        )
        school.people = (*(other for other in school.people if other.key != one.key), dated)
    states = st.sampled_from([State.VERIFIED] * 5 + [State.WITHDRAWN, State.MISSING])
    said = {}
    for one in people:
        state = draw(states | st.just(State.CONTESTED))
        ends = draw(st.none() | st.integers(-1, 12)) if state is State.VERIFIED else None
        said[one.key] = (state, None if ends is None else day(ends))
    enforced = draw(st.none() | st.integers(0, 9).map(day))
    sku = school.skus[A1.sku_id]
    units = sku.consumed_units + draw(st.integers(-1, 3))
    school.skus[A1.sku_id] = replace(sku, enabled_units=units)
    return school, Answers(said, enforced)


def foretold(school: School, answers: Answers) -> date | None:
    answers.on(school)
    scene = a_scene(school, consents=school.consents, enforced_from=answers.enforced)
    told = forecasts(pools_of(scene), claims_of(scene), school.day, NIGHTS)
    (pupils,) = [one for one in told if one.pool.sku == A1.sku_part_number]
    return pupils.outlooks[0].runs_out


@given(drawn=consenting_schools())
def test_the_forecast_of_pupils_is_the_night_of_the_planners_first_refusal(
    drawn: tuple[School, Answers],
) -> None:
    school, answers = drawn
    assert foretold(school, answers) == simulated(school, answers)


@pytest.mark.parametrize(("starts", "refused"), [(2, day(2)), (3, day(3)), (4, None)])
def test_what_enforcement_takes_back_is_there_for_a_joiner_the_night_after(
    starts: int, refused: date | None
) -> None:
    answers = Answers({key(): (State.VERIFIED, None), key("2"): (State.VERIFIED, None)}, None)
    school = answers.on(a_licensing_school(a_person(given_name="Ben"))).loaded()
    school.people += (a_person("2", starts=day(starts)),)
    school.skus[A1.sku_id] = replace(school.skus[A1.sku_id], enabled_units=1)
    answers.said[key()] = (State.WITHDRAWN, None)
    answers.enforced = day(3)
    assert foretold(school, answers) == simulated(school, answers) == refused
