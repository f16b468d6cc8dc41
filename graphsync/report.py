"""What a run says of itself: the values behind every printed plan, JSON document and page.

The shapes are those of the published interface; rendering lives in `reports/`.
"""

from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any

from msgspec import Struct

from policies.findings import Finding


class Exit(IntEnum):
    """What the process answers; the codes tell the truth."""

    DONE = 0
    BROKEN = 1
    REFUSED = 2
    PARTLY = 3
    USAGE = 64


class RunState:
    """The states of a run, as the store keeps them."""

    DRAFTED = "drafted"
    PARKED = "parked"
    OBSERVED = "observed"
    APPROVED = "approved"
    APPLYING = "applying"
    APPLIED = "applied"
    PARTLY = "partly"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    RETURNED = "returned"
    BROKEN = "broken"


class Outcome(StrEnum):
    """How a change ended. *Unknown*: we cannot tell; *not tried*: it did not happen."""

    DONE = "done"
    UNVERIFIED = "unverified"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NOT_TRIED = "not_tried"


class RequestCounts(Struct, frozen=True, kw_only=True):
    """HTTP requests to Graph (a `$batch` is one, tokens are none), write items accepted, 429s."""

    total: int = 0
    writes: int = 0
    throttled: int = 0


class OutcomeCounts(Struct, frozen=True, kw_only=True):
    """How many changes ended in which way."""

    done: int = 0
    unverified: int = 0
    refused: int = 0
    unknown: int = 0
    not_tried: int = 0


class ChangeReport(Struct, frozen=True, kw_only=True, omit_defaults=False):
    """One change as it is printed; `outcome` and `request_id` come with applying.

    `population` is the kind of person it touches (pupil, staff), None for a group's change.
    """

    kind: str
    person: str | None
    account: str | None
    sentence: str
    origin: str
    clauses: tuple[str, ...]
    before: dict[str, Any]
    after: dict[str, Any]
    population: str | None = None
    outcome: str | None = None
    request_id: str | None = None
    note: str = ""


class HeldReport(Struct, frozen=True, kw_only=True):
    """Someone who is left as found, and why."""

    person: str
    reason: str
    sentence: str
    clauses: tuple[str, ...] = ()


class ReasonReport(Struct, frozen=True, kw_only=True):
    """Why a plan is parked or a roster refused: a code to override and a text with the numbers."""

    code: str
    text: str


class VerdictReport(Struct, frozen=True, kw_only=True):
    """Whether the guard lets the plan through, with every reason why not."""

    passes: bool
    reasons: tuple[ReasonReport, ...] = ()


class RosterFile(Struct, frozen=True, kw_only=True):
    """One export file that was read."""

    file: str
    format: str
    report: str
    rows: int


class RosterProblem(Struct, frozen=True, kw_only=True):
    """One fault of an export: where it is and how to mend it; never the value that was read.

    `person` is the key of whom the row is about, empty where it names nobody.
    """

    file: str
    row: int | None
    column: str | None
    what: str
    mend: str
    person: str = ""


class OverdueReport(Struct, frozen=True, kw_only=True):
    """A row of the worklist that Active Directory should have done before this run."""

    row: str
    person: str
    task: str
    due: date


class EndingReport(Struct, frozen=True, kw_only=True):
    """A hold that ends within days, or that ended some days ago; `until` is its last day."""

    hold: str
    person: str
    mode: str
    until: date
    ended: bool


class WorklistReport(Struct, frozen=True, kw_only=True):
    """What waits for Active Directory; `opened` and `closed` count this run's own.

    `unsure` counts the rows that nobody should carry out yet.
    """

    open: int = 0
    opened: int = 0
    closed: int = 0
    unsure: int = 0
    overdue: tuple[OverdueReport, ...] = ()


class ReturnReport(Struct, frozen=True, kw_only=True):
    """That a plan was sent back: by whom, when (UTC) and why."""

    by: str
    at: datetime
    reason: str


class RunReport(Struct, frozen=True, kw_only=True):
    """One school's run. `people` counts the roster by kind.

    `findings` tell in numbers what a person must look at, without anybody's key.
    `erased` is the day on which its changes and the people in it were erased for their age.
    """

    run: str
    school: str
    name: str
    state: str
    requester: str
    digest: str
    as_of: date
    roster_sha256: str
    counts: dict[str, int]
    changes: tuple[ChangeReport, ...]
    held: tuple[HeldReport, ...]
    unchanged: int
    verdict: VerdictReport
    people: dict[str, int] = {}
    files: tuple[RosterFile, ...] = ()
    problems: tuple[RosterProblem, ...] = ()
    unchanged_people: tuple[str, ...] = ()
    outcomes: OutcomeCounts | None = None
    requests: RequestCounts | None = None
    error: str = ""
    worklist: WorklistReport | None = None
    holds_ending: tuple[EndingReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    erased: date | None = None
    returned: ReturnReport | None = None


class RunDocument(Struct, frozen=True, kw_only=True):
    """What `plan`, `sync` and `apply` print: one run a school."""

    runs: tuple[RunReport, ...]
    requests: RequestCounts
    outcomes: OutcomeCounts
    exit_code: Exit

    def printed(self) -> dict[str, Any]:
        """The published JSON shape: runs, requests, outcomes."""
        return {"runs": self.runs, "requests": self.requests, "outcomes": self.outcomes}
