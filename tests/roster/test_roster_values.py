from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphsync.roster.columns import CAPTIONS, REPORTS, decode_name, plain
from graphsync.roster.problems import RosterRefused
from graphsync.roster.values import (
    UNREADABLE,
    read_admission_number,
    read_dates,
    read_entry_year,
    read_flag,
    read_id,
    read_year,
    status_reader,
)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("Year  7", "7"),
        ("Year 10", "10"),
        ("Year7", "7"),
        ("7", "7"),
        ("07", "7"),
        ("Y7", "7"),
        ("Yr 7", "7"),
        ("Year Group 14", "14"),
        ("R", "R"),
        ("Reception", "R"),
        ("Year R", "R"),
        ("Nursery", "N2"),
        ("Nursery 1", "N1"),
        ("N2", "N2"),
        ("", None),
        ("X", None),
        ("E1", None),
        ("Year 15", UNREADABLE),
        ("0", UNREADABLE),
        ("seven", UNREADABLE),
        ("7 8", UNREADABLE),
    ],
)
def test_years_are_normalised(text: str, year: object) -> None:
    assert read_year(text) == year


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("01/09/2026", date(2026, 9, 1)),
        ("1/9/2026", date(2026, 9, 1)),
        ("01/09/2026 00:00:00", date(2026, 9, 1)),
        ("2026-09-01", date(2026, 9, 1)),
        ("2026-09-01T00:00:00", date(2026, 9, 1)),
        ("2026-09-01T00:00:00.000Z", date(2026, 9, 1)),
        ("", None),
        ("01/09/26", UNREADABLE),
        ("31/02/2026", UNREADABLE),
        ("2026-02-31", UNREADABLE),
        ("01/09/0026", UNREADABLE),
        ("soon", UNREADABLE),
    ],
)
def test_dates_are_read_day_first_or_iso(text: str, day: object) -> None:
    assert read_dates([text], "a.csv", "DOA")[text] == day


def test_a_day_in_the_place_of_the_month_is_american_and_an_impossible_date_is_not() -> None:
    with pytest.raises(RosterRefused, match="month before the day"):
        read_dates(["01/02/2026", "12/31/2026"], "a.csv", "DOA")
    assert read_dates(["32/13/2026"], "a.csv", "DOA") == {"32/13/2026": UNREADABLE}


def test_iso_with_and_without_time_is_one_format() -> None:
    assert len(read_dates(["2026-09-01", "2026-09-01T00:00:00"], "a", "DOA")) == 2


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_reads_back_in_both_formats(day: date) -> None:
    for text in (day.isoformat(), f"{day.isoformat()}T00:00:00", f"{day:%d/%m/}{day.year}"):
        try:
            assert read_dates([text], "a", "DOA")[text] == day
        except RosterRefused:
            pytest.fail("a date of ours was taken for an American one")


@pytest.mark.parametrize(
    ("text", "mis_id"),
    [
        ("5523", "5523"),
        ("005523", "5523"),
        ("{6F9619FF-8B86-D011-B42D-00C04FC964FF}", "6f9619ff-8b86-d011-b42d-00c04fc964ff"),
        ("", UNREADABLE),
        ("0", UNREADABLE),
        ("5,523", UNREADABLE),
        ("5.5E+03", UNREADABLE),
        ("#N/A", UNREADABLE),
    ],
)
def test_ids_are_numbers_or_guids(text: str, mis_id: object) -> None:
    assert read_id(text) == mis_id


@pytest.mark.parametrize(
    ("text", "year"), [("2019", 2019), ("2019/2020", 2019), ("", None), ("19", UNREADABLE)]
)
def test_entry_years_are_calendar_years(text: str, year: object) -> None:
    assert read_entry_year(text) == year


def test_admission_numbers_are_padded_digits() -> None:
    assert read_admission_number("412") == read_admission_number("000412") == "000412"
    assert read_admission_number("A12") == "A12"
    assert read_admission_number("") == ""


@pytest.mark.parametrize(
    ("text", "flag"), [("T", True), ("false", False), ("Y", True), ("", None), ("?", UNREADABLE)]
)
def test_flags_are_yes_no_or_nothing(text: str, flag: object) -> None:
    assert read_flag(text) == flag


@pytest.mark.parametrize(
    ("text", "code"),
    [("C", "C"), ("m", "M"), ("SUB", "S"), ("MN-D", "M"), ("Boarder", "Boarder"), ("DUAL", None)],
)
def test_statuses_are_codes_words_or_the_packs_own(text: str, code: str | None) -> None:
    read = status_reader(("C", "Boarder"))
    assert read(text) == (UNREADABLE if code is None else code)


def encoded(name: str) -> str:
    """As .NET's XmlConvert.EncodeLocalName: what is no letter or digit, and `_` before x."""
    escaped = name.replace("_x", "_x005F_x")
    return "".join(
        one
        if one.isalnum() or one == "_"
        else f"_x{ord(one):04X}_"
        if ord(one) < 0x10000
        else f"_x{ord(one):08X}_"
        for one in escaped
    )


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=12))
def test_names_of_elements_decode_to_their_captions(caption: str) -> None:
    assert decode_name(encoded(caption)) == caption


def test_what_is_no_character_stays_as_it_was() -> None:
    assert decode_name("_xD800_a_x00110000_b_x20_") == "_xD800_a_x00110000_b_x20_"


def test_no_caption_stands_for_two_columns_of_one_report() -> None:
    for report in REPORTS.values():
        names = [plain(name) for column in report.columns for name in CAPTIONS[column]]
        assert len(names) == len(set(names))
