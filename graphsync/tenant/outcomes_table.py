"""Prints what each answer means and what is done about it, as the tables in docs/tenant.md.

    python -m graphsync.tenant.outcomes_table

Nothing in it is written by hand: the lines are those that `judge` goes by.
"""

from collections.abc import Iterable

from msgspec import Struct

from graphsync.tenant.outcomes import TABLE, Meaning, Row

DONE_ABOUT = {
    Meaning.DONE: "nothing; the delta has to show it (*verified*)",
    Meaning.ADOPT_IF_OURS: "the object of that name is read: ours by its stamp (a group by its"
    " unique name) is *done*, anybody else's *refused*",
    Meaning.RETRY_UNTIL_REPLICATED: "sent again, ever later, until the verify wait is over; then a"
    " bind is split, anything else settled by reading",
    Meaning.NOT_NOW: "rests as long as Retry-After says, and is sent again: 20 times or 10 minutes"
    " in all, then *not tried*",
    Meaning.NOT_TRIED: "sent again as after a 429",
    Meaning.SETTLE_BY_READING: "never sent again; read until it shows (*done*) or the verify wait"
    " is over (*unknown*)",
    Meaning.SPLIT: "its additions are sent one by one",
    Meaning.REFUSED: "nothing; reported as *refused*",
    Meaning.NOT_ALLOWED: "nothing; reported as *refused*, with the permission that it needs",
}


class Outside(Struct, frozen=True, kw_only=True):
    """What is decided before the table is asked, or is no answer to a write."""

    id: str
    what: str
    done: str
    source: str


OUTSIDE = (
    Outside(
        id="no-connection",
        what="no connection could be made",
        done="nothing left: sent again, five tries; then the run ends and the item is *not tried*",
        source="TCP and TLS come before the request",
    ),
    Outside(
        id="no-answer",
        what="the connection ends before the answer does",
        done="a write is settled by reading, a read asked again",
        source="Graph errors: a request without an answer may have been done",
    ),
    Outside(
        id="time-out",
        what="no whole answer within 300 seconds, or silence for 120",
        done="a write is settled by reading, a read asked again",
        source="Graph errors: 504 and time-outs",
    ),
    Outside(
        id="failed-without-body",
        what="5xx to the whole `$batch`, with or without a body",
        done="every item of it is settled by reading",
        source="Graph errors: a POST that ended in 503 or 504 may have committed",
    ),
    Outside(
        id="unreadable",
        what="2xx to a `$batch`, but no batch answer; an item answered twice or not at all",
        done="the items concerned are settled by reading",
        source="Graph JSON batching: one response an id",
    ),
    Outside(
        id="not-graph",
        what="a redirect, a page, or a 4xx without Graph's error envelope",
        done="a write is settled by reading; a read ends the run and says what answered",
        source="Graph errors: every error has a code",
    ),
    Outside(
        id="claims-challenge",
        what="401 to the whole request, with or without claims",
        done="one fresh token, with the claims asked for, and once more; then the run ends",
        source="Microsoft identity platform: claims challenges",
    ),
    Outside(
        id="delta-expired",
        what="410 (or 400) to a delta link",
        done="everything is listed again and a new delta begins",
        source="Graph delta query overview: synchronization reset",
    ),
    Outside(
        id="page-expired",
        what="400 Directory_ExpiredPageToken to the link of a list's next page",
        done="everything is listed again, once",
        source="recorded: links of pages live for minutes",
    ),
    Outside(
        id="throttled-too-long",
        what="a Retry-After of more than 10 minutes",
        done="the items are *not tried* and the run ends",
        source="Graph throttling limits: the longest window is 5 minutes",
    ),
    Outside(
        id="unknown",
        what="any answer that no line knows",
        done="settled by reading",
        source="the answer may mean that it was done",
    ),
)


def tables() -> str:
    """Both tables, in Markdown."""
    return f"{_table(TABLE)}\n{_outside(OUTSIDE)}"


def _table(rows: Iterable[Row]) -> str:
    head = (
        "| id | operation | status | code or text | meaning | what is done | said | source |",
        "|---|---|---|---|---|---|---|---|",
    )
    return _lines([*head, *map(_row, rows)])


def _row(row: Row) -> str:
    cells = (
        row.id,
        ", ".join(f"`{name}`" for name in row.operations) or "any",
        _statuses(*row.statuses),
        _asked(row),
        str(row.meaning).replace("_", " "),
        DONE_ABOUT[row.meaning],
        row.text,
        row.source,
    )
    return f"| {' | '.join(cells)} |"


def _statuses(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _asked(row: Row) -> str:
    several = {None: "", True: "several changes in it", False: "one change in it"}
    named = {None: "", True: "an id", False: "no id in the body"}
    words = (f"`{row.detail}`" if row.detail else "", several[row.several], named[row.names_object])
    return ", ".join(word for word in words if word)


def _outside(rows: Iterable[Outside]) -> str:
    head = ("| id | what happens | what is done | source |", "|---|---|---|---|")
    return _lines([*head, *(f"| {r.id} | {r.what} | {r.done} | {r.source} |" for r in rows)])


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(tables(), end="")  # noqa: T201 - that is what the command is for
