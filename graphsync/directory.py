"""Who a school has, to look through: rosters outlined once, and the accounts of those on a page.

A roster is outlined again only when a newer one was accepted; of each person no more is kept than a
list shows. What a page says of accounts is asked of the store for the people on it alone.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import islice
from operator import attrgetter

import msgspec
from msgspec import Struct

from graphsync.accounts import Account
from graphsync.bench import Bench
from graphsync.intake import latest_roster, roster_version
from graphsync.roster_memory import RosterVersion
from graphsync.store.links import Link
from graphsync.store.problems import Unknown
from policies.class_logons import waiting_for
from policies.people import Kind, Person, PersonKey
from policies.school_days import school_day

AT_ONCE = 500  # people whose accounts are asked for together, where only some of them are wanted


class AccountState(StrEnum):
    """How it stands with somebody's account, as the tenant was seen last."""

    ACTIVE = "active"
    NOT_ACTIVE = "not active"
    NONE = "no account"
    NOT_SEEN = "not seen yet"


class Known(Struct, frozen=True, kw_only=True, gc=False):
    """Somebody on the last accepted roster, or with an account of ours; no name for the latter.

    `unlisted` where safeguarding keeps the name: it stands in no file.
    """

    key: PersonKey
    kind: Kind
    given_name: str = ""
    surname: str = ""
    legal_given_name: str = ""
    legal_surname: str = ""
    year: str | None = None
    form: str | None = None
    on_roster: bool = True
    unlisted: bool = False

    def __repr__(self) -> str:
        return f"Known({self.key})"

    @property
    def name(self) -> str:
        """The name that the school uses; empty for somebody who is on no roster any more."""
        return f"{self.given_name} {self.surname}".strip()


class Line(Struct, frozen=True, kw_only=True):
    """One person in a list, with how the account stands, its sign-in name, and whether held."""

    known: Known
    state: AccountState
    sign_in_name: str
    held: bool


class Page(Struct, frozen=True, kw_only=True):
    """Some people in the order of their keys; behind `after` the next page begins (None: none)."""

    lines: tuple[Line, ...]
    after: PersonKey | None


class _Outline(Struct):
    """What is decoded of a stored roster."""

    people: list[Known]


class _Kept(Struct, frozen=True):
    """An outline in memory: of which roster, who, and by MIS person id what each is called."""

    version: RosterVersion | None
    people: tuple[Known, ...]
    by_id: Mapping[str, Known]
    called: Mapping[str, str]


_OUTLINES = msgspec.msgpack.Decoder(_Outline)
Wanted = Callable[[Known], bool]
Kept = Callable[[Sequence[Line]], Sequence[Line]]


class Directory:
    """The people of every school, one outline of a roster a school in memory."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def of(self, bench: Bench, school: str) -> Sequence[Known]:
        """Everybody of a school of whom anything is known, in the order of their keys."""
        kept = self._on_roster(bench, school)
        people = kept.people
        logons = _logons(bench, school)
        listed = kept.called.keys() | {one.key.mis_id for one in logons}
        gone = [
            Known(key=PersonKey(school, mis_id), kind=kind, on_roster=False)
            for mis_id, kind in bench.store.links.kinds(school).items()
            if mis_id not in listed
        ]
        if not (logons or gone):
            return people
        return sorted([*people, *logons, *gone], key=attrgetter("key"))

    def find(self, bench: Bench, key: PersonKey) -> Known | None:
        """One person; None for somebody of whom nothing is known."""
        if known := self._on_roster(bench, key.school).by_id.get(key.mis_id):
            return known
        if logon := next((one for one in _logons(bench, key.school) if one.key == key), None):
            return logon
        link = bench.store.links.some([key]).get(key)
        return Known(key=key, kind=link.kind, on_roster=False) if link else None

    def some(
        self, bench: Bench, school: str, sha256: str, mis_ids: Collection[str]
    ) -> dict[str, Known]:
        """Those of these whom an accepted roster lists; nobody, where it was erased."""
        kept = self._kept.get(school)
        if kept is not None and kept.version and kept.version.sha256 == sha256:
            return {one: kept.by_id[one] for one in mis_ids if one in kept.by_id}
        try:
            people = _people(bench, school, sha256)
        except Unknown:
            return {}
        return {one.key.mis_id: one for one in people if one.key.mis_id in mis_ids}

    def _on_roster(self, bench: Bench, school: str) -> _Kept:
        version = roster_version(bench, school)
        kept = self._kept.get(school)
        if kept is None or kept.version != version:
            roster = latest_roster(bench, school)
            listed = roster.people if roster else ()
            people = tuple(_known(one) for one in listed if not one.shared)
            kept = _Kept(
                version=version,
                people=people,
                by_id={one.key.mis_id: one for one in people},
                called={one.key.mis_id: _called(one) for one in people},
            )
            with self._lock:
                self._kept[school] = kept
        return kept

    def page(
        self,
        bench: Bench,
        schools: Iterable[str],
        wanted: Wanted,
        limit: int,
        after: PersonKey | None = None,
        kept: Kept | None = None,
    ) -> Page:
        """The next people behind `after` whom `wanted` takes, and of them those that are `kept`."""
        found = self._wanted(bench, schools, wanted, after)
        lines: list[Line] = []
        while len(lines) <= limit and (part := list(islice(found, AT_ONCE if kept else limit + 1))):
            told = lines_of(bench, part)
            lines += kept(told) if kept else told
        more = len(lines) > limit
        return Page(lines=tuple(lines[:limit]), after=lines[limit - 1].known.key if more else None)

    def _wanted(
        self, bench: Bench, schools: Iterable[str], wanted: Wanted, after: PersonKey | None
    ) -> Iterator[Known]:
        for school in sorted(schools):
            if after is None or school >= after.school:
                people = self.of(bench, school)
                yield from (p for p in people if (after is None or p.key > after) and wanted(p))

    def named(
        self, bench: Bench, schools: Collection[str], typed: str, wanted: Wanted, limit: int
    ) -> Page:
        """Those whose key, name or address was typed: a whole key or address, or parts of names."""
        typed = " ".join(typed.split())
        school, colon, mis_id = typed.partition(":")
        if colon:
            schools, typed = {school} & set(schools), mis_id
        if "@" in typed:
            accounts = bench.store.mirror.named(bench.tenant.tenant_id, typed)
            keys = set(bench.store.links.of_objects([one.id for one in accounts]).values())
            schools = {one.school for one in keys} & set(schools)
            return self.page(bench, schools, lambda one: one.key in keys and wanted(one), limit)
        parts = [f" {part}" for part in _plain(typed).split()]
        if not parts:
            return Page(lines=(), after=None)
        keys = set(bench.store.links.some(PersonKey(one, typed) for one in schools))
        for one in schools:
            called = self._on_roster(bench, one).called
            keys |= {PersonKey(one, mis_id) for mis_id in _called_so(called, typed, parts)}
        among = {one.school for one in keys}
        return self.page(bench, among, lambda one: one.key in keys and wanted(one), limit)


def _people(bench: Bench, school: str, sha256: str) -> list[Known]:
    return _OUTLINES.decode(bench.store.exports.roster(school, sha256)).people


def _logons(bench: Bench, school: str) -> list[Known]:
    """The class log-ons that may exist."""
    return [
        Known(
            key=logon.key,
            kind=Kind.PUPIL,
            given_name="Class",
            surname=logon.form,
            year=logon.year,
            form=logon.form,
        )
        for logon in bench.store.class_logons.of(school)
        if not waiting_for(logon)
    ]


def _known(person: Person) -> Known:
    """As a list shows them; whose name safeguarding keeps is found by no other than that one."""
    return Known(
        key=person.key,
        kind=person.kind,
        given_name=person.given_name,
        surname=person.surname,
        legal_given_name="" if person.unlisted else person.legal_given_name,
        legal_surname="" if person.unlisted else person.legal_surname,
        year=person.year,
        form=person.form,
        unlisted=person.unlisted,
    )


def _called_so(called: Mapping[str, str], typed: str, parts: Sequence[str]) -> Iterator[str]:
    first, *others = parts
    if typed in called:
        yield typed
    for mis_id, names in called.items():
        if first in names and all(part in names for part in others):
            yield mis_id


def _called(one: Known) -> str:
    """Every name somebody has, each behind a space, so that its beginning can be looked for."""
    names = (one.given_name, one.surname, one.legal_given_name, one.legal_surname)
    return f" {_plain(' '.join(names))}"


def _plain(text: str) -> str:
    return text.casefold().replace("-", " ")


def lines_of(bench: Bench, people: Sequence[Known]) -> list[Line]:
    """How it stands with each of these, in the same order: asked for all of them at once."""
    links = bench.store.links.some(one.key for one in people)
    accounts = bench.store.mirror.some(
        bench.tenant.tenant_id, [link.object_id for link in links.values()]
    )
    schools = {one.key.school for one in people}
    of_school = next(iter(schools)) if len(schools) == 1 else None
    held = {one.person for one in bench.store.holds.active(of_school, school_day(bench.now()))}
    return [_line(one, links.get(one.key), accounts, held) for one in people]


def _line(
    known: Known, link: Link | None, accounts: dict[str, Account], held: Collection[PersonKey]
) -> Line:
    account = accounts.get(link.object_id) if link else None
    return Line(
        known=known,
        state=state_of(link, account),
        sign_in_name=account.user_principal_name if account else "",
        held=known.key in held,
    )


def state_of(link: Link | None, account: Account | None) -> AccountState:
    """How it stands with the account of somebody who has this link."""
    if link is None:
        return AccountState.NONE
    if account is None:
        return AccountState.NOT_SEEN
    return AccountState.ACTIVE if account.account_enabled else AccountState.NOT_ACTIVE
