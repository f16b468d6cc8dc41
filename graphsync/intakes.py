"""The exports and packs of a run's schools: those that count, and the reports of the refused."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from graphsync import reporting
from graphsync.bench import Bench
from graphsync.intake import Intake, take_in
from graphsync.report import ReasonReport, RunReport
from graphsync.roster.reading import RosterRefused
from graphsync.run_desk import keep_refused
from policies.pack_loading import PackRefused


class Taken(Struct):
    """What came of reading the exports: accepted ones, and the reports of refused ones."""

    intakes: list[Intake]
    refused: list[RunReport]


def take_in_all(bench: Bench, folders: Mapping[str, Sequence[Path]], day: date) -> Taken:
    """Every school's export and pack; a refusal is kept in the store, and stops no other school."""
    taken = Taken([], [])
    for number, (school, paths) in enumerate(sorted(folders.items()), 1):
        bench.progress.stage(f"Reading {school} ({number} of {len(folders)})")
        try:
            taken.intakes.append(take_in(bench, school, paths, day))
        except PackRefused as problem:
            taken.refused.append(pack_refused(bench, school, day, problem))
        except RosterRefused as problem:
            reasons = (ReasonReport(code="roster", text=str(problem)),)
            faults = reporting.problems(problem.problems)
            taken.refused.append(keep_refused(bench, school, day, reasons, faults))
    return taken


def pack_refused(bench: Bench, school: str, day: date, problem: PackRefused) -> RunReport:
    """The kept refusal of a school whose pack cannot be used, with every problem."""
    reasons = tuple(ReasonReport(code="pack", text=text) for text in problem.problems)
    return keep_refused(bench, school, day, reasons)
