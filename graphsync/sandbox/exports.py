"""Writes the exports of a night of a seeded world, as a school's scheduled task would.

`python -m graphsync.sandbox.exports --seed demo --night 3 --out exports --today 2026-01-14`
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from graphsync.sandbox.exports_files import CsvStyle, Report, cut, write_csv
from graphsync.sandbox.exports_schools import write_school
from graphsync.sandbox.world import Happening
from graphsync.sandbox.world_bench import (
    PUPIL_CAPTIONS,
    STAFF_CAPTIONS,
    bench_schools,
    bench_story,
    people_in,
    pupil_rows,
    staff_rows,
)
from graphsync.sandbox.world_packs import write_packs
from graphsync.sandbox.world_story import CUT_FILE, CUT_NIGHT, demo_on_night, demo_story


def write_exports(name: str, night: int, out: Path, today: date) -> None:
    """Writes `out/<school>/…` as on a night (1 is the first) of the world `demo` or a number.

    `today` is the day of night 1. Files of an earlier night are written over.
    """
    if night < 1:
        raise ValueError(f"night {night}: the first night is 1")
    if name == "demo":
        _write_demo(night, out, today)
    else:
        _write_bench(people_in(name), night, out, today)


def story(name: str) -> tuple[Happening, ...]:
    """What the nights of a world bring, in the order of night, school and person's place."""
    return demo_story() if name == "demo" else bench_story(people_in(name))


def _write_demo(night: int, out: Path, today: date) -> None:
    for school in demo_on_night(night, today):
        write_school(school, out / school.id)
    if night >= CUT_NIGHT:
        cut(out.joinpath(*CUT_FILE))


def _write_bench(people: int, night: int, out: Path, today: date) -> None:
    utf8 = CsvStyle("utf-8")
    for school in bench_schools(people):
        folder = out / school.id
        folder.mkdir(parents=True, exist_ok=True)
        pupils = Report(PUPIL_CAPTIONS, pupil_rows(school, night, today))
        staff = Report(STAFF_CAPTIONS, staff_rows(school, night, today))
        write_csv(folder / "pupils.csv", pupils, utf8)
        write_csv(folder / "staff.csv", staff, utf8)


def _world(name: str) -> str:
    try:
        return name if name == "demo" else str(people_in(name))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; answers the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m graphsync.sandbox.exports",
        description="Write a night's SIMS exports of a seeded world.",
    )
    parser.add_argument("--seed", type=_world, required=True, help="demo, or a number of people")
    parser.add_argument("--night", type=int, default=1, help="1 is the first night")
    parser.add_argument("--out", type=Path, required=True, help="folder for <school>/…")
    parser.add_argument(
        "--today",
        type=date.fromisoformat,
        default=datetime.now(UTC).date(),
        help="the day of night 1, as 2026-01-14",
    )
    parser.add_argument("--packs", type=Path, help="folder for the schools' packs too")
    options = parser.parse_args(arguments)
    write_exports(options.seed, options.night, options.out, options.today)
    if options.packs:
        write_packs(options.seed, options.packs, options.today)
    return 0


if __name__ == "__main__":
    sys.exit(main())
