"""Laws of reading that hold for every export."""

from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from roster_exports import RULES, Row, a_pupil, a_teacher, as_csv, as_xml, pupils, read

from graphsync.roster.quality import compare
from graphsync.roster.reading import Reading, RosterRefused
from policies.people import Roster

LETTERS = st.sampled_from("abcÄéŁøÿ'&<>\" -;,_x0020_Z")
NAMES = st.text(LETTERS, min_size=1, max_size=9).map(str.strip).filter(bool)
FORMS = st.sampled_from(["7B", "8A/x", " ", ""])
YEARS = st.sampled_from(["Year  7", "8", "Reception", "N1", "", "nonsense"])
DAYS = st.sampled_from(["01/09/2026", "25/11/2026", "31/12/2099", " 31/12/2099", "", "30/02/2026"])


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    """Pupils' rows with few ids, so that rows of one person meet."""
    number = st.integers(1, 6)
    return draw(
        st.lists(
            st.builds(
                lambda n, name, form, year, day: a_pupil(
                    n, Preferred_Surname=name, Reg=form, Year=year, DOL=day
                ),
                number,
                st.one_of(st.just("Same"), NAMES),
                FORMS,
                YEARS,
                DAYS,
            ),
            min_size=1,
            max_size=12,
        )
    )


LENIENT = msgspec.structs.replace(RULES, max_unreadable_share=1.0)


def roster_of(content: bytes) -> Roster | None:
    """The roster, reasons of the frozen left out (they name rows); None when refused."""
    reading = reading_of(content)
    if reading is None:
        return None
    frozen = tuple(msgspec.structs.replace(one, reason="") for one in reading.roster.frozen)
    return msgspec.structs.replace(reading.roster, frozen=frozen)


def reading_of(content: bytes) -> Reading | None:
    with TemporaryDirectory() as folder:
        try:
            return read(Path(folder), {"a": content}, LENIENT)
        except RosterRefused as refused:
            problems = refused.problems
    assert problems
    assert all(problem.mend for problem in problems)
    return None


@given(rows(), st.randoms())
def test_the_order_of_rows_never_changes_the_roster(some: list[Row], random: object) -> None:
    shuffled = list(some)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert roster_of(as_csv(some)) == roster_of(as_csv(shuffled))


@given(rows())
def test_xml_and_csv_of_the_same_rows_are_the_same_roster(some: list[Row]) -> None:
    """Where each required column is filled once: XML has no columns that nobody fills."""
    filled = [a_pupil(9), *some]
    roster = roster_of(as_csv(filled))
    assert roster is not None
    assert roster == roster_of(as_xml(filled))
    assert roster == roster_of(as_xml(filled, empty_elements=True))


def test_a_required_column_that_no_record_fills_is_missing_in_xml() -> None:
    assert roster_of(as_csv([a_pupil(1, Year="")])) is not None
    assert roster_of(as_xml([a_pupil(1, Year="")])) is None


@given(rows())
def test_merging_a_row_with_itself_changes_nothing(some: list[Row]) -> None:
    assert roster_of(as_csv(some)) == roster_of(as_csv(some + some))


@given(rows())
def test_everyone_named_by_a_row_is_a_person_or_frozen(some: list[Row]) -> None:
    roster = roster_of(as_csv(some))
    assert roster is not None
    told = [one.key.mis_id for one in roster.people] + [one.key.mis_id for one in roster.frozen]
    assert sorted(told) == sorted({row["primary_id"] for row in some})


@given(st.binary(max_size=300))
@example(b"<SuperStarReport>")
@example(b'a,b\n"')
@example(b"PK\x03\x04 no archive")
def test_garbage_is_refused_and_nothing_else(content: bytes) -> None:
    assert reading_of(content) is None


WHOLE_CSV = as_csv(
    [*pupils(60), *(a_pupil(n, Preferred_Forename="Zoë", Reg="8A") for n in range(61, 101))]
)
WHOLE_XML = as_xml([a_pupil(n, Preferred_Forename="Zoë") for n in range(20)])


@given(
    st.sampled_from([WHOLE_CSV, WHOLE_XML, as_csv([a_teacher()]), as_csv(pupils(3), "utf-16")]),
    st.integers(0, 9_000),
    st.integers(0, 40),
    st.binary(max_size=20),
)
@settings(max_examples=200)
def test_a_damaged_file_is_read_or_refused_and_raises_nothing_else(
    whole: bytes, start: int, length: int, patch: bytes
) -> None:
    start %= len(whole)
    reading_of(whole[:start] + patch + whole[start + length :])


@given(st.integers(0, len(WHOLE_XML) - 1))
@example(len(WHOLE_XML.rstrip()) - 1)
def test_xml_cut_anywhere_is_refused(end: int) -> None:
    if end < len(WHOLE_XML.rstrip()):
        assert reading_of(WHOLE_XML[:end]) is None


INTACT = reading_of(WHOLE_CSV)


ENDS_OF_ROWS = [place + 1 for place, byte in enumerate(WHOLE_CSV) if byte == ord("\n")]


@given(st.integers(0, len(WHOLE_CSV) - 1) | st.sampled_from(ENDS_OF_ROWS))
@settings(max_examples=200)
def test_csv_cut_anywhere_is_refused_or_loses_no_more_than_a_night_may(end: int) -> None:
    """A CSV cut between two rows is well formed; then the last accepted export catches the loss."""
    assert INTACT is not None
    cut = reading_of(WHOLE_CSV[:end])
    if cut is None:
        return
    if compare("pb", cut.fingerprint, INTACT.fingerprint, {}, RULES, roll_over=False):
        return
    assert len(cut.roster.people) >= 90
    whole = {person.key: person for person in INTACT.roster.people}
    assert all(whole[person.key].surname == person.surname for person in cut.roster.people)


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "cp1252"])
def test_csv_cut_in_every_place_of_its_last_row_never_names_a_wrong_person(codec: str) -> None:
    whole = as_csv(pupils(8), codec)
    last = len(as_csv(pupils(7), codec))
    known = {f"50{n:02}" for n in range(1, 9)}
    for end in range(last, len(whole)):
        roster = roster_of(whole[:end])
        assert roster is None or {one.key.mis_id for one in roster.people} <= known
