"""A term's pack: bands that cannot be subtracted into somebody, amber where nothing is known."""

import itertools
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.termly import (
    BAND,
    FEW,
    Clocks,
    Facts,
    Figure,
    Joined,
    Left,
    Mails,
    Mood,
    Seen,
    banded,
    figures,
)
from policies.terms import term_named, term_on, terms_back

NOW = datetime(2026, 11, 25, 7, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
EXACT = {"runs", "policies"}  # of no people


def facts(**fields: object) -> Facts:
    usual = {
        "at": NOW,
        "now": NOW,
        "roster_at": NOW,
        "seen_at": NOW,
        "mail_at": NOW,
        "runs": tuple(("applied", NOW - timedelta(days=back)) for back in (2, 1, 0)),
    }
    return Facts(**(usual | fields))  # type: ignore[arg-type]


def figure(name: str, told: Facts) -> Figure:
    return next(one for one in figures(told) if one.name == name)


def possible(told: str) -> range:
    """The numbers that somebody who reads this may think of."""
    if told == "0":
        return range(1)
    if told == FEW:
        return range(1, BAND)
    least, most = told.replace(",", "").split(" to ")
    return range(int(least), int(most) + 1)


def test_terms_cover_the_year_and_none_overlaps() -> None:
    day, last = date(2025, 1, 1), date(2028, 12, 31)
    found = list(terms_back(last, day))[::-1]
    assert (found[0].begin, found[-1].end) == (day, last)
    for one, following in itertools.pairwise(found):
        assert following.begin - one.end == timedelta(days=1)
    assert [one.name for one in found[:4]] == [
        "2025-spring",
        "2025-summer",
        "2025-autumn",
        "2026-spring",
    ]
    assert found[2].title == "Autumn term 2025"


@given(st.dates())
def test_the_term_of_a_day_holds_it_and_is_found_by_its_name(day: date) -> None:
    term = term_on(day)
    assert term.begin <= day <= term.end
    assert term_named(term.name) == term


@pytest.mark.parametrize(
    "name", ["", "2026", "2026-winter", "26-autumn", "0000-spring", "²026-spring"]
)
def test_no_other_name_is_a_term(name: str) -> None:
    assert term_named(name) is None


NUMBERS = st.integers(0, 40)


@given(NUMBERS, NUMBERS)
def test_differencing_two_packs_cannot_give_a_cell_under_5(before: int, after: int) -> None:
    """Law B9, worst case (a): what changed is never known to be one number of 1 to 4."""
    first, second = banded(before), banded(after)
    changes = {b - a for a in possible(first) for b in possible(second)}
    assert after - before in changes
    few = {one for one in changes if 0 < abs(one) < BAND}
    assert changes - few or len(few) == BAND - 1  # all of 1 to 4: that is what `<5` says


PEOPLE = st.integers(0, 30)


@given(st.lists(PEOPLE, min_size=2, max_size=3), st.integers(0, 2))
def test_no_total_and_no_other_part_gives_a_part_under_5_away(parts: list[int], nth: int) -> None:
    """Secondary suppression: beside two others and their total a small part is one of several.

    Of four it would not be (1, 1, 1, 1 of `<5`): no figure shares one total out among more than
    three, and none tells its total.
    """
    told = [possible(banded(one)) for one in parts]
    small = [one for one in parts if 0 < one < BAND]
    band = possible(banded(sum(parts)))
    number = parts[nth % len(parts)]
    if number in small:
        others = [one for place, one in enumerate(told) if place != nth % len(parts)]
        least, most = sum(map(min, others)), sum(map(max, others))
        left = {one for one in range(1, BAND) if one + least <= band[-1] and one + most >= band[0]}
        assert len(left) > 1


@given(
    st.builds(Joined, st.lists(st.integers(-9, 60), max_size=30).map(tuple), PEOPLE),
    st.builds(
        Left,
        st.lists(st.timedeltas(timedelta(), timedelta(days=9)), max_size=30).map(tuple),
        PEOPLE,
    ),
    st.builds(Seen, strangers=PEOPLE, unlisted=PEOPLE, unconsented=PEOPLE),
    st.builds(Mails, open=PEOPLE, overdue=PEOPLE, overruled=PEOPLE),
    st.builds(Clocks, in_time=PEOPLE, late=PEOPLE, running=PEOPLE, suspected=PEOPLE),
)
def test_every_number_of_people_is_told_as_a_band(
    joined: Joined, left: Left, seen: Seen, mail: Mails, clocks: Clocks
) -> None:
    told = facts(joined=joined, left=left, seen=seen, mail=mail, clocks=clocks)
    for one in figures(told):
        if one.name in EXACT:
            continue
        for part in one.parts:
            if "(" in part.name:  # a median and a worst, of five at least
                few = joined.lead if "before" in part.name else left.blocked
                assert (len(few) < BAND) == part.told.startswith("not told")
            else:
                assert re.fullmatch(r"0|<5|[\d,]+ to [\d,]+", part.told), part


def test_a_term_without_runs_says_so_and_nothing_of_it_is_good() -> None:
    nothing = facts(runs=(), roster_at=None, seen_at=None, mail_at=None)
    assert figure("runs", nothing).parts[0].told == "no runs"  # law A1.9
    for name in ("runs", "joiners", "leavers", "orphans", "licences_without_consent", "exceptions"):
        one = figure(name, nothing)
        assert (one.mood, one.note) == (Mood.WAIT, "no data")


def test_no_runs_for_two_weeks_is_amber() -> None:
    """Law B9, worst case (b): a green pack when nothing ran is false comfort."""
    for days, mood in ((14, Mood.GOOD), (15, Mood.WAIT)):
        last = NOW - timedelta(days=days)
        told = facts(runs=(("applied", last),), seen_at=last, roster_at=last)
        for name in ("runs", "joiners", "leavers", "orphans", "licences_without_consent"):
            assert figure(name, told).mood is mood, (name, days)
    gap = (("applied", NOW - timedelta(days=30)), ("applied", NOW))
    assert figure("runs", facts(runs=gap)).note == "once 30 days without a run"


def test_old_data_do_not_make_what_is_bad_any_better() -> None:
    old = NOW - timedelta(days=40)
    assert figure("leavers", facts(seen_at=old, left=Left((), 1))).mood is Mood.BAD


def test_runs_are_counted_by_how_they_ended_and_a_last_one_that_failed_is_bad() -> None:
    at = [NOW - timedelta(days=back) for back in (3, 2, 1, 0)]
    states = ("applied", "parked", "drafted", "refused")
    one = figure("runs", facts(runs=tuple(zip(states, at, strict=True))))
    assert {part.name: part.told for part in one.parts} == {
        "runs": "4",
        "carried out": "1",
        "waits for the head": "1",
        "export refused": "1",
        "nothing to do, or only shown": "1",
    }
    assert (one.mood, one.as_of) == (Mood.BAD, at[2])


def test_a_late_account_is_amber() -> None:
    assert figure("joiners", facts(joined=Joined((5, 3, 0, 7, 9)))).mood is Mood.GOOD
    late = figure("joiners", facts(joined=Joined((5, 3, -2, 7, 9))))
    assert late.mood is Mood.WAIT
    assert {part.name: part.told for part in late.parts} == {
        "ready on the first day": FEW,
        "later": FEW,
        "no account yet": "0",
        "median (days before the first day)": "5",
        "worst (days before the first day)": "-2",
    }
    assert figure("joiners", facts(joined=Joined((), 1))).mood is Mood.WAIT


def test_a_leaver_who_can_sign_in_is_bad() -> None:
    hours = tuple(timedelta(hours=one) for one in (1, 2, 3, 4, 5))
    assert figure("leavers", facts(left=Left(hours))).mood is Mood.GOOD
    assert figure("leavers", facts(left=Left((*hours, timedelta(hours=25))))).mood is Mood.WAIT
    assert figure("leavers", facts(left=Left(hours, 1))).mood is Mood.BAD


def test_one_licence_without_consent_is_bad() -> None:
    one = figure("licences_without_consent", facts(seen=Seen(unconsented=1)))
    assert (one.mood, one.parts[0].told) == (Mood.BAD, FEW)


def test_what_is_overdue_or_overruled_is_amber() -> None:
    assert figure("exceptions", facts(mail=Mails(open=9))).mood is Mood.GOOD
    assert figure("exceptions", facts(mail=Mails(open=9, overdue=1))).mood is Mood.WAIT
    assert figure("exceptions", facts(mail=Mails(overruled=1))).mood is Mood.WAIT


def test_one_late_notice_is_bad() -> None:
    assert figure("breaches", facts(clocks=Clocks(in_time=3))).mood is Mood.GOOD
    assert figure("breaches", facts(clocks=Clocks(in_time=3, running=1))).mood is Mood.WAIT
    assert figure("breaches", facts(clocks=Clocks(in_time=3, late=1))).mood is Mood.BAD


def test_each_figure_says_its_rule_and_names_a_test_that_there_is() -> None:
    for one in figures(facts(overdue=1, seen=Seen(strangers=1))):
        assert one.rule.endswith(".")
        assert one.law
        path, name = one.test.split("::")
        assert f"def {name}(" in (ROOT / path).read_text("utf-8"), one.test
