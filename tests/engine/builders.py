"""One small school as values: its people, its tenant, what we did to it, and a night of it.

`a_school(...)` has no account at all; `.loaded()` is the same school after its first load, planned
and applied by the engine itself. `.plan()` draws tonight's plan, `.apply(plan)` lays it over the
school's tenant and keeps the links, as the recorder does.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from graphsync.accounts import (
    Account,
    AssignedLicence,
    Group,
    LicenceState,
    ServicePlan,
    Sku,
    Snapshot,
)
from graphsync.changes import (
    AddToGroup,
    AssignLicence,
    Change,
    CreateUser,
    DisableUser,
    EnableUser,
    Plan,
    RemoveFromGroup,
    RemoveLicence,
    RevokeSessions,
)
from graphsync.confirming import Tenant, Written, confirmed, overlay
from graphsync.matching import Settled, match
from graphsync.names import NameBook
from graphsync.planning import Link, Scene, plan_changes
from graphsync.reasons import Reason
from policies.consent_records import Consents
from policies.departures import Departed
from policies.desired import Records, desired_state
from policies.holds import Hold, HoldMode
from policies.lifecycle import Known, Sighting, Stage
from policies.pack_loading import load_rules
from policies.people import FrozenPerson, Kind, Membership, Person, PersonKey, Roster
from policies.rules import Limit, Operation, ProtectedRules, Rules

DAY = date(2026, 3, 2)  # a Monday in term
BEFORE = DAY - timedelta(days=60)
A3 = Sku(
    sku_id="sku-a3",
    sku_part_number="A3_FACULTY",
    consumed_units=0,
    enabled_units=100,
    service_plans=(ServicePlan("plan-teams", "TEAMS1"), ServicePlan("plan-sway", "SWAY")),
)
PACK = """\
school: {id: oak, name: Oak School, domain: oak.example}
naming: {pupil: "{entry:2}{surname:8}{initial}", staff: "{initial}.{surname}"}
groups:
  all_pupils: "{school} All pupils"
  all_staff: "{school} All staff"
  year: "{school} Year {year}"
  registration: "{school} Form {form}"
licences: {staff: {skus: [A3_FACULTY], disabled_plans: [SWAY]}}
"""


@lru_cache
def rules(more: str = "", pack: str = PACK) -> Rules:
    """The effective rules of the pack above, with `more` YAML keys."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "oak.yaml").write_text(pack + more, encoding="utf-8")
        return load_rules(Path(folder), "oak")


def with_limit(operation: Operation, floor: int, share: float, count: int) -> Rules:
    return replace(rules(), limits={**rules().limits, operation: Limit(floor, share, count)})


def protecting(accounts: tuple[str, ...] = (), groups: tuple[str, ...] = ()) -> Rules:
    return replace(rules(), protected=ProtectedRules(accounts=accounts, groups=groups))


def key(mis_id: str = "1") -> PersonKey:
    return PersonKey("oak", mis_id)


def at(day: date, hour: int = 2) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)


def a_person(mis_id: str = "1", **fields: Any) -> Person:
    """A pupil of 7B."""
    usual: dict[str, Any] = {
        "kind": Kind.PUPIL,
        "given_name": "Amy",
        "surname": "Smith",
        "year": "7",
        "form": "7B",
        "entry_year": 2025,
    }
    return Person(key=key(mis_id), **(usual | fields))


def a_teacher(mis_id: str = "50", **fields: Any) -> Person:
    usual: dict[str, Any] = {
        "kind": Kind.STAFF,
        "given_name": "Rosa",
        "surname": "Okafor",
        "title": "Ms",
        "roles": ("Teacher of History",),
    }
    return Person(key=key(mis_id), **(usual | fields))


def a_roster(*people: Person, frozen: Iterable[FrozenPerson] = (), **fields: Any) -> Roster:
    return Roster.of("oak", people, frozen=frozen, **({"complete": frozenset(Kind)} | fields))


def an_account(object_id: str = "foreign", **fields: Any) -> Account:
    """An enabled member account of the school's domain, with no names."""
    usual: dict[str, Any] = {
        "user_principal_name": f"{object_id}@oak.example",
        "mail_nickname": object_id,
        "account_enabled": True,
        "user_type": "Member",
    }
    return Account(id=object_id, **(usual | fields))


def a_snapshot(*accounts: Account, groups: Iterable[Group] = (), **fields: Any) -> Snapshot:
    usual: dict[str, Any] = {
        "taken_at": at(DAY),
        "skus": {A3.sku_id: A3},
        "protected": frozenset(),
        "groups": {group.id: group for group in groups},
    }
    return Snapshot(accounts={one.id: one for one in accounts}, **(usual | fields))


def freeze(until: date | None = None, clause: str = "") -> Hold:
    return Hold(mode=HoldMode.FREEZE, reason="head of year asks", until=until, clause=clause)


def suspend(until: date | None = None, clause: str = "") -> Hold:
    return Hold(mode=HoldMode.SUSPEND, reason="excluded", until=until, clause=clause)


def sightings(*moments: tuple[str, datetime]) -> tuple[Sighting, ...]:
    return tuple(Sighting(sha256, when) for sha256, when in moments)


# A person missing from two different exports, the second of them tonight's.
GONE = sightings(("export 1", at(DAY - timedelta(days=1))), ("export 2", at(DAY)))


class School(Struct, kw_only=True):
    """The school and its tenant; tests change what the night changes."""

    people: tuple[Person, ...]
    rules: Rules
    day: date
    accounts: dict[str, Account]
    groups: dict[str, Group]
    skus: dict[str, Sku]
    protected: frozenset[str]
    links: dict[PersonKey, Link]
    known: dict[PersonKey, Known]
    holds: dict[PersonKey, Hold]
    absences: dict[PersonKey, tuple[Sighting, ...]]
    frozen: tuple[FrozenPerson, ...] = ()
    complete: frozenset[Kind] = frozenset(Kind)
    unidentified: dict[Kind, int] = {}
    settled: Settled = Settled()
    reserved: dict[str, PersonKey] = {}
    elsewhere: frozenset[str] = frozenset()
    made: frozenset[tuple[str, str]] = frozenset()
    school_data_sync: frozenset[str] = frozenset()
    first: bool = False
    memberships: tuple[Membership, ...] = ()
    consents: dict[PersonKey, Consents] = {}
    enforced: bool = False
    given: dict[str, int] = {}
    departed: dict[PersonKey, Departed] = {}
    returning: frozenset[PersonKey] = frozenset()

    def scene(self) -> Scene:
        """What tonight's plan is drawn from, put together as a drafting puts it together."""
        snapshot = Snapshot(
            taken_at=at(self.day),
            accounts=self.accounts,
            groups=self.groups,
            skus=self.skus,
            protected=self.protected,
            school_data_sync=self.school_data_sync,
        )
        desired = desired_state(
            roster=a_roster(
                *self.people,
                frozen=self.frozen,
                complete=self.complete,
                unidentified=self.unidentified,
                memberships=self.memberships,
            ),
            rules=self.rules,
            records=Records(
                known=self.known,
                holds=self.holds,
                absences=self.absences,
                consents=self.consents,
                enforced=self.enforced,
                departed=self.departed,
                returning=self.returning,
            ),
            day=self.day,
        )
        names = NameBook(self.rules, snapshot, self.reserved)
        matching = match(
            unlinked=[
                one.person
                for one in desired
                if one.person is not None
                and one.key not in self.links
                and one.standing.stage is not Stage.HELD
            ],
            snapshot=snapshot,
            linked_ids={link.object_id for link in self.links.values()} | self.elsewhere,
            domain=self.rules.domain,
            alias_of=names.plain,
            settled=self.settled,
        )
        return Scene(
            school="oak",
            day=self.day,
            roster_sha256="roster",
            desired=desired,
            rules=self.rules,
            snapshot=snapshot,
            links=self.links,
            linked_elsewhere=self.elsewhere,
            matching=matching,
            user_name=names.name,
            first=self.first,
            made=self.made,
            given=self.given,
        )

    def plan(self) -> Plan:
        return plan_changes(self.scene())

    def apply(self, plan: Plan, hour: int = 2) -> "School":
        """Every change of the plan is accepted and seen in the tenant."""
        tenant = Tenant(self.accounts, self.groups)
        for change in plan.changes:
            written = self._written(change, at(self.day, hour))
            overlay(written, tenant)
            assert confirmed(written, tenant), change
            self._keep(change, written)
        return self

    def loaded(self) -> "School":
        """The school after its first load, sixty days ago; everyone's account is as it should."""
        today, self.day = self.day, BEFORE
        self.apply(self.plan())
        assert not self.plan().changes
        self.day = today
        return self

    def account(self, mis_id: str) -> Account:
        return self.accounts[self.links[key(mis_id)].object_id]

    def alter(self, mis_id: str, **fields: Any) -> "School":
        """Somebody changes a person's account in the tenant."""
        account = self.account(mis_id)
        self.accounts[account.id] = replace(account, **fields)
        return self

    def link(self, mis_id: str, **fields: Any) -> "School":
        self.links[key(mis_id)] = replace(self.links[key(mis_id)], **fields)
        return self

    def person(self, mis_id: str, **fields: Any) -> "School":
        """The roster says something else about a person tonight."""
        self.people = tuple(
            replace(one, **fields) if one.key.mis_id == mis_id else one for one in self.people
        )
        return self

    def without(self, mis_id: str) -> "School":
        """The person is not on tonight's roster."""
        self.people = tuple(one for one in self.people if one.key.mis_id != mis_id)
        return self

    def next_day(self, days: int = 1) -> "School":
        self.day += timedelta(days=days)
        return self

    def _written(self, change: Change, when: datetime) -> Written:
        link = self.links.get(change.person) if change.person else None
        account_id = change.account or (link.object_id if link else f"new {change.person}")
        account = self.accounts.get(account_id)
        return Written(
            change=change,
            at=when,
            account=account_id,
            group=getattr(change, "group_id", None) or f"new {change.target}",
            sessions_before=account.sign_in_sessions_valid_from_date_time if account else None,
        )

    def _count(self, change: Change) -> None:
        """Units taken and given back; an account may hold some of a contract that has ended."""
        if isinstance(change, AssignLicence | RemoveLicence):
            step = -1 if isinstance(change, RemoveLicence) else int(change.is_new)
            if sku := self.skus.get(change.sku_id):
                self.skus[sku.sku_id] = replace(sku, consumed_units=sku.consumed_units + step)

    def _keep(self, change: Change, written: Written) -> None:
        self._count(change)
        if change.person is None or change.population is None:
            return
        who = change.person
        if getattr(change, "group_id", None) in self.rules.groups.bind.values():
            pair = {(written.group or "", written.account or "")}
            if isinstance(change, AddToGroup):
                self.made |= pair
            elif isinstance(change, RemoveFromGroup):
                self.made -= pair
        if isinstance(change, CreateUser):
            self.links[who] = Link(object_id=written.account or "")
            self.known[who] = Known(kind=change.population)
        elif isinstance(change, DisableUser):
            self.links[who] = replace(self.links[who], blocked_at=written.at)
            self.known[who] = replace(self.known[who], blocked=True, left_on=change.last_day)
        elif isinstance(change, RevokeSessions):
            self.links[who] = replace(self.links[who], revoked_at=written.at)
        elif isinstance(change, EnableUser):
            self.links[who] = replace(self.links[who], blocked_at=None, revoked_at=None)
            self.known[who] = replace(self.known[who], blocked=False, left_on=None)


def a_school(*people: Person, **fields: Any) -> School:
    """The school of these people, with an empty tenant unless `accounts` are given."""
    accounts: Iterable[Account] = fields.pop("accounts", ())
    groups: Iterable[Group] = fields.pop("groups", ())
    usual: dict[str, Any] = {
        "people": people,
        "rules": rules(),
        "day": DAY,
        "skus": {A3.sku_id: A3},
        "protected": frozenset(),
        "links": {},
        "known": {},
        "holds": {},
        "absences": {},
    }
    return School(
        accounts={one.id: one for one in accounts},
        groups={one.id: one for one in groups},
        **(usual | fields),
    )


def an_adopted_school(person: Person, **fields: Any) -> School:
    """One person whose account was there before us and was adopted."""
    account = an_account("old", **fields)
    return a_school(
        person,
        accounts=[account],
        links={person.key: Link(object_id="old", adopted=True)},
        known={person.key: Known(kind=person.kind)},
    )


def kinds(plan: Plan, mis_id: str | None = None) -> list[str]:
    """The kinds of the plan's changes, in order; of one person where one is named."""
    return [c.kind for c in plan.changes if mis_id is None or c.person == key(mis_id)]


def reasons(plan: Plan, mis_id: str = "1") -> list[Reason]:
    """Why a person is held."""
    return [one.reason for one in plan.held if one.person == key(mis_id)]


def only(plan: Plan, kind: str) -> Any:
    """The one change of this kind."""
    (found,) = [change for change in plan.changes if change.kind == kind]
    return found


def licensed(*states: LicenceState) -> dict[str, Any]:
    """The fields of an account that holds the licence by these ways."""
    return {
        "assigned_licenses": (AssignedLicence(A3.sku_id),),
        "license_assignment_states": states,
    }


DIRECT = LicenceState(A3.sku_id)
INHERITED = LicenceState(A3.sku_id, assigned_by_group="licence group")
