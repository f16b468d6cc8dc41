"""What a killed run left open: each intent without an outcome is settled by reading the tenant."""

from collections.abc import Iterable

from msgspec import Struct

from graphsync.accounts import Group, Snapshot
from graphsync.bench import Bench
from graphsync.changes import (
    AddToGroup,
    Change,
    CreateGroup,
    CreateTeam,
    CreateUser,
    LicenseGroup,
    RemoveFromGroup,
    UpdateGroup,
)
from graphsync.confirming import Tenant, Written, confirmed
from graphsync.desk_acts import DESK, left_open, settled
from graphsync.linking import link_after
from graphsync.patience import Patience
from graphsync.recording import ObjectId, Recorder, pending, planned_changes
from graphsync.report import Outcome
from graphsync.resolving import Resolver
from graphsync.store.journal import Entry, JournalRow
from graphsync.store.links import Link
from graphsync.tenant import reading
from graphsync.tenant.answers import Answer
from graphsync.tenant.door import Door
from graphsync.tenant.requests import read_back_path
from graphsync.unshown import sessions_before
from policies.people import PersonKey

Told = tuple[Outcome, str]
NOT_OURS = "the name is taken by an account that is not ours: the next plan numbers past it"


def read_back(change: Change, answer: Answer, recorder: Recorder) -> Told | None:
    """What a GET tells about a doubtful change; None while it may still show later."""
    if not answer.succeeded:
        return None
    stamp = recorder.stamp_attribute
    match change:
        case CreateUser():
            account = reading.account(answer.body, stamp)
            if account.stamp != change.stamp:
                return (Outcome.REFUSED, NOT_OURS)
            if change.person:
                recorder.resolver.accounts[change.person] = account.id
            return (Outcome.DONE, "")
        case CreateGroup():
            recorder.resolver.groups[change.group] = answer.json(ObjectId).id
            return (Outcome.DONE, "")
        case _:
            written = recorder.written_of(change)
            seen = _seen(change, answer, written, stamp)
            return (Outcome.DONE, "") if confirmed(written, seen) else None


def _seen(change: Change, answer: Answer, written: Written, stamp: str) -> Tenant:
    """The answer as a tenant of one object."""
    if isinstance(change, AddToGroup | RemoveFromGroup):
        members = frozenset(member.id for member in reading.members(answer.body))
        group_id = written.group or ""
        return Tenant({}, {group_id: Group(id=group_id, members=members)})
    if isinstance(change, UpdateGroup | CreateTeam | LicenseGroup):
        group = answer.json(Group)
        return Tenant({}, {group.id: group})
    account = reading.account(answer.body, stamp)
    return Tenant({account.id: account}, {})


class _Open(Struct, frozen=True):
    """An intent without an outcome, and the change it was about, from the stored plan."""

    row: JournalRow
    change: Change


async def settle_open(bench: Bench, door: Door, schools: Iterable[str], snapshot: Snapshot) -> int:
    """Give every open intent of these schools its outcome; how many there were.

    Accounts and groups are looked up by name, as long as replication may hide them, and laid over
    the mirror: the replica that shows them is not the one that tells of changes. Everything
    else is told from the snapshot: what it does not show counts as unknown, and the next plan
    writes it again, which no operation of ours minds.
    """
    schools = list(schools)
    _settle_desks(bench, schools, snapshot)
    found = [one for school in schools for one in _open(bench, school)]
    if not found:
        return 0
    bench.progress.stage(f"Settling {len(found)} changes that an earlier run left open")
    born = [one for one in found if isinstance(one.change, CreateUser | CreateGroup)]
    ids = await _look_up(bench, door, born)
    tenant = Tenant(snapshot.accounts, snapshot.groups)
    links: dict[PersonKey, Link] = {}
    for school in {one.row.school for one in found}:
        links |= bench.store.links.of(school)
    entries, changed, unshown = [], [], []
    for one in found:
        link = links.get(one.change.person) if one.change.person else None
        outcome, object_id = _told(one, ids, tenant, link)
        entries.append(_outcome(one, outcome, object_id))
        after = link_after(one.change, outcome, link, object_id, one.row.at)
        if after is not None:
            links[after.person] = after
            changed.append(after)
        if (made := _born(one, outcome, object_id)) is not None:
            unshown.append(pending(made, one.row.run))
    with bench.store.transaction():
        bench.store.journal.append(entries)
        bench.store.mirror.put_pending(unshown)
        bench.store.links.put_many(changed)
    return len(found)


def _open(bench: Bench, school: str) -> list[_Open]:
    plans: dict[str, dict[str, Change]] = {}
    found = []
    for row in bench.store.journal.unresolved(school):
        if row.run.startswith(DESK):
            continue
        if row.run not in plans:
            plans[row.run] = planned_changes(bench.store, row.run)
        if (change := plans[row.run].get(row.item)) is not None:
            found.append(_Open(row, change))
    return found


def _settle_desks(bench: Bench, schools: Iterable[str], snapshot: Snapshot) -> None:
    """What a killed desk left open; no plan stands behind it, and none writes it again."""
    rows = [row for school in schools for row in bench.store.journal.unresolved(school)]
    bench.store.journal.append(
        [
            settled(row, snapshot.accounts.get(row.object_id or ""))
            for row in left_open(rows, bench.now())
        ]
    )


async def _look_up(bench: Bench, door: Door, born: list[_Open]) -> dict[tuple[str, str], str]:
    """The object ids of what was to be created and is there and ours, by (run, item)."""
    ids: dict[tuple[str, str], str] = {}
    nobody = Resolver((), lambda _: "")  # what is looked up goes by name
    waiting = born
    newest = max((one.row.at for one in born), default=bench.now())
    seconds = door.settings.verify_wait - (bench.now() - newest).total_seconds()
    patience = Patience(bench.sleep, seconds)
    while waiting:
        paths = [read_back_path(one.change, nobody, door.settings) for one in waiting]
        answers = await door.read_batch(paths)
        missing = []
        for one, answer in zip(waiting, answers, strict=True):
            if answer.succeeded:
                ids[one.row.run, one.row.item] = _ours(one.change, answer, door.settings.stamp)
            else:
                missing.append(one)
        waiting = missing
        if waiting and not await patience.again():
            break
    return ids


def _ours(change: Change, answer: Answer, stamp: str) -> str:
    """The id, or nothing when the account under that name carries another stamp."""
    if isinstance(change, CreateUser):
        account = reading.account(answer.body, stamp)
        return account.id if account.stamp == change.stamp else ""
    group: ObjectId = answer.json(ObjectId)
    return group.id


def _born(one: _Open, outcome: Outcome, object_id: str | None) -> Written | None:
    """What was created after all, as it is laid over the mirror."""
    if outcome is not Outcome.DONE:
        return None
    match one.change:
        case CreateUser():
            return Written(change=one.change, at=one.row.at, account=object_id)
        case CreateGroup():
            return Written(change=one.change, at=one.row.at, group=object_id)
        case _:
            return None


def _told(
    one: _Open,
    ids: dict[tuple[str, str], str],
    tenant: Tenant,
    link: Link | None,
) -> tuple[Outcome, str | None]:
    if isinstance(one.change, CreateUser | CreateGroup):
        object_id = ids.get((one.row.run, one.row.item))
        return (Outcome.DONE, object_id) if object_id else (Outcome.UNKNOWN, None)
    account = one.change.account or (link.object_id if link else None)
    written = Written(
        change=one.change,
        at=one.row.at,
        account=account,
        group=_group_id(one.change, tenant),
        sessions_before=sessions_before(one.row),
    )
    return (Outcome.DONE if confirmed(written, tenant) else Outcome.UNKNOWN, account)


def _group_id(change: Change, tenant: Tenant) -> str | None:
    if isinstance(change, UpdateGroup | CreateTeam | RemoveFromGroup):
        return change.group_id
    if isinstance(change, AddToGroup | LicenseGroup):
        named = (g.id for g in tenant.groups.values() if g.unique_name == change.group)
        return change.group_id or next(named, None)
    return None


def _outcome(one: _Open, outcome: Outcome, object_id: str | None) -> Entry:
    row = one.row
    return Entry(
        school=row.school,
        run=row.run,
        item=row.item,
        what="outcome",
        operation=row.operation,
        person=row.person,
        object_id=object_id or row.object_id,
        population=row.population,
        result=str(outcome),
    )
