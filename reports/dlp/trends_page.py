"""Trends of data loss as text and as a page for people: one table, a column for each period."""

from collections.abc import Iterator

from policies.mail_trends import Cell, Mark, Trends
from reports.run_page import template

HIDDEN = "-"
NOTE = "<5 stands for 1 to 4, - for a number that would tell of one. Nothing adds up over periods."
DESK = "For the DPO's desk alone: small numbers are told."


def rows(told: Trends) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every row of the page: of which table, its name, a word for each period."""
    shares = (
        ("unblocked, share", told.unblocked_share),
        ("overridden, share", told.override_share),
    )
    for name, series in shares:
        yield "share", name, tuple(map(percent, series))
    numbers = (
        ("incidents", told.incidents),
        ("unblocked", told.unblocked),
        ("overridden", told.overridden),
        ("decided", told.decided),
    )
    for name, cells in numbers:
        yield "number", name, tuple(map(_cell, cells))
    for name, hours in (("median", told.median_hours), ("worst", told.worst_hours)):
        words = tuple(HIDDEN if one is None else f"{one:,.1f}" for one in hours)
        yield "hours to a decision", name, words
    for table in told.tables:
        for line in table.lines:
            yield table.by, line.name, tuple(map(_cell, line.cells))


def percent(share: float | None) -> str:
    """A share as people read it; `-` where it is not told."""
    return HIDDEN if share is None else f"{share:.1%}"


def note(told: Trends) -> str:
    """What the marks mean, or whose page it is."""
    return NOTE if told.suppressed else DESK


def as_text(told: Trends) -> str:
    """For a terminal."""
    every = [("", "", tuple(map(str, told.periods))), *rows(told)]
    first = max(len(f"{of} {name}") for of, name, _ in every)
    lines = [
        f"{f'{of} {name}'.strip():{first}}  " + "  ".join(f"{word:>10}" for word in words)
        for of, name, words in every
    ]
    head = f"Unblocked: {percent(told.headline)} of the incidents of {', '.join(told.schools)}"
    return "\n".join([head, "", *lines, "", note(told)]) + "\n"


def page(told: Trends) -> str:
    """The whole page; it runs no script and fetches nothing."""
    headline = percent(told.headline)
    made = template("dlp_trends.html")
    return made.render(told=told, rows=list(rows(told)), headline=headline, note=note(told))


def _cell(cell: Cell) -> str:
    if isinstance(cell, Mark):
        return HIDDEN if cell is Mark.HIDDEN else str(cell)
    return f"{cell:,}"
