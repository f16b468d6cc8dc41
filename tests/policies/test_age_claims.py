"""What the tenant is told of a pupil, against a table of its own (law A10)."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policies.age_claims import NOTHING, Told, contradicted, reads, teller, told_of
from policies.ages import AgeGroup, age_group
from policies.consent_records import Consent, State
from policies.people import Kind, Person, PersonKey

DAY = date(2026, 3, 2)

# Law A10.2 and A10.3 as a table: the age on the day, the state of the cloud form, and what is told.
TABLE = """
    0   verified    Minor     Granted
    4   verified    Minor     Granted
    12  verified    Minor     Granted
    12  refused     Minor     Denied
    12  withdrawn   Minor     Denied
    12  missing     Minor     -
    12  pending     Minor     -
    12  contested   Minor     -
    12  superseded  Minor     -
    12  expired     Minor     -
    12  invalid     Minor     -
    12  unasked     Minor     -
    13  verified    NotAdult  -
    13  refused     NotAdult  -
    17  verified    NotAdult  -
    17  withdrawn   NotAdult  -
    18  verified    Adult     -
    18  refused     Adult     -
    19  unasked     Adult     -
    ?   verified    -         -
    ?   refused     -         -
"""


def a_pupil(born: date | None, **fields: object) -> Person:
    usual = {"key": PersonKey("oak", "1"), "kind": Kind.PUPIL, "given_name": "A", "surname": "B"}
    return Person(**(usual | fields), born=born)


@pytest.mark.parametrize("row", TABLE.strip().splitlines())
def test_the_tenant_is_told_an_age_group_and_a_minors_consent(row: str):
    age, state, group, word = row.split()
    born = None if age == "?" else DAY.replace(year=DAY.year - int(age))
    cloud = None if state == "unasked" else Consent(state=State(state))
    told = teller(DAY)(a_pupil(born), cloud)
    assert (str(told.age_group or "-"), str(told.consent or "-")) == (group, word)


def test_the_table_has_every_state_of_a_consent():
    assert {row.split()[1] for row in TABLE.strip().splitlines()} == {*map(str, State), "unasked"}


def test_of_staff_and_of_class_log_ons_nothing_is_told():
    yes = Consent(state=State.VERIFIED)
    assert teller(DAY)(a_pupil(date(2019, 1, 1), kind=Kind.STAFF), yes) is NOTHING
    assert teller(DAY)(a_pupil(date(2019, 1, 1), shared=True), yes) is NOTHING
    assert teller(DAY)(a_pupil(date(2026, 3, 3)), yes) == NOTHING


@pytest.mark.parametrize(
    ("group", "consent", "legal", "wrong"),
    [
        ("Minor", "Granted", "MinorWithParentalConsent", False),
        ("minor", "granted", "minorWithParentalConsent", False),
        ("Minor", "NotRequired", "MinorNoParentalConsentRequired", False),
        ("Minor", "Denied", "MinorWithOutParentalConsent", False),
        ("Minor", "Denied", "MinorWithoutParentalConsent", False),
        ("Minor", None, "minorwithoutparentalconsent", False),
        ("NotAdult", None, "NotAdult", False),
        ("Adult", None, "adult", False),
        ("Minor", "Granted", None, False),
        (None, None, None, False),
        ("Minor", "Granted", "MinorWithoutParentalConsent", True),
        ("Minor", "Granted", "Adult", True),
        ("NotAdult", None, "Adult", True),
        (None, "Granted", "Undefined", True),
        (None, None, "Minor", True),
    ],
)
def test_microsofts_own_class_is_read_in_any_spelling(
    group: str | None,
    consent: str | None,
    legal: str | None,
    wrong: bool,  # noqa: FBT001
):
    assert contradicted(group, consent, legal) is wrong


def test_both_cases_of_a_value_are_one():
    assert reads("minor", AgeGroup.MINOR)
    assert reads(None, None)
    assert not reads(None, AgeGroup.MINOR)
    assert not reads("Minor", AgeGroup.ADULT)


def test_not_required_is_never_said():
    said = {told_of(group, state).consent for group in AgeGroup for state in State}
    assert said == {None, "Granted", "Denied"}
    assert told_of(None, State.VERIFIED) == Told()


@given(
    born=st.dates(date(2004, 1, 1), date(2028, 12, 31)),
    day=st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    state=st.sampled_from([*State, None]),
)
@example(born=date(2012, 2, 29), day=date(2025, 2, 28), state=State.VERIFIED)
@example(born=date(2012, 2, 29), day=date(2025, 3, 1), state=State.VERIFIED)
def test_who_is_told_by_the_year_alone_is_told_what_the_birthday_says(
    born: date, day: date, state: State | None
):
    cloud = Consent(state=state) if state else None
    assert teller(day)(a_pupil(born), cloud) == told_of(age_group(born, day), state)
