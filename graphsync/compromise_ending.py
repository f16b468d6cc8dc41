"""The end of a compromise: whoever keeps the accounts says how it came about (law B1, task 3).

The journal keeps the incident and its end; the DPO reads the cause in the breach register.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.breach_desk import found_out
from graphsync.compromise import OPENED, journal_of
from graphsync.store.journal import JournalRow
from graphsync.trouble import Refusal
from policies.breach_records import Cause
from policies.breaches import State, standing
from policies.people import PersonKey

CLOSED = "incident_closed"


class Came(StrEnum):
    """How somebody else came to know a password, or that nobody did."""

    PHISHED = "phishing"
    TOLD = "told_or_shared"
    SEEN = "written_down_or_seen"
    GUESSED = "guessed_or_reused"
    MALWARE = "malware"
    NOT_KNOWN = "not_known"
    NOBODY = "nobody_else_knew"


WORDS: Mapping[Came, str] = {
    Came.PHISHED: "typed into a false page or given to a caller",
    Came.TOLD: "told to or shared with somebody",
    Came.SEEN: "written down, or seen while it was typed",
    Came.GUESSED: "guessed, or the same as one that was stolen elsewhere",
    Came.MALWARE: "taken by malicious software",
    Came.NOT_KNOWN: "could not be found out",
    Came.NOBODY: "nobody else knew it",
}
# What the breach register is told, where its words are more exact than that a password was known.
CAUSES: Mapping[Came, Cause] = {
    Came.PHISHED: Cause.PHISHING,
    Came.GUESSED: Cause.UNAUTHORISED,
    Came.MALWARE: Cause.MALWARE,
}


class OpenIncident(Struct, frozen=True, kw_only=True):
    """A compromise whose cause nobody has said yet; the moment is UTC."""

    incident: str
    opened_at: datetime


class EndedIncident(Struct, frozen=True, kw_only=True):
    """A compromise that ended; `breach` is the entry that tells the DPO, empty where it is gone."""

    incident: str
    person: str
    cause: Came
    closed_at: datetime
    breach: str


def open_incidents(bench: Bench, person: PersonKey) -> tuple[OpenIncident, ...]:
    """The compromises of a person that did not end, oldest first."""
    rows = bench.store.journal.of_person(person)
    ended = {_incident(row) for row in rows if row.operation == CLOSED}
    return tuple(
        OpenIncident(incident=_incident(row), opened_at=row.at)
        for row in rows
        if row.operation == OPENED and _incident(row) and _incident(row) not in ended
    )


def _incident(row: JournalRow) -> str:
    """Its number; empty once the payload was erased for its age."""
    return str(row.after.get("incident", ""))


def end(bench: Bench, person: PersonKey, incident: str, came: Came) -> EndedIncident:
    """Say how it came about; raises Refusal for an incident that is not an open one of theirs."""
    now = bench.now()
    with bench.store.transaction():
        if incident not in {one.incident for one in open_incidents(bench, person)}:
            raise Refusal(f"{person} has no open incident of that number")
        breach = bench.store.breaches.opened_for(person.school, f"incident:{incident}") or ""
        if breach and not _is_closed(bench, breach):
            told = f"{incident} ended, how it came about: {WORDS[came]}"
            found_out(bench, breach, CAUSES.get(came), told)
        after = {"incident": incident, "cause": str(came), "by": bench.requester}
        bench.store.journal.append([journal_of(person, CLOSED, str(came), after)])
    return EndedIncident(
        incident=incident, person=str(person), cause=came, closed_at=now, breach=breach
    )


def _is_closed(bench: Bench, breach: str) -> bool:
    found = bench.store.breaches.of(breach)
    return found is None or standing(found[1]).state is State.CLOSED
