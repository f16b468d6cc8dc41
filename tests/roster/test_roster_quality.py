from pathlib import Path

import msgspec
import pytest
from roster_exports import RULES, a_pupil, a_teacher, as_csv, as_xml, pupils, read

from graphsync.roster.quality import Fingerprint, compare

COLUMNS = {"pupils": ("id", "surname", "leaves"), "staff": ("id", "surname")}
BASE = Fingerprint(
    counts={"pupil": 812, "staff": 40},
    years={"pupil/7": 160, "pupil/8": 4},
    forms={"pupil/7B": 28},
    columns=COLUMNS,
    identities=tuple(range(100)),
)


def told(new: Fingerprint, last: Fingerprint | None = BASE, **rest: object) -> list[str]:
    others = rest.get("others", {})
    assert isinstance(others, dict)
    roll_over = bool(rest.get("roll_over", False))
    return [str(problem) for problem in compare("pb", new, last, others, RULES, roll_over)]


def but(**changes: object) -> Fingerprint:
    return msgspec.structs.replace(BASE, **changes)


def test_the_same_export_again_and_the_first_one_are_accepted() -> None:
    assert told(BASE) == []
    assert told(BASE, None) == []


def test_a_kind_that_falls_too_far_is_refused_with_the_numbers() -> None:
    (text,) = told(but(counts={"pupil": 655, "staff": 40}))
    assert "pupils fell from 812 to 655 (19 %); limit 10 %" in text
    assert "roll_over" in text


@pytest.mark.parametrize(
    ("before", "now", "refusals"), [(812, 731, 0), (812, 730, 1), (10, 6, 0), (10, 5, 1), (5, 0, 1)]
)
def test_a_loss_needs_both_its_share_and_the_size_of_a_group(
    before: int, now: int, refusals: int
) -> None:
    new, last = but(counts={"staff": now}), but(counts={"staff": before})
    assert len(told(new, last)) == refusals


def test_year_and_form_groups_must_not_vanish() -> None:
    texts = told(but(years={"pupil/8": 4}, forms={}))
    assert [text.split(" (")[0].split(";")[0] for text in texts] == [
        "pb: year 7 vanished: 160 people last time, none now",
        "pb: form 7B vanished: 28 people last time, none now",
    ]


def test_a_small_group_may_vanish() -> None:
    assert told(but(years={"pupil/7": 160})) == []


def test_in_a_roll_over_pupils_and_groups_may_go_but_staff_may_not() -> None:
    new = but(counts={"pupil": 600, "staff": 30}, years={}, forms={})
    (text,) = told(new, roll_over=True)
    assert "staff fell from 40 to 30 (25 %)" in text


def test_a_column_that_was_there_last_time_must_not_go_even_in_a_roll_over() -> None:
    columns = COLUMNS | {"pupils": ("id", "surname")}
    (text,) = told(but(columns=columns), roll_over=True)
    assert "the pupils report had the column leaves last time" in text


def test_a_report_that_was_there_last_time_is_refused_by_name_and_once() -> None:
    new = but(columns={"pupils": COLUMNS["pupils"]}, counts={"pupil": 812})
    (text,) = told(new)
    assert "the staff report was there last time" in text


def test_a_report_that_was_never_there_is_no_loss() -> None:
    last = but(columns={"pupils": COLUMNS["pupils"]}, counts={"pupil": 812})
    assert told(BASE, last) == []


def test_another_schools_file_is_told_by_who_is_in_it() -> None:
    (text,) = told(BASE, None, others={"river": but(identities=tuple(range(50, 300)))})
    assert "50 of 100 people (50 %) are those of river" in text
    assert told(BASE, None, others={"river": but(identities=tuple(range(51, 300)))}) == []
    assert told(BASE, None, others={"pb": BASE}) == []


def test_a_file_of_mostly_unknown_people_is_refused() -> None:
    (text,) = told(but(identities=tuple(range(71, 171))))
    assert "only 29 people (29 %) are those of the last accepted export" in text
    assert told(but(identities=tuple(range(70, 170)))) == []


def test_fewer_than_twenty_people_tell_nothing() -> None:
    small = but(identities=tuple(range(19)))
    assert told(but(identities=tuple(range(900, 919))), small) == []


def test_a_fingerprint_counts_those_who_have_not_left(tmp_path: Path) -> None:
    rows = [*pupils(3), a_pupil(4, DOL="24/11/2026"), a_pupil(5, DOL="25/11/2026", Year="R")]
    print_ = read(tmp_path, {"a.csv": as_csv(rows), "b.csv": as_csv([a_teacher()])}).fingerprint
    assert print_.counts == {"pupil": 4, "staff": 1}
    assert print_.years == {"pupil/7": 3, "pupil/R": 1}
    assert print_.forms == {"pupil/7B": 4}
    assert len(print_.identities) == 6
    assert "leaves" in print_.columns["pupils"]


def prints(folder: Path, *exports: bytes) -> list[Fingerprint]:
    return [read(folder, {"a": export}).fingerprint for export in exports]


def test_a_leaving_date_that_nobody_has_any_more_is_no_lost_column_in_xml(tmp_path: Path) -> None:
    stay, gone = pupils(30), a_pupil(31, DOL="20/11/2026")
    last, new = prints(tmp_path, as_xml([*stay, gone]), as_xml(stay))
    assert "leaves" not in new.columns["pupils"]
    assert told(new, last) == []


def test_a_leaving_date_that_its_people_lost_is_a_lost_column_in_xml(tmp_path: Path) -> None:
    stay, gone = pupils(30), a_pupil(31, DOL="20/11/2026")
    last, new = prints(tmp_path, as_xml([*stay, gone]), as_xml([*stay, gone | {"DOL": ""}]))
    (text,) = told(new, last)
    assert "column leaves" in text


def test_a_column_that_most_had_is_lost_in_xml_whoever_is_left(tmp_path: Path) -> None:
    last, new = prints(
        tmp_path, as_xml(pupils(30)), as_xml([a_pupil(n, Reg="") for n in range(1, 31)])
    )
    assert any("column form" in text for text in told(new, last))


def test_in_csv_a_column_that_goes_is_lost_though_nobody_had_a_value(tmp_path: Path) -> None:
    without = [{k: v for k, v in row.items() if k != "DOL"} for row in pupils(30)]
    last, new = prints(tmp_path, as_csv(pupils(30)), as_csv(without))
    assert any("column leaves" in text for text in told(new, last))
