"""What the school office can put right in SIMS: per record what is wrong there, and the mend.

Told from the last run of each school, as it was reported: nothing is read again.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.matching_desk import people_of
from graphsync.reasons import Reason
from graphsync.report import RosterProblem, RunReport
from graphsync.run_desk import report_of
from policies.pack_loading import schools
from policies.people import Kind, Person, PersonKey

# Held for what the roster says or leaves out, with what the office does about it.
IN_ROSTER = {
    Reason.ABSENT: "enter the leaving date if they left, or find out why the report omits them",
    Reason.NO_NAME: "fill in what is named; names must hold letters",
    Reason.BAD_ROW: "correct what is named",
}
NOTHING_TO_DO = "none needed"


class Fix(Struct, frozen=True, kw_only=True):
    """One record to put right. `person` is empty where a whole file or column is meant."""

    school: str
    person: str
    name: str
    place: str
    what: str
    mend: str


def fixes(bench: Bench, school: str | None = None) -> tuple[Fix, ...]:
    """The records to put right, of one school or of all; people first."""
    wanted = [school] if school else schools(bench.packs_dir)
    return tuple(one for each in wanted for one in _of_school(bench, each))


def _of_school(bench: Bench, school: str) -> Iterator[Fix]:
    run = bench.store.runs.latest(school)
    if run is None:
        return
    report = report_of(run)
    people = people_of(bench, school)
    told = {problem.person for problem in report.problems if problem.person}
    yield from _of_people(report, people, told)
    yield from (
        _fix(report, people, problem.person, _where(problem), problem.what, problem.mend)
        for problem in sorted(report.problems, key=lambda one: not one.person)
        if not problem.mend.startswith(NOTHING_TO_DO)
    )


def _of_people(
    report: RunReport, people: dict[PersonKey, Person], told: Iterable[str]
) -> Iterator[Fix]:
    """The held whose reason lies in the roster, but for those whose own rows say it better."""
    for held in report.held:
        reason = Reason(held.reason)
        if reason in IN_ROSTER and held.person not in told:
            yield _fix(report, people, held.person, "", held.sentence, IN_ROSTER[reason])


def _fix(
    report: RunReport,
    people: dict[PersonKey, Person],
    key: str,
    where: str,
    what: str,
    mend: str,
) -> Fix:
    person = people.get(PersonKey.parse(key)) if key else None
    return Fix(
        school=report.school,
        person=key,
        name=f"{person.given_name} {person.surname}" if person else "",
        place=" · ".join(part for part in (_group(person), where) if part),
        what=what,
        mend=mend,
    )


def _group(person: Person | None) -> str:
    if person is None:
        return ""
    if person.kind is Kind.STAFF:
        return "staff"
    return person.form or (f"year {person.year}" if person.year else "pupil")


def _where(problem: RosterProblem) -> str:
    row = f"row {problem.row:,}" if problem.row else ""
    return ", ".join(part for part in (problem.file, row, problem.column or "") if part)
