"""Departures as HR and the head record, move, withdraw and confirm them.

Each act is journalled with who did it; before the hour the journal names neither the person nor the
account, and never the reason (law B5).
"""

import re
from collections.abc import Collection, Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from graphsync.accounts import Account
from graphsync.bench import Bench
from graphsync.matching_desk import people_of
from graphsync.run_desk import event
from graphsync.store.problems import Unknown
from graphsync.tenant import signing_in
from graphsync.tenant.door import open_door
from graphsync.tenant.problems import TenantProblem
from graphsync.trouble import Broken, Refusal
from policies.departures import (
    WAITING,
    Departure,
    DepartureReason,
    Did,
    Move,
    State,
    why_not_confirmed,
    why_not_moved,
    why_not_withdrawn,
)
from policies.pack_loading import load_rules, schools
from policies.people import Kind, Person, PersonKey

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
MOST = 25  # people that a search shows
PUPIL = "is a pupil: departures are of staff; put a pupil on hold (graphsync hold add --suspend)"


class Wish(Struct, frozen=True, kw_only=True):
    """What is asked for. `leaves_at` None is now; `typed` is the surname or sign-in name."""

    reason: DepartureReason
    leaves_at: datetime | None = None
    typed: str | None = None


class Subject(Struct, frozen=True, kw_only=True):
    """Whose departure it is: one account, and the person it is linked to, if any."""

    school: str
    person: PersonKey | None
    object_id: str
    sign_in_name: str
    surnames: frozenset[str]

    def __repr__(self) -> str:
        return f"Subject({self.person or self.object_id})"


class Candidate(Struct, frozen=True, kw_only=True):
    """A member of staff whom a search found; `about` tells two of one name apart."""

    key: str
    name: str
    about: str
    sign_in_name: str
    linked: bool


class DepartureLine(Struct, frozen=True, kw_only=True):
    """One departure in a list; `reason` is empty for those who may not know it."""

    departure: str
    person: str
    name: str
    school: str
    leaves_at: datetime
    state: State
    reason: str
    by: str
    waits: bool


async def subject(
    bench: Bench, reached: Collection[str], named: str, account: str = "", school: str = ""
) -> Subject:
    """Whom somebody means: a key, or one account by its exact sign-in name or object id.

    `account` is the exact account of a key that is linked to none. Raises Refusal for a name, for
    a pupil, for what is not there, and in the same words for what is of a school out of reach.
    """
    named = named.strip()
    if "@" in named or _GUID.fullmatch(named):
        return await _by_account(bench, reached, named, school)
    try:
        key = PersonKey.parse(named)
    except ValueError:
        raise _of_a_name(bench, reached, named) from None
    if key.school not in reached:
        raise Refusal(f"nobody of your schools is {key}: look for the person by surname")
    link = bench.store.links.some([key]).get(key)
    known = people_of(bench, key.school).get(key)
    if (link.kind if link else known.kind if known else Kind.STAFF) is not Kind.STAFF:
        raise Refusal(f"{key} {PUPIL}")
    if link is not None:
        seen = bench.store.mirror.some(bench.tenant.tenant_id, [link.object_id])
        return _subject(key, known, seen.get(link.object_id) or Account(id=link.object_id))
    if known is None:
        raise Refusal(f"nobody of your schools is {key}: look for the person by surname")
    if not account:
        raise Refusal(
            f"{key} is linked to no account: name theirs as well, by its exact sign-in name or"
            " object id (--account)"
        )
    found = await _account(bench, account.strip())
    if bench.store.links.holder_of(found.id) is not None:
        raise Refusal(f"that account is somebody else's: it is linked to another person than {key}")
    return _subject(key, known, found)


async def _by_account(bench: Bench, reached: Collection[str], named: str, school: str) -> Subject:
    account = await _account(bench, named)
    unknown = Refusal("no account of your schools has exactly this sign-in name or object id")
    key = bench.store.links.holder_of(account.id)
    if key is not None:
        if key.school not in reached:
            raise unknown
        if bench.store.links.some([key])[key].kind is not Kind.STAFF:
            raise Refusal(f"{key} {PUPIL}")
        return _subject(key, people_of(bench, key.school).get(key), account)
    domain = account.user_principal_name.partition("@")[2].casefold()
    at = [
        one
        for one in reached
        if one == school or (not school and load_rules(bench.packs_dir, one).domain == domain)
    ]
    if len(at) != 1:
        raise unknown if not at else Refusal("several schools share this domain: name the school")
    if (account.employee_type or "").casefold() == Kind.PUPIL:
        raise Refusal(f"that account {PUPIL}")
    return replace(_subject(None, None, account), school=at[0])


async def _account(bench: Bench, named: str) -> Account:
    try:
        async with open_door(bench.tenant, bench.now, bench.sleep) as door:
            found = await signing_in.account(door, named)
    except TenantProblem as problem:
        raise Broken(str(problem)) from problem
    if found is None:
        raise Refusal("no account of your schools has exactly this sign-in name or object id")
    return found


def _subject(key: PersonKey | None, person: Person | None, account: Account) -> Subject:
    names = [account.surname, person.surname if person else None]
    return Subject(
        school=key.school if key else "",
        person=key,
        object_id=account.id,
        sign_in_name=account.user_principal_name,
        surnames=frozenset(_plain(one) for one in names if one),
    )


def _of_a_name(bench: Bench, reached: Iterable[str], named: str) -> Refusal:
    found = [one for one in candidates(bench, reached, named) if named]
    if not found:
        return Refusal("nobody of the staff is found by that: write SCHOOL:ID, or a sign-in name")
    keys = ", ".join(f"{one.key} ({one.about})" if one.about else one.key for one in found)
    return Refusal(f"a name is never enough, choose one of them by key: {keys}")


def candidates(bench: Bench, reached: Iterable[str], text: str) -> tuple[Candidate, ...]:
    """Staff whose surname, forename, code or number begins with this, at most `MOST` of them."""
    wanted = _plain(text)
    found: list[tuple[Person, str]] = []
    for school in sorted(reached):
        links = bench.store.links.of(school)
        for key, person in people_of(bench, school).items():
            if person.kind is Kind.STAFF and _is_meant(person, wanted) and len(found) < MOST:
                link = links.get(key)
                found.append((person, link.object_id if link else ""))
    seen = bench.store.mirror.some(bench.tenant.tenant_id, [one for _, one in found if one])
    return tuple(
        Candidate(
            key=str(person.key),
            name=f"{person.given_name} {person.surname}",
            about=", ".join(filter(None, [person.staff_code, *person.roles[:2]])),
            sign_in_name=seen[one].user_principal_name if one in seen else "",
            linked=bool(one),
        )
        for person, one in found
    )


def _is_meant(person: Person, wanted: str) -> bool:
    names = (person.surname, person.given_name, f"{person.given_name} {person.surname}")
    whole = {_plain(person.key.mis_id), _plain(str(person.key)), _plain(person.staff_code or "")}
    return bool(wanted) and (
        wanted in whole or any(_plain(name).startswith(wanted) for name in names)
    )


def record(bench: Bench, who: Subject, wish: Wish) -> Departure:
    """Keep a departure; for now where the wish names no hour. Acting on it comes after.

    Raises Refusal for a surname that is not theirs, an hour that is over, and where one stands.
    """
    now = bench.now()
    if wish.typed is not None and not _confirms(who, wish.typed):
        raise Refusal(
            "what was typed is neither the surname nor the sign-in name of this person: nothing was"
            " done; look again at whom you chose"
        )
    if wish.leaves_at is not None and wish.leaves_at <= now:
        raise Refusal("that hour is over: let it act now, or give a later one")
    urgent = wish.leaves_at is None
    with bench.store.transaction():
        for one in bench.store.departures.of([who.school]):
            if one.object_id == who.object_id and one.state(now) is not State.WITHDRAWN:
                if one.state(now) is State.DATED and urgent:
                    withdrawn = Move(did=Did.WITHDRAWN, at=now, by=bench.requester)
                    bench.store.departures.move(one.id, withdrawn)
                    _journal(bench, one, "departure_withdrawn")
                else:
                    raise Refusal(f"their departure {one.id} stands: change or withdraw that one")
        made = Departure(
            id=f"d-{bench.new_id()[:8]}",
            school=who.school,
            person=who.person,
            object_id=who.object_id,
            sign_in_name=who.sign_in_name,
            reason=wish.reason,
            urgent=urgent,
            moves=(
                Move(
                    did=Did.RECORDED,
                    at=now,
                    by=bench.requester,
                    leaves_at=wish.leaves_at or now,
                ),
            ),
        )
        bench.store.departures.add(made)
        _journal(bench, made, "departure_recorded")
    return made


def move_to(bench: Bench, departure: Departure, leaves_at: datetime) -> Departure:
    """Another day or hour; raises Refusal when its own is over, or the new one is."""
    now = bench.now()
    if why := why_not_moved(departure.state(now)):
        raise Refusal(f"{departure.id} cannot be moved: {why}")
    if leaves_at <= now:
        raise Refusal("that hour is over: let it act now, or give a later one")
    moved = Move(did=Did.MOVED, at=now, by=bench.requester, leaves_at=leaves_at)
    return _moved(bench, departure, moved, "departure_moved")


def withdraw(bench: Bench, departure: Departure) -> Departure:
    """Take it back.

    Once it has acted, the roster's word counts again, and the account stays blocked until a plan of
    that person alone opens it with the head's approval. Raises Refusal for one that is withdrawn.
    """
    now = bench.now()
    if why := why_not_withdrawn(departure.state(now)):
        raise Refusal(f"{departure.id} cannot be withdrawn: {why}")
    withdrawn = Move(did=Did.WITHDRAWN, at=now, by=bench.requester)
    return _moved(bench, departure, withdrawn, "departure_withdrawn")


def confirm(bench: Bench, departure: Departure, account: str = "") -> Departure:
    """Somebody's word that the steps by hand are done; `account` is theirs, where it is known.

    Raises Refusal where nothing waits for that, and for the person whom it is about.
    """
    now = bench.now()
    if account and account == departure.object_id:
        raise Refusal(f"{departure.id} is confirmed by somebody else")
    if why := why_not_confirmed(departure.state(now)):
        raise Refusal(f"{departure.id} cannot be confirmed: {why}")
    confirmed = Move(did=Did.CONFIRMED, at=now, by=bench.requester)
    return _moved(bench, departure, confirmed, "departure_confirmed")


def find(
    bench: Bench, departure: str, reached: Collection[str], *, all_of_it: Collection[str]
) -> Departure:
    """One of these schools; raises Refusal, also for one that is dated and nobody's business yet.

    `all_of_it` are the schools of which the caller is HR or the head, who may know of it before its
    hour.
    """
    unknown = Refusal(f"there is no departure {departure} in your schools")
    try:
        found = bench.store.departures.get(departure)
    except Unknown:
        raise unknown from None
    told = found.school in all_of_it or _is_told(found, bench.now())
    if found.school not in reached or not told:
        raise unknown
    return found


def listing(
    bench: Bench, reached: Collection[str], *, all_of_it: Collection[str]
) -> tuple[DepartureLine, ...]:
    """What there is, those that wait for somebody first; dated ones for HR and the head alone."""
    now = bench.now()
    every = bench.store.departures.of(reached)
    found = [one for one in every if one.school in all_of_it or _is_told(one, now)]
    seen = bench.store.mirror.some(bench.tenant.tenant_id, {one.object_id for one in found})
    lines = [
        DepartureLine(
            departure=one.id,
            person=str(one.person or ""),
            name=_name(one, seen.get(one.object_id)),
            school=one.school,
            leaves_at=one.leaves_at,
            state=one.state(now),
            reason=str(one.reason) if one.school in all_of_it else "",
            by=one.moves[0].by,
            waits=one.state(now) in WAITING,
        )
        for one in found
    ]
    order = [*WAITING, State.DATED]
    dated = {state: number for number, state in enumerate(order)}
    return tuple(
        sorted(
            lines,
            key=lambda one: (
                not one.waits,
                one.state not in dated,
                one.leaves_at if one.state in dated else now - (one.leaves_at - now),
                one.departure,
            ),
        )
    )


def every_school(bench: Bench) -> frozenset[str]:
    """For the command line, which reaches all that the installation has packs for."""
    return frozenset(schools(bench.packs_dir))


def name_of(bench: Bench, departure: Departure) -> str:
    """The display name of the account as it was seen last, else its sign-in name."""
    seen = bench.store.mirror.some(bench.tenant.tenant_id, [departure.object_id])
    return _name(departure, seen.get(departure.object_id))


def _name(departure: Departure, account: Account | None) -> str:
    return (account.display_name if account else None) or departure.sign_in_name


def _is_told(departure: Departure, now: datetime) -> bool:
    """Whether others than HR and the head may know: its hour came before any withdrawal."""
    withdrawn = departure.last(Did.WITHDRAWN)
    if withdrawn is not None and departure.last(Did.ACTED) is None:
        return False
    return departure.leaves_at <= now


def _confirms(who: Subject, typed: str) -> bool:
    plain = _plain(typed)
    return bool(plain) and plain in {*who.surnames, _plain(who.sign_in_name)}


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _moved(bench: Bench, departure: Departure, move: Move, operation: str) -> Departure:
    with bench.store.transaction():
        bench.store.departures.move(departure.id, move)
        _journal(bench, departure, operation)
    return replace(departure, moves=(*departure.moves, move))


def _journal(bench: Bench, departure: Departure, operation: str) -> None:
    """A token alone: whom it is about is told by the rows of acting, after its hour."""
    row = event(departure.school, "", operation, bench.requester)
    bench.store.journal.append([replace(row, item=departure.id)])
