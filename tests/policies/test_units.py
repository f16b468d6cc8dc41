"""Organisational units: whose account belongs where, and what counts as lying there."""

import pytest

from policies.people import Kind, Person, PersonKey
from policies.units import lies_in, unit_of, unit_path

PUPILS = "OU=Pupils,DC=oak,DC=internal"
YEAR_7 = f"OU=Year 7,{PUPILS}"
UNITS = {"pupil": PUPILS, "7": YEAR_7}


def a_person(kind: Kind, year: str | None = None) -> Person:
    return Person(
        key=PersonKey("oak", "1"), kind=kind, given_name="Amy", surname="Smith", year=year
    )


@pytest.mark.parametrize(
    ("kind", "year", "unit"),
    [
        (Kind.PUPIL, "7", YEAR_7),
        (Kind.PUPIL, "8", PUPILS),
        (Kind.PUPIL, None, PUPILS),
        (Kind.STAFF, None, None),
    ],
)
def test_a_year_goes_before_the_kind_and_silence_is_no_unit(
    kind: Kind, year: str | None, unit: str | None
) -> None:
    assert unit_of(a_person(kind, year), UNITS) == unit


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        (f"CN=Amy,{YEAR_7}", YEAR_7),
        (f"CN=Amy,{YEAR_7}", PUPILS),
        (f"cn=amy,ou=year 7, {PUPILS.lower()}", YEAR_7),
    ],
)
def test_an_object_lies_in_its_unit_and_in_every_one_above(name: str, unit: str) -> None:
    assert lies_in(name, unit)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        (f"CN=Amy,{PUPILS}", YEAR_7),
        (rf"CN=Smith\,OU=Year 7,{PUPILS}", YEAR_7),
        (YEAR_7, YEAR_7),
        (f"CN=Amy,OU=My {YEAR_7[3:]}", YEAR_7),
        ("", PUPILS),
    ],
)
def test_it_lies_in_none_beside_it(name: str, unit: str) -> None:
    assert not lies_in(name, unit)


@pytest.mark.parametrize("path", [PUPILS, "CN=Users,DC=oak,DC=internal", r"OU=A\, B,DC=oak"])
def test_a_units_distinguished_name_is_taken(path: str) -> None:
    assert unit_path(path) == path


@pytest.mark.parametrize(
    "path", ["", "Pupils", "DC=oak", "OU=Pupils", "OU=a;b,DC=oak", "OU=a\n,DC=oak", "OU=,DC=oak", 7]
)
def test_anything_else_is_refused(path: object) -> None:
    with pytest.raises(ValueError, match="OU=Year 7,OU=Pupils"):
        unit_path(path)
