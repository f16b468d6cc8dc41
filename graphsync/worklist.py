"""Which rows of the worklist a plan asks for, and what becomes of those that stand (decision 9).

Pure. A plan holds what Active Directory must do; here each of those becomes a row with the values
to set. A row that is no longer asked for is *seen* when the tenant shows it, *withdrawn* when the
roster or the pack no longer wants it, and stands, in doubt, while nobody can tell.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from graphsync import differences
from graphsync.accounts import Account
from graphsync.changes import Held, Plan
from graphsync.guard import nightly
from graphsync.reasons import Reason
from graphsync.scene import Scene
from graphsync.stamps import stamp
from graphsync.store.worklist import Row, Task
from policies.desired import Desired
from policies.lifecycle import Stage
from policies.naming import NoName, entra_name
from policies.people import Person, PersonKey
from policies.rules import Operation, WorklistRules
from policies.units import lies_in, unit_of

SEEN = "seen in the tenant"
WITHDRAWN = "no longer asked for"
UNIT = "ou"
LAST_DAY = "lastDay"
LAST_CHANGE = "lastPasswordChange"
LOGON_NAME = "sAMAccountName"
LONGEST_LOGON_NAME = 20  # sAMAccountName of a user ("User Naming Attributes", Windows docs)
PAUSED = "the school is paused"
WAITS = "the plan that asks for it waits for an approval: graphsync runs"
LEFT_OUT = "left out when its plan was approved"
NO_SID = "the tenant does not show which object of Active Directory it is"

# While somebody is held for one of these, nobody can tell whether a row is still right.
_NOBODY_CAN_TELL = {
    Reason.BAD_ROW: "the person's row in the roster cannot be trusted",
    Reason.ABSENT: "the person is missing from the export",
    Reason.HOLD: "the person is on hold",
    Reason.POSSIBLE_ACCOUNT: "an account like it is in the tenant: graphsync match list",
    Reason.DISPUTED: "several accounts like it are in the tenant: graphsync match list",
    Reason.PROTECTED: "the account is protected",
    Reason.DISABLED_BY_HAND: "somebody disabled the account",
}


class Asked(Struct, frozen=True, kw_only=True):
    """What a plan asks of Active Directory for one person: a row without id and dates."""

    person: PersonKey
    task: Task
    why: str
    account: Account | None = None
    wanted: dict[str, str] = {}
    doubt: str = ""

    def __repr__(self) -> str:
        return f"Asked({self.person}, {self.task})"


AskedOrRow = TypeVar("AskedOrRow", Asked, Row)


class Closed(Struct, frozen=True):
    """A row that ends, and why."""

    row: Row
    how: str


class Comparison(Struct, frozen=True):
    """The rows to open, those that stand with other values or doubts, and those to close."""

    opened: tuple[Asked, ...] = ()
    renewed: tuple[Row, ...] = ()
    closed: tuple[Closed, ...] = ()

    def not_yet_done(self, rows: Sequence[Row]) -> "Comparison":
        """What is left of it when these rows stand now: another process may have been quicker."""
        ids = {row.id for row in rows}
        tasks = {(row.person, row.task) for row in rows}
        return Comparison(
            tuple(one for one in self.opened if (one.person, one.task) not in tasks),
            tuple(row for row in self.renewed if row.id in ids),
            tuple(one for one in self.closed if one.row.id in ids),
        )

    def until_approved(self, rows: Iterable[Row]) -> "Comparison":
        """The same of a plan that is parked: what it asks for anew is in doubt (decision 15).

        Of these rows, the ones that stood without a doubt and keep their values stay as they are:
        an earlier plan that passed, or was approved, had asked for the same. So does what a person
        asked for.
        """
        sure = {row.id: row.wanted for row in rows if not row.doubt}
        return Comparison(
            tuple(_waiting(one) for one in self.opened),
            tuple(
                row
                if row.task is Task.PASSWORD or sure.get(row.id) == row.wanted
                else _waiting(row)
                for row in self.renewed
            ),
            self.closed,
        )


def compare(
    scene: Scene,
    plan: Plan,
    rows: Sequence[Row],
    *,
    mark: str | None,
    in_scope: Callable[[PersonKey], bool] = lambda _: True,
    pause: str = "",
) -> Comparison:
    """The open rows of a school against a plan of it.

    `mark` is the AD attribute that carries our stamp of a new account, None where there is none.
    Rows of people outside the plan's scope stand as they are. In a `pause`, of which the words are
    given, only disabling is asked for; other rows that stand are in doubt.
    """
    listed = _in_pause(_sure(_asked(scene, plan, mark), scene, plan), pause)
    asked = {(one.person, one.task): one for one in listed}
    held = {one.person: one for one in plan.held if one.reason in _NOBODY_CAN_TELL}
    standing, closed = [], []
    for row in filter(lambda row: in_scope(row.person), rows):
        known = asked.pop((row.person, row.task), None)
        if known is not None:
            standing.append((row, _renewed(row, known)))
        elif how := _ending(row, scene, held.get(row.person)):
            closed.append(Closed(row, how))
        else:
            standing.append((row, _doubted(row, held.get(row.person))))
    renewed = tuple(now for row, now in standing if now != row)
    opened = tuple(one for one in asked.values() if not pause or one.task is Task.DISABLE)
    return Comparison(opened, renewed, tuple(closed))


def _waiting(one: AskedOrRow) -> AskedOrRow:
    return one if one.doubt else replace(one, doubt=WAITS)


def asked_of_ad(plan: Plan) -> frozenset[PersonKey]:
    """The people for whom a plan asks something of Active Directory."""
    return frozenset(one.person for one in plan.held if one.reason is Reason.AD)


def ad_attribute(mark: str) -> str | None:
    """The attribute of Active Directory that becomes this one of Graph.

    employeeID and the fifteen extension attributes are in Entra Connect's default rules
    ("Attributes synchronized to Microsoft Entra ID"); unverified for cloud sync. A directory
    extension has another name in every forest.
    """
    if mark == "employeeId":
        return "employeeID"
    return mark if mark.startswith("extensionAttribute") else None


def due(task: Task, day: date, rules: WorklistRules) -> date:
    """The last day on which a task of `day` is done in time; within one day is the same day."""
    within = rules.disable_within_days if task is Task.DISABLE else rules.change_within_days
    return day + timedelta(days=within - 1)


def _asked(scene: Scene, plan: Plan, mark: str | None) -> Iterator[Asked]:
    held = [one for one in plan.held if one.reason is Reason.AD]
    people = {one.person for one in held}
    wanted = {one.key: one for one in scene.desired if one.key in people} if people else {}
    for one in held:
        yield from _task(one, wanted[one.person], scene, mark)


def _task(held: Held, wanted: Desired, scene: Scene, mark: str | None) -> Iterator[Asked]:
    """The row for one thing held for Active Directory."""
    if held.what == "create_user":
        if wanted.person is not None:
            yield _create(wanted, wanted.person, scene, mark)
        return
    link = scene.links[wanted.key]
    account = scene.snapshot.accounts[link.object_id]
    match held.what:
        case "disable_user":
            left_on = wanted.standing.left_on
            values = {LAST_DAY: left_on.isoformat()} if left_on else {}
            yield _of(wanted, account, Task.DISABLE, _why_out(wanted), values)
        case "enable_user":
            yield _of(wanted, account, Task.ENABLE, "back: may sign in again")
        case "update_user":
            found = differences.of(wanted, account, scene.rules, adopted=link.adopted).for_ad
            values = {name: value for name, value in found.items() if value}
            if values:
                yield _of(wanted, account, Task.RENAME, "the roster says otherwise", values)
        case "move_user":
            unit = _unit(wanted, scene)
            yield _of(wanted, account, Task.MOVE, "belongs in another unit", {UNIT: unit})


def _of(
    wanted: Desired, account: Account, task: Task, why: str, values: dict[str, str] | None = None
) -> Asked:
    return Asked(
        person=wanted.key,
        task=task,
        why=why,
        account=account,
        wanted=values or {},
        doubt="" if account.on_premises_security_identifier else NO_SID,
    )


def _create(wanted: Desired, person: Person, scene: Scene, mark: str | None) -> Asked:
    why = f"new {person.kind}: has no account yet"
    try:
        alias = scene.user_name(person)
    except NoName as problem:
        return Asked(person=person.key, task=Task.CREATE, why=why, doubt=str(problem))
    values = {
        "userPrincipalName": f"{alias}@{scene.rules.domain}",
        LOGON_NAME: alias,
        "displayName": wanted.display_name,
        "givenName": entra_name(person.given_name),
        "surname": entra_name(person.surname),
        "department": wanted.department or "",
        UNIT: _unit(wanted, scene),
        mark or "": stamp(person.key) if mark else "",
    }
    long = len(alias) > LONGEST_LOGON_NAME
    return Asked(
        person=person.key,
        task=Task.CREATE,
        why=why,
        wanted={name: value for name, value in values.items() if value},
        doubt=f"the name is longer than {LONGEST_LOGON_NAME} characters" if long else "",
    )


def _unit(wanted: Desired, scene: Scene) -> str:
    units = scene.rules.worklist.units
    return (unit_of(wanted.person, units) if wanted.person else None) or ""


def _why_out(wanted: Desired) -> str:
    """Why somebody may not sign in any more; the reason of a suspension is nobody's business."""
    where = wanted.standing
    return "suspended" if where.stage is Stage.SUSPENDED else f"left: {where.sentence}"


def _sure(asked: Iterable[Asked], scene: Scene, plan: Plan) -> Iterator[Asked]:
    """The same, in doubt where more is to be disabled than a night may disable (decision 15)."""
    listed = list(asked)
    kinds = {one.key: one.kind for one in scene.desired} if listed else {}
    disabled = Counter(kinds[one.person] for one in listed if one.task is Task.DISABLE)
    limit = scene.rules.limits[Operation.DISABLE]
    for one in listed:
        kind = kinds[one.person]
        most = nightly(limit, plan.linked.get(kind, 0))
        if one.task is Task.DISABLE and disabled[kind] > most:
            doubt = (
                f"{disabled[kind]} accounts of {kind} to be disabled at once, the pack allows"
                f" {most}: see that the roster is right, then raise limits.disable"
            )
            yield replace(one, doubt=doubt)
        else:
            yield one


def _in_pause(asked: Iterable[Asked], pause: str) -> Iterator[Asked]:
    """The same, in doubt where a pause stands in the way; departures pass."""
    for one in asked:
        yield replace(one, doubt=pause) if pause and one.task is not Task.DISABLE else one


def _renewed(row: Row, asked: Asked) -> Row:
    """The row as it is asked for now; it keeps its id, its dates and its place in the list."""
    return replace(row, why=asked.why, doubt=asked.doubt, wanted=asked.wanted, **named(asked))


def named(asked: Asked) -> dict[str, str | None]:
    """How the account is named in a row."""
    account = asked.account
    if account is None:
        sign_in_name = asked.wanted.get("userPrincipalName", "")
        return {"object_id": None, "sign_in_name": sign_in_name, "sid": ""}
    return {
        "object_id": account.id,
        "sign_in_name": account.user_principal_name,
        "sid": account.on_premises_security_identifier or "",
    }


def _ending(row: Row, scene: Scene, held: Held | None) -> str:
    """Why a row ends that no plan asks for, or nothing when it stands."""
    link = scene.links.get(row.person)
    account = scene.snapshot.accounts.get(link.object_id) if link else None
    if row.task is Task.CREATE:
        seen = account is not None
    elif link is None or link.object_id != row.object_id:
        return WITHDRAWN
    else:
        seen = _SHOWN[row.task](account, row)
    if seen:
        return SEEN
    if row.task is Task.PASSWORD:
        return "" if account and account.mastered_in_ad else WITHDRAWN
    return "" if held else WITHDRAWN


def _disabled(account: Account | None, _: Row) -> bool:
    """Gone is as good as disabled: somebody moved it out of what is synchronised."""
    return account is None or account.account_enabled is False


def _enabled(account: Account | None, _: Row) -> bool:
    return account is not None and account.account_enabled is True


def _renamed(account: Account | None, row: Row) -> bool:
    return account is not None and row.wanted.items() <= differences.present(account).items()


def _moved(account: Account | None, row: Row) -> bool:
    place = account.on_premises_distinguished_name if account else None
    return bool(place) and lies_in(place or "", row.wanted[UNIT])


def _new_password(account: Account | None, row: Row) -> bool:
    """Whether the password was changed since it was asked for, and since we last had looked.

    Graph's lastPasswordChangeDateTime follows AD's pwdLastSet where password hashes are
    synchronised; unverified for other set-ups, where the row stands until it is withdrawn. Two
    looks, because Graph's clock is not ours.
    """
    changed = account.last_password_change_date_time if account else None
    if changed is None or changed.isoformat() == row.wanted.get(LAST_CHANGE):
        return False
    return changed > row.created_at


_SHOWN: Mapping[Task, Callable[[Account | None, Row], bool]] = {
    Task.DISABLE: _disabled,
    Task.ENABLE: _enabled,
    Task.RENAME: _renamed,
    Task.MOVE: _moved,
    Task.PASSWORD: _new_password,
}


def _doubted(row: Row, held: Held | None) -> Row:
    """A row that stands though no plan asks for it tonight."""
    if held is None:
        return replace(row, doubt="" if row.sid else NO_SID)
    if row.task is Task.DISABLE and held.reason is Reason.ABSENT:
        return row  # a leaver who is no longer exported is no less a leaver
    return replace(row, doubt=_NOBODY_CAN_TELL[held.reason])
