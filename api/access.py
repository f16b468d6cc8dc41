"""How far a person reaches: the file of access, the school that keeps the account, or the only one.

The roles of a person are Entra's; which schools (and years) they count for is written in
`GRAPHSYNC_ACCESS_FILE`, which is read again whenever it changes. docs/console.md shows one.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import yaml
from msgspec import Struct

from api.permissions import WAIVABLE, AppRole, Reach, Standing, Who, conflict_of
from graphsync.bench import Bench
from graphsync.store.deputies import Deputy
from graphsync.trouble import Broken
from policies.pack_loading import load_rules, schools
from policies.school_days import school_day


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """One person of the file: schools by id, or the word `all`; years where only some count."""

    account: str
    schools: list[str] | str
    years: list[str] = []


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    people: list[Entry]


class Access:
    """The access file, kept in memory until it changes; None where there is no file."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._seen: tuple[int, int] = (0, 0)
        self._people: Mapping[str, Entry] = {}
        self.entries()

    def entries(self) -> Mapping[str, Entry]:
        """Everybody in the file by object id; raises Broken when it is no such file."""
        if self._path is None:
            return {}
        try:
            told = self._path.stat()
            if (told.st_mtime_ns, told.st_size) != self._seen:
                self._people = _read(self._path.read_bytes())
                self._seen = (told.st_mtime_ns, told.st_size)
        except OSError as error:
            raise Broken(f"GRAPHSYNC_ACCESS_FILE cannot be read: {error.strerror}") from None
        return self._people


def _read(raw: bytes) -> dict[str, Entry]:
    try:
        plain: Any = yaml.safe_load(raw)
        people = msgspec.convert(plain, _File).people
    except yaml.YAMLError:
        raise Broken("GRAPHSYNC_ACCESS_FILE is no YAML; docs/console.md shows one") from None
    except msgspec.ValidationError as error:
        raise Broken(f"GRAPHSYNC_ACCESS_FILE: {error}; docs/console.md shows one") from None
    for one in people:
        if isinstance(one.schools, str) and one.schools != "all":
            raise Broken("GRAPHSYNC_ACCESS_FILE: schools is a list of ids, or the word all")
    return {one.account.lower(): one for one in people}


def reach_of(bench: Bench, access: Access, account: str) -> Reach:
    """What this account reaches now: an entry of the file goes before where the account is kept.

    Without an entry it is the school that keeps the account; an installation with one school and
    no file has nothing to tell apart. Anybody else reaches nothing.
    """
    return reaches(bench, access, [account])[account]


def reaches(bench: Bench, access: Access, accounts: Iterable[str]) -> dict[str, Reach]:
    """What each of these accounts reaches, as `reach_of`."""
    known = frozenset(schools(bench.packs_dir))
    entries = access.entries()
    found: dict[str, Reach] = {}
    others: list[str] = []
    for account in accounts:
        if entry := entries.get(account.lower()):
            named = known if entry.schools == "all" else frozenset(entry.schools)
            found[account] = Reach(named & known, frozenset(entry.years))
        elif len(known) == 1 and not entries:
            found[account] = Reach(known)
        else:
            others.append(account)
    kept = bench.store.links.schools_of(others) if others else {}
    return found | {one: Reach(frozenset({kept.get(one, "")}) & known) for one in others}


def who(bench: Bench, access: Access, account: str, name: str, roles: Iterable[AppRole]) -> Who:
    """The person of a validated token or session, with the roles that count and the reach."""
    reach, held = reach_of(bench, access, account), frozenset(roles)
    if bench.store.departures.gone([account], bench.now()):
        return Who(account, name, frozenset(), reach)  # a token lives on for an hour
    today = school_day(bench.now())
    waived = held >= WAIVABLE and _all_waived(bench, reach.schools, today)
    if conflict := conflict_of(held, waived=waived):
        return Who(account, name, frozenset(), reach, conflict)
    named = bench.store.deputies.of_account(account)
    standing = [one for one in named if one.stands(today)]
    return Who(account, name, held, reach, deputises=_lent(held, standing, waived=waived))


def _lent(
    held: frozenset[AppRole], standing: Iterable[Deputy], *, waived: bool
) -> tuple[Standing, ...]:
    """What counts of what somebody stands in for: nothing that forbids a role they hold."""
    lent: list[Standing] = []
    for one in standing:
        role = AppRole(one.role)
        if not conflict_of(held | {role}, waived=waived):
            held |= {role}
            lent.append(Standing(one.school, role))
    return tuple(lent)


def _all_waived(bench: Bench, reached: frozenset[str], day: date) -> bool:
    waivers = [load_rules(bench.packs_dir, one).waiver for one in reached]
    return bool(waivers) and all(one is not None and day <= one.until for one in waivers)
