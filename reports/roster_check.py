"""What a school's exports hold and what is wrong with them, before anything is planned."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from graphsync.roster.problems import FileFacts, Problem, RosterRefused
from reports.listing import trimmed
from reports.words import clean, counted, people_of

if TYPE_CHECKING:
    from graphsync.roster.reading import Reading
    from policies.rules import RosterRules

YEARS = ("N1", "N2", "R", *map(str, range(1, 15)))
SHOWN = 40


class RosterCheck(Struct, frozen=True, kw_only=True):
    """One school's exports. `counts` goes by kind, `years` by kind and then year.

    `blanks` gives, by report, the share of blank cells of the columns that have any. `held` counts
    people whose row cannot be trusted, `unidentified` rows that name nobody.
    """

    school: str
    accepted: bool
    counts: dict[str, int] = {}
    years: dict[str, dict[str, int]] = {}
    blanks: dict[str, dict[str, float]] = {}
    held: int = 0
    unidentified: int = 0
    files: tuple[FileFacts, ...] = ()
    problems: tuple[Problem, ...] = ()


def checked(
    school: str,
    paths: Sequence[Path],
    rules: "RosterRules",
    now: datetime,
    lost: Callable[["Reading"], tuple[Problem, ...]] = lambda _: (),
) -> RosterCheck:
    """What these exports hold, read as a run would; `lost` says why one that reads is refused."""
    from graphsync.roster.blanks import blank_shares
    from graphsync.roster.reading import read_roster

    try:
        reading = read_roster(paths, school, rules, now)
    except RosterRefused as refused:
        return RosterCheck(school=school, accepted=False, problems=refused.problems)
    losses = lost(reading)
    years: dict[str, dict[str, int]] = defaultdict(dict)
    for name, number in reading.fingerprint.years.items():
        kind, _, year = name.partition("/")
        years[kind][year] = number
    return RosterCheck(
        school=school,
        accepted=not losses,
        counts=dict(reading.counts),
        years=dict(years),
        blanks=blank_shares(paths, rules, now),
        held=len(reading.roster.frozen),
        unidentified=sum(reading.roster.unidentified.values()),
        files=reading.files,
        problems=(*losses, *reading.problems),
    )


def as_text(checks: tuple[RosterCheck, ...], width: int | None = None) -> str:
    """The checks for people, in the order given."""
    console = Console(width=width, highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        for check in checks:
            _print(check, console)
    return trimmed(captured.get())


def _print(check: RosterCheck, console: Console) -> None:
    word, style = ("ACCEPTED", "bold green") if check.accepted else ("REFUSED", "bold red")
    title = Text.assemble((clean(check.school), "bold"), "  ", (word, style))
    console.print(Rule(title, align="left", style="dim"))
    if check.files:
        console.print(_files(check))
    if check.counts:
        people = ", ".join(people_of(kind, number) for kind, number in check.counts.items())
        console.print(Text(f"\n{people}{_not_counted(check)}"))
    for kind, years in check.years.items():
        console.print(Padding(Text(f"{kind} by year: {_by_year(years)}"), (0, 0, 0, 2)))
    for report, shares in check.blanks.items():
        text = f"blank in {report}: {_shares(shares)}"
        console.print(Padding(Text(clean(text)), (0, 0, 0, 2)))
    if check.problems:
        _print_problems(check, console)
    elif check.accepted:
        console.print(Text("No problem found."))
    console.print()


def _files(check: RosterCheck) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    table.add_column("file", overflow="fold")
    table.add_column("report")
    table.add_column("rows", justify="right")
    table.add_column("format")
    table.add_column("encoding", overflow="fold")
    for file in check.files:
        cells = (clean(file.file), file.report, f"{file.rows:,}", file.format, file.encoding)
        table.add_row(*map(Text, cells))
    return table


def _not_counted(check: RosterCheck) -> str:
    held = f"; {counted(check.held, 'person', 'people')} held for a row that cannot be trusted"
    unknown = f"; {counted(check.unidentified, 'row')} whose person cannot be told"
    return (held if check.held else "") + (unknown if check.unidentified else "")


def _by_year(years: Mapping[str, int]) -> str:
    known = [year for year in YEARS if year in years]
    others = sorted(years.keys() - set(YEARS))
    return ", ".join(f"{clean(year) or 'none'}: {years[year]:,}" for year in (*known, *others))


def _shares(shares: Mapping[str, float]) -> str:
    fullest = sorted(shares.items(), key=lambda one: -one[1])
    return ", ".join(
        f"{column} {share:.0%}" if share >= 0.005 else f"{column} <1%" for column, share in fullest
    )


def _print_problems(check: RosterCheck, console: Console) -> None:
    console.print(Text(f"\n{counted(len(check.problems), 'problem')}", style="bold"))
    for problem in check.problems[:SHOWN]:
        row = f"row {problem.row:,}" if problem.row else ""
        column = f"column {problem.column}" if problem.column else ""
        where = ", ".join(part for part in (problem.file, row, column) if part)
        console.print(Padding(Text(clean(f"{where}: {problem.what}")), (0, 0, 0, 2)))
        if problem.mend:
            console.print(Padding(Text(clean(f"→ {problem.mend}"), style="italic"), (0, 0, 0, 4)))
    if (more := len(check.problems) - SHOWN) > 0:
        console.print(Padding(Text(f"… and {more:,} more, with --json", style="dim"), (0, 0, 0, 2)))
