"""What doctor found, for people: a mark, what was found, what to do."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from graphsync.doctor.findings import Finding, State
from reports.listing import table

MARKS = {State.OK: "✓", State.WARNING: "!", State.BROKEN: "✗"}


class _Line(Struct, frozen=True):
    check: str
    mark: str
    found: str
    what_to_do: str


def as_table(findings: Sequence[Finding]) -> str:
    """One line a finding, and a line that counts them."""
    lines = [_Line(one.check, MARKS[one.state], one.found, one.mend) for one in findings]
    return f"{table(lines, _Line.__struct_fields__)}\n{summary(findings)}\n"


def summary(findings: Sequence[Finding]) -> str:
    """How many are broken, warned of and right, in one line."""
    number = Counter(one.state for one in findings)
    return (
        f"{number[State.BROKEN]} broken, {number[State.WARNING]} to look at, "
        f"{number[State.OK]} right"
    )
