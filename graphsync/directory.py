"""Who a school has, to look through: rosters outlined once, and the accounts of those on a page.

A roster is decoded again only when a newer one was accepted; of each person no more is kept than a
list shows. What a page says of accounts is asked of the store for the people on it alone.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import islice
from operator import attrgetter

import msgspec
from msgspec import Struct

from graphsync.accounts import Account
from graphsync.bench import Bench
from graphsync.store.links import Link
from policies.class_logons import waiting_for
from policies.people import Kind, PersonKey
from policies.school_days import school_day

AT_ONCE = 500  # people whose accounts are asked for together, where only some of them are wanted


class AccountState(StrEnum):
    """How it stands with somebody's account, as the tenant was seen last."""

    ACTIVE = "active"
    NOT_ACTIVE = "not active"
    NONE = "no account"
    NOT_SEEN = "not seen yet"


class Known(Struct, frozen=True, kw_only=True, gc=False):
    """Somebody on the last accepted roster, or with an account of ours; no name for the latter."""

    key: PersonKey
    kind: Kind
    given_name: str = ""
    surname: str = ""
    legal_given_name: str = ""
    legal_surname: str = ""
    year: str | None = None
    form: str | None = None
    on_roster: bool = True

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


_OUTLINES = msgspec.msgpack.Decoder(_Outline)
Wanted = Callable[[Known], bool]


class Directory:
    """The people of every school, one outline of a roster a school in memory."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, tuple[Known, ...]]] = {}
        self._lock = threading.Lock()

    def of(self, bench: Bench, school: str) -> Sequence[Known]:
        """Everybody of a school of whom anything is known, in the order of their keys."""
        people = self._on_roster(bench, school)
        listed = {one.key for one in people}
        logons = [
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
        listed.update(one.key for one in logons)
        gone = [
            Known(key=key, kind=kind, on_roster=False)
            for mis_id, kind in bench.store.links.kinds(school).items()
            if (key := PersonKey(school, mis_id)) not in listed
        ]
        if not (logons or gone):
            return people
        return sorted([*people, *logons, *gone], key=attrgetter("key"))

    def find(self, bench: Bench, key: PersonKey) -> Known | None:
        """One person; None for somebody of whom nothing is known."""
        return next((one for one in self.of(bench, key.school) if one.key == key), None)

    def _on_roster(self, bench: Bench, school: str) -> tuple[Known, ...]:
        latest = bench.store.exports.latest(school, bench.now())
        if latest is None:
            return ()
        kept = self._kept.get(school)
        if kept is None or kept[0] != latest.sha256:
            outline = _OUTLINES.decode(bench.store.exports.roster(school, latest.sha256))
            kept = (latest.sha256, tuple(outline.people))
            with self._lock:
                self._kept[school] = kept
        return kept[1]

    def page(
        self,
        bench: Bench,
        schools: Iterable[str],
        wanted: Wanted,
        limit: int,
        after: PersonKey | None = None,
        state: AccountState | None = None,
    ) -> Page:
        """The next people behind `after` whom `wanted` takes, in this state where one is given."""
        found = self._wanted(bench, schools, wanted, after)
        lines: list[Line] = []
        while len(lines) <= limit and (part := list(islice(found, _size(limit, state)))):
            told = lines_of(bench, part)
            lines += [one for one in told if state in {None, one.state}]
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
        if "@" in typed:
            accounts = bench.store.mirror.named(bench.tenant.tenant_id, typed)
            keys = set(bench.store.links.of_objects([one.id for one in accounts]).values())
            schools = {one.school for one in keys} & set(schools)
            return self.page(bench, schools, lambda one: one.key in keys and wanted(one), limit)
        parts = typed.casefold().split()
        if not parts:
            return Page(lines=(), after=None)
        return self.page(
            bench, schools, lambda one: _is_called(one, typed, parts) and wanted(one), limit
        )


def _size(limit: int, state: AccountState | None) -> int:
    return limit + 1 if state is None else AT_ONCE


def _is_called(one: Known, typed: str, parts: Sequence[str]) -> bool:
    if typed in {one.key.mis_id, str(one.key)}:
        return True
    names = f"{one.given_name} {one.surname} {one.legal_given_name} {one.legal_surname}".casefold()
    words = names.replace("-", " ").split()
    return all(any(word.startswith(part) for word in words) for part in parts)


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
