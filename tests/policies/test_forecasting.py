"""The day a subscription runs out, against a plain walk over every night."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.forecasting import (
    COUNTED,
    Certainty,
    Claim,
    Forecast,
    Night,
    Outlook,
    Part,
    Pool,
    Scenario,
    forecasts,
    outlook,
)

TONIGHT = date(2026, 9, 1)
DAYS = 12


def night(number: int) -> date:
    return TONIGHT + timedelta(days=number)


def a_claim(takes: int | None = None, gives_back: int | None = None, **fields: object) -> Claim:
    return Claim(
        **{"school": "oak", "sku": "A1"} | fields,  # type: ignore[arg-type]
        takes=None if takes is None else night(takes),
        gives_back=None if gives_back is None else night(gives_back),
    )


def a_forecast(bought: int, *claims: Claim, **fields: int) -> Forecast:
    held = sum(claim.takes is None for claim in claims)
    pool = Pool(sku="A1", bought=bought, **({"consumed": held} | fields))
    (found,) = forecasts([pool], claims, TONIGHT, DAYS)
    return found


def first_refusal(free: int, claims: list[Claim], scenario: Scenario) -> tuple[date | None, int]:
    """Night by night, unit by unit: who wants one asks, whose time is up hands it back."""
    counted = [one for one in claims if one.certainty in COUNTED[scenario]]
    waiting = [one for one in counted if one.takes is not None]
    holding = [one for one in counted if one.takes is None]
    for number in range(DAYS):
        today, refused = night(number), 0
        for claim in list(waiting):
            assert claim.takes
            if claim.takes > today:
                continue
            if free < 1:
                refused += 1
                continue
            free -= 1
            waiting.remove(claim)
            holding.append(claim)
        if refused:
            return today, refused
        for claim in list(holding):
            if claim.gives_back is not None and claim.gives_back <= today:
                holding.remove(claim)
                free += 1
    return None, 0


@st.composite
def claims(draw: st.DrawFn) -> list[Claim]:
    found = []
    for _ in range(draw(st.integers(0, 6))):
        takes = draw(st.none() | st.integers(-2, DAYS + 1))
        stays = draw(st.none() | st.integers(1, 8))
        back = None if stays is None else max(takes or 0, 0) + stays
        if takes is None and stays is not None:
            back = stays - 3
        certainty = Certainty.KNOWN if takes is None else draw(st.sampled_from(Certainty))
        found.append(a_claim(takes, back, certainty=certainty))
    return found


@given(free=st.integers(-2, 4), claims=claims(), scenario=st.sampled_from(Scenario))
def test_the_day_is_that_of_the_first_refusal_night_by_night(
    free: int, claims: list[Claim], scenario: Scenario
) -> None:
    told = outlook(free, claims, TONIGHT, night(DAYS - 1), scenario)
    assert (told.runs_out, told.refused) == first_refusal(free, claims, scenario)


@given(free=st.integers(-2, 4), claims=claims())
def test_more_yeses_never_make_it_last_longer(free: int, claims: list[Claim]) -> None:
    days = [
        outlook(free, claims, TONIGHT, night(DAYS), one).runs_out or date.max for one in Scenario
    ]
    assert days == sorted(days, reverse=True)


def test_a_unit_that_comes_back_tonight_is_there_tomorrow() -> None:
    leaver = a_claim(gives_back=3)
    same, later = a_forecast(1, leaver, a_claim(3)), a_forecast(1, leaver, a_claim(4))
    assert same.outlooks[0].runs_out == night(3)
    assert later.outlooks[0] == Outlook(
        scenario=Scenario.AS_KNOWN,
        runs_out=None,
        refused=0,
        nights=(
            Night(day=night(3), wanted=0, taken_back=1, free=1),
            Night(day=night(4), wanted=1, taken_back=0, free=0),
        ),
    )


def test_what_lies_behind_the_horizon_is_not_told() -> None:
    assert a_forecast(0, a_claim(DAYS)).outlooks[0].runs_out is None
    assert a_forecast(0, a_claim(DAYS - 1)).outlooks[0].runs_out == night(DAYS - 1)


def test_a_pool_that_is_overdrawn_refuses_only_whom_there_is() -> None:
    assert a_forecast(10, consumed=14).outlooks[0].runs_out is None
    told = a_forecast(10, a_claim(0), a_claim(0), consumed=14).outlooks[0]
    assert (told.runs_out, told.refused, told.nights[-1].free) == (TONIGHT, 2, -4)


@pytest.mark.parametrize(
    ("scenario", "runs_out"),
    [
        (Scenario.AS_KNOWN, None),
        (Scenario.ASKED_YES, night(5)),
        (Scenario.ALL_YES, night(2)),
    ],
)
def test_pupils_without_a_yes_count_in_scenarios_of_their_own(
    scenario: Scenario, runs_out: date | None
) -> None:
    people = [
        a_claim(1),
        a_claim(5, certainty=Certainty.ASKED),
        a_claim(2, certainty=Certainty.OPEN),
    ]
    told = {one.scenario: one.runs_out for one in a_forecast(1, *people).outlooks}
    assert told[scenario] == runs_out


def test_each_school_has_its_part_of_one_pool() -> None:
    told = a_forecast(
        20,
        a_claim(),
        a_claim(gives_back=2),
        a_claim(gives_back=DAYS),
        a_claim(0),
        a_claim(3, 5),
        a_claim(0, certainty=Certainty.ASKED),
        a_claim(3, 5, certainty=Certainty.OPEN),
        a_claim(school="elm"),
        consumed=7,
    )
    assert told.parts == (
        Part(school="elm", held=1),
        Part(school="oak", held=3, due=1, starting=1, asked=1, open=1, leaving=2),
    )
    assert told.elsewhere == 3
    assert told.outlooks[0].nights[0] == Night(day=TONIGHT, wanted=1, taken_back=0, free=12)
