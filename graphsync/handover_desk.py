"""Who takes over from whoever leaves, and how far the steps by hand have come (law B5, task 1)."""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from graphsync.bench import Bench
from graphsync.departure_desk import candidates
from graphsync.matching_desk import people_of
from graphsync.run_desk import event
from graphsync.store.departures import Handover
from graphsync.trouble import Refusal
from policies.departures import Departure, Did, Move, State
from policies.handover import Stage, Task, report, stages, tasks, why_not_ticked
from policies.pack_loading import load_rules
from policies.people import PersonKey


class Someone(Struct, frozen=True):
    """A member of staff: the key, the name, and the sign-in name where an account was seen."""

    key: str
    name: str
    sign_in_name: str


class HandoverStatus(Struct, frozen=True, kw_only=True):
    """One departure's handover; `report` is the line of the day after, empty before it."""

    departure: str
    line_manager: Someone | None
    handover_owner: Someone | None
    named_at: datetime | None
    stages: tuple[Stage, ...]
    tasks: tuple[Task, ...]
    open: int
    report: str


def status(bench: Bench, departure: Departure) -> HandoverStatus:
    """How it stands now; raises PackRefused as `load_rules` does."""
    kept = bench.store.departures.handover(departure.id)
    people = _people(bench, kept)
    manager = people.get(kept.line_manager) if kept and kept.line_manager else None
    owner = people.get(kept.handover_owner) if kept and kept.handover_owner else None
    rules = load_rules(bench.packs_dir, departure.school)
    steps = tasks(departure, owner.sign_in_name if owner else "")
    stands = departure.state(bench.now()) is not State.WITHDRAWN
    return HandoverStatus(
        departure=departure.id,
        line_manager=manager,
        handover_owner=owner,
        named_at=kept.at if kept else None,
        stages=stages(departure, rules.leaver.licence_after_days) if stands else (),
        tasks=steps if stands else (),
        open=sum(one.done is None for one in steps) if stands else 0,
        report=report(departure, bench.now()),
    )


def name_people(
    bench: Bench, reached: Collection[str], departure: Departure, manager: str, owner: str
) -> HandoverStatus:
    """Keep who the line manager is and who takes over; empty is nobody, the last word counts.

    Each is a member of staff by key, staff code or surname. Raises Refusal for a name that several
    have or nobody, for whoever leaves, and for a departure that was withdrawn.
    """
    if departure.state(bench.now()) is State.WITHDRAWN:
        raise Refusal(f"{departure.id} is withdrawn: nobody takes over")
    named = Handover(
        departure=departure.id,
        line_manager=_meant(bench, reached, departure, manager),
        handover_owner=_meant(bench, reached, departure, owner),
        at=bench.now(),
        by=bench.requester,
    )
    told = event(departure.school, "", "departure_handover", bench.requester)
    with bench.store.transaction():
        bench.store.departures.hand_over(named)
        bench.store.journal.append([replace(told, item=departure.id)])
    return status(bench, departure)


def task_named(word: str) -> Did:
    """The step of this word; raises Refusal for a word that is none."""
    if word not in set(Did):
        raise Refusal("nothing is ticked off: there is no such step by hand")
    return Did(word)


def tick(bench: Bench, departure: Departure, task: Did, account: str = "") -> Departure:
    """Somebody's word that a step by hand is done; `account` is theirs, where it is known.

    Raises Refusal for a step that is none, is ticked, or is too early; and for whoever leaves.
    """
    if account and account == departure.object_id:
        raise Refusal(f"a step of {departure.id} is ticked off by somebody else")
    now = bench.now()
    if why := why_not_ticked(departure, task, now):
        raise Refusal(f"nothing is ticked off: {why}")
    done = Move(did=task, at=now, by=bench.requester)
    told = event(departure.school, "", f"departure_{task}", bench.requester)
    with bench.store.transaction():
        bench.store.departures.move(departure.id, done)
        bench.store.journal.append([replace(told, item=departure.id)])
    return replace(departure, moves=(*departure.moves, done))


def _meant(
    bench: Bench, reached: Collection[str], departure: Departure, text: str
) -> PersonKey | None:
    if not text.strip():
        return None
    found = candidates(bench, reached, text)
    if not found:
        raise Refusal("nobody of the staff is found by that: a surname, a staff code, or SCHOOL:ID")
    if len(found) > 1:
        keys = ", ".join(f"{one.key} ({one.about or one.name})" for one in found)
        raise Refusal(f"several are found, write one of their keys: {keys}")
    key = PersonKey.parse(found[0].key)
    if key == departure.person:
        raise Refusal("whoever leaves cannot take over from themselves")
    return key


def _people(bench: Bench, kept: Handover | None) -> dict[PersonKey, Someone]:
    """Those who are named, as the newest roster and the last look at the tenant know them."""
    keys = {one for one in (kept.line_manager, kept.handover_owner) if one} if kept else set()
    links = bench.store.links.some(keys)
    seen = bench.store.mirror.some(
        bench.tenant.tenant_id, [link.object_id for link in links.values()]
    )
    known = {school: people_of(bench, school) for school in {one.school for one in keys}}
    found = {}
    for key in keys:
        person, link = known[key.school].get(key), links.get(key)
        account = seen.get(link.object_id) if link else None
        found[key] = Someone(
            str(key),
            f"{person.given_name} {person.surname}" if person else "",
            account.user_principal_name if account else "",
        )
    return found
