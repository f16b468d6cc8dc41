"""The shape of an accepted export, and what must not be lost against it.

A file can be well formed and still be wrong: filtered, cut between two rows, of another school, or
without a column after a change of permissions. Only the last accepted export can tell.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import blake2b

from msgspec import Struct

from graphsync.roster.columns import PERMISSIONS, REPORTS
from graphsync.roster.problems import Problem, percent
from policies.people import Kind, Person
from policies.rules import RosterRules

KNOWN_SHARE = 0.30
FOREIGN_SHARE = 0.50
TELLING_SIZE = 20
WITNESSES = 8
ROLL_OVER = "if this is right, name a roll-over window (roll_over) in the school's pack"
REPORTS_OF_KINDS = {report.kind: name for name, report in REPORTS.items() if report.kind}
KINDS_WORDS = {Kind.PUPIL: "pupils", Kind.STAFF: "staff"}


class Fingerprint(Struct, frozen=True):
    """What an export held, without anyone's data.

    `counts` are people per kind who have not left, `years` and `forms` the same per `kind/year`
    and `kind/form`. `columns` are the canonical columns of each report. `identities` are sorted
    64-bit digests of MIS id and names. `witnesses` are, for each `report/column` that few rows of
    an XML report fill, identities of people who had a value: see `sparse.py`.
    """

    counts: dict[str, int]
    years: dict[str, int]
    forms: dict[str, int]
    columns: dict[str, tuple[str, ...]]
    identities: tuple[int, ...]
    witnesses: dict[str, tuple[int, ...]] = {}


def present(people: Iterable[Person], frozen: Iterable[Kind], today: date) -> dict[str, int]:
    """How many of each kind have not left; `frozen` are the kinds of the frozen, one each."""
    counts = Counter(person.kind for person in _here(people, today)) + Counter(frozen)
    return {kind.value: count for kind, count in counts.items()}


def fingerprint(
    people: Sequence[Person],
    counts: Mapping[str, int],
    columns: Mapping[str, tuple[str, ...]],
    sparse: Mapping[str, frozenset[str]],
    today: date,
) -> Fingerprint:
    """The fingerprint of these people; `counts` are those of `present`.

    `sparse` maps `report/column` to the MIS ids of those with a value.
    """
    identities = {person.key.mis_id: _identity(person) for person in people}
    here = _here(people, today)
    years = Counter((person.kind, person.year) for person in here if person.year)
    forms = Counter((person.kind, person.form) for person in here if person.form)
    return Fingerprint(
        counts=dict(counts),
        years={f"{kind.value}/{year}": count for (kind, year), count in years.items()},
        forms={f"{kind.value}/{form}": count for (kind, form), count in forms.items()},
        columns=dict(columns),
        identities=tuple(sorted(identities.values())),
        witnesses={
            column: tuple(sorted(identities[one] for one in holders if one in identities))[
                :WITNESSES
            ]
            for column, holders in sparse.items()
        },
    )


def _here(people: Iterable[Person], today: date) -> list[Person]:
    return [person for person in people if person.leaves is None or person.leaves >= today]


def _identity(person: Person) -> int:
    told = f"{person.key.mis_id}\0{person.given_name}\0{person.surname}".encode()
    return int.from_bytes(blake2b(told, digest_size=8).digest(), "big")


def compare(
    school: str,
    new: Fingerprint,
    last: Fingerprint | None,
    others: Mapping[str, Fingerprint],
    rules: RosterRules,
    roll_over: bool,  # noqa: FBT001 - the day's fact, worked out from the pack by the caller
) -> tuple[Problem, ...]:
    """Every reason to refuse an export; none means that it may be accepted.

    `last` is the school's last accepted export, `others` the last accepted ones of other schools.
    In a roll-over pupils, years and forms may go; staff, columns and reports may not. A loss of
    fewer people than `vanished_group_size` is never a cohort, so it never refuses.
    """
    problems = list(_of_another_school(school, new, others))
    if last is not None:
        problems += _of_other_people(school, new, last)
        problems += _lost_reports(school, new, last)
        problems += _lost_columns(school, new, last)
        problems += _lost_people(school, new, last, rules, roll_over)
        if not roll_over:
            problems += _vanished_groups(school, new, last, rules.vanished_group_size)
    return tuple(problems)


def _problem(school: str, what: str, mend: str) -> Problem:
    return Problem(school, None, None, what, mend)


def _of_another_school(
    school: str, new: Fingerprint, others: Mapping[str, Fingerprint]
) -> Iterator[Problem]:
    mine = set(new.identities)
    for other, known in sorted(others.items()):
        shared = len(mine.intersection(known.identities))
        if mine and other != school and shared >= FOREIGN_SHARE * len(mine):
            yield _problem(
                school,
                f"{shared} of {len(mine)} people ({percent(shared / len(mine))}) are those of "
                f"{other}; limit {percent(FOREIGN_SHARE)}",
                f"this looks like the export of {other}; put each school's files in its own folder",
            )


def _of_other_people(school: str, new: Fingerprint, last: Fingerprint) -> Iterator[Problem]:
    smaller = min(len(new.identities), len(last.identities))
    shared = len(set(new.identities).intersection(last.identities))
    if smaller >= TELLING_SIZE and shared < KNOWN_SHARE * smaller:
        yield _problem(
            school,
            f"only {shared} people ({percent(shared / smaller)}) are those of the last accepted "
            f"export; at least {percent(KNOWN_SHARE)} must be",
            "this is another school's export, or every MIS id has changed: ask who runs the MIS",
        )


def _lost_reports(school: str, new: Fingerprint, last: Fingerprint) -> Iterator[Problem]:
    for report in sorted(last.columns.keys() - new.columns.keys()):
        yield _problem(
            school,
            f"the {report} report was there last time and is missing now",
            "export all reports of the school into its folder",
        )


def _lost_columns(school: str, new: Fingerprint, last: Fingerprint) -> Iterator[Problem]:
    here = set(new.identities)
    for report in sorted(last.columns.keys() & new.columns.keys()):
        for column in last.columns[report]:
            if column in new.columns[report]:
                continue
            witnesses = last.witnesses.get(f"{report}/{column}")
            if witnesses is None or here.intersection(witnesses):
                yield _problem(
                    school,
                    f"the {report} report had the column {column} last time and has it no more",
                    _permission(column),
                )


def _permission(column: str) -> str:
    needed = f"; this one needs {PERMISSIONS[column]}" if column in PERMISSIONS else ""
    return f"SIMS drops columns silently when a permission is taken away{needed}: see docs/sims.md"


def _lost_people(
    school: str,
    new: Fingerprint,
    last: Fingerprint,
    rules: RosterRules,
    roll_over: bool,  # noqa: FBT001 - passed on from `compare`
) -> Iterator[Problem]:
    for kind in Kind:
        before, now = last.counts.get(kind, 0), new.counts.get(kind, 0)
        moving = roll_over and kind is Kind.PUPIL
        if moving or REPORTS_OF_KINDS[kind] not in new.columns:
            continue
        fall = before - now
        if fall >= rules.vanished_group_size and fall > rules.max_loss_share * before:
            yield _problem(
                school,
                f"{KINDS_WORDS[kind]} fell from {before} to {now} ({percent(fall / before)}); "
                f"limit {percent(rules.max_loss_share)}",
                f"check the report's filter; {ROLL_OVER}",
            )


def _vanished_groups(
    school: str, new: Fingerprint, last: Fingerprint, size: int
) -> Iterator[Problem]:
    groups = (("year", last.years, new.years), ("form", last.forms, new.forms))
    for word, before, now in groups:
        for group, count in sorted(before.items()):
            kind, _, name = group.partition("/")
            gone = REPORTS_OF_KINDS[Kind(kind)] not in new.columns
            if count >= size and not now.get(group) and not gone:
                yield _problem(
                    school,
                    f"{word} {name} vanished: {count} people last time, none now; limit {size}",
                    f"check the report's filter; {ROLL_OVER}",
                )
