"""A plan as a list to look through: what takes most away first, filtered, fifty at a time."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from graphsync.report import ChangeReport, RunReport
from reports.plan_glance import Glance, glance
from reports.words import RANK, kind_title

PER_PAGE = 50
HIGH, MEDIUM, LOW = "high", "medium", "low"
RISKS = {
    HIGH: "High: takes access away",
    MEDIUM: "Medium: changes what stands",
    LOW: "Low: adds",
}
RISK_OF = {  # a kind that is not here yet counts as high
    "disable_user": HIGH,
    "revoke_sessions": HIGH,
    "remove_licence": HIGH,
    "remove_from_group": MEDIUM,
    "update_user": MEDIUM,
    "update_group": MEDIUM,
    "enable_user": MEDIUM,
    "create_user": LOW,
    "create_group": LOW,
    "license_group": LOW,
    "create_team": LOW,
    "add_to_group": LOW,
    "assign_licence": LOW,
}
_ORDER = {risk: order for order, risk in enumerate(RISKS)}


class Place(Struct, frozen=True):
    """Where somebody is in the school."""

    year: str = ""
    form: str = ""


NOWHERE = Place()


class Looking(Struct, frozen=True, kw_only=True):
    """What somebody looks for; empty is everything. `place` is a year or a form."""

    kind: str = ""
    risk: str = ""
    place: str = ""
    search: str = ""
    page: int = 1


class PlanRow(Struct, frozen=True):
    """One change with its heading, its risk and where the person is."""

    change: ChangeReport
    title: str
    risk: str
    place: Place


class PlanPage(Struct, frozen=True, kw_only=True):
    """A page of what was looked for, `found` in all; and what may be chosen, with counts."""

    rows: tuple[PlanRow, ...]
    found: int
    people: tuple[str, ...]
    page: int
    pages: int
    kinds: tuple[tuple[str, str, int], ...]
    risks: tuple[tuple[str, str, int], ...]
    places: tuple[str, ...]


def risk_of(kind: str) -> str:
    """`high`, `medium` or `low`."""
    return RISK_OF.get(kind, HIGH)


class Plan:
    """The changes of a run to look through; what follows from them alone is made once."""

    def __init__(self, run: RunReport) -> None:
        self.run = run

    @cached_property
    def glance(self) -> Glance:
        """What is looked at first."""
        return glance(self.run)

    def page(self, looking: Looking, places: Mapping[str, Place]) -> PlanPage:
        """A page; `places` tells by key where people are. One beyond the last is the last."""
        found = self._wanted(looking, places)
        pages = max(1, -(-len(found) // PER_PAGE))
        page = min(max(looking.page, 1), pages)
        shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
        counts, risks = self._counts, Counter[str]()
        for kind, number in counts.items():
            risks[risk_of(kind)] += number
        kinds = sorted(counts, key=lambda kind: RANK.get(kind, len(RANK)))
        return PlanPage(
            rows=tuple(_row(one, places) for one, _ in shown),
            found=len(found),
            people=tuple(dict.fromkeys(one.person for one, _ in found if one.person)),
            page=page,
            pages=pages,
            kinds=tuple((kind, kind_title(kind), counts[kind]) for kind in kinds),
            risks=tuple((risk, words, risks[risk]) for risk, words in RISKS.items() if risks[risk]),
            places=_places(self._people, places),
        )

    @cached_property
    def _ordered(self) -> Sequence[tuple[ChangeReport, str]]:
        """The changes, what takes most away first, each with what a search looks at."""
        order = {kind: _order(kind) for kind in self._counts}
        ordered = sorted(self.run.changes, key=lambda one: order[one.kind])
        return [(one, f"{one.person} {one.account} {one.sentence}".casefold()) for one in ordered]

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(one.kind for one in self.run.changes)

    @cached_property
    def _people(self) -> frozenset[str]:
        return frozenset(one.person for one in self.run.changes if one.person)

    def _wanted(
        self, looking: Looking, places: Mapping[str, Place]
    ) -> Sequence[tuple[ChangeReport, str]]:
        """What is looked for; each question is asked of what the last one left."""
        found = self._ordered
        if looking.kind:
            found = [one for one in found if one[0].kind == looking.kind]
        if looking.risk:
            found = [one for one in found if risk_of(one[0].kind) == looking.risk]
        if looking.place:
            at = {key for key, one in places.items() if looking.place in {one.year, one.form}}
            found = [one for one in found if one[0].person in at]
        for word in looking.search.casefold().split():
            found = [one for one in found if word in one[1]]
        return found


def _order(kind: str) -> tuple[int, int]:
    return (_ORDER[risk_of(kind)], RANK.get(kind, len(RANK)))


def _row(change: ChangeReport, places: Mapping[str, Place]) -> PlanRow:
    place = places.get(change.person or "", NOWHERE)
    return PlanRow(change, kind_title(change.kind), risk_of(change.kind), place)


def _places(people: Iterable[str], places: Mapping[str, Place]) -> tuple[str, ...]:
    """The years, then the forms, of those whom the plan touches."""
    touched = {places[key] for key in people if key in places}
    return (
        *_in_order({one.year for one in touched}),
        *_in_order({one.form for one in touched}),
    )


def _in_order(names: Iterable[str]) -> Sequence[str]:
    """Names with numbers first by number: 7, 8, 10; 7A, 10B."""

    def key(name: str) -> tuple[int, str]:
        digits = "".join(one for one in name if one.isdigit())
        return (int(digits) if digits else 0, name)

    return sorted(filter(None, names), key=key)
