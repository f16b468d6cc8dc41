"""One school as its licences see it: who is who, what they hold, what they have said yes to."""

from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property

from msgspec import Struct

from graphsync.accounts import Account, Group, Sku, Snapshot
from graphsync.bench import Bench
from graphsync.consenting import consents_on
from graphsync.drafting import desired_of, link_of
from graphsync.intake import Intake
from graphsync.scene import Link, protected_ids
from graphsync.store.consent_modes import ENFORCE, ConsentMode, holding
from graphsync.tenant.door import open_door
from graphsync.tenant.snapshot import snapshot
from graphsync.trouble import Refusal
from graphsync.watching import OURS, Watch
from policies.consent_records import Consent, Consents
from policies.desired import Desired
from policies.people import Kind, PersonKey, Roster
from policies.rules import Rules
from policies.school_days import school_day

NO_ROSTER = "{school} has no accepted roster yet: run graphsync plan or graphsync sync first"
NO_MIRROR = (
    "the tenant was never read: run graphsync plan or graphsync sync first, or add --refresh"
)


class LicenceScene(Struct, frozen=True, kw_only=True, dict=True):
    """All that is told of a school's licences is drawn from this.

    `linked_anywhere` are the object ids of people's accounts, of any school. `enforced_from` is the
    day from which licences without a consent go, None where the school observes. `unsettled` are
    people who may own an account that nobody has matched yet: until then they are left as found.
    """

    rules: Rules
    day: date
    desired: tuple[Desired, ...]
    links: Mapping[PersonKey, Link]
    snapshot: Snapshot
    linked_anywhere: Collection[str] = frozenset()
    consents: Mapping[PersonKey, Consents] = {}
    enforced_from: date | None = None
    unsettled: frozenset[PersonKey] = frozenset()

    def account(self, person: PersonKey) -> Account | None:
        """The person's account, where there is one that the tenant still shows."""
        link = self.links.get(person)
        return self.snapshot.accounts.get(link.object_id) if link else None

    def consent(self, wanted: Desired) -> Consent | None:
        """What stands of a pupil's cloud form; None for staff, and for whom the roster misses."""
        consents = self.consents.get(wanted.key) if wanted.kind is Kind.PUPIL else None
        return consents.cloud if consents else None

    def is_ours(self, group: Group) -> bool:
        """Whether a group is one that graphsync made, or that the pack binds."""
        made = (group.unique_name or "").startswith(OURS)
        return made or group.id in self.rules.groups.bind.values()

    @cached_property
    def protected(self) -> frozenset[str]:
        """The ids of accounts that are never changed."""
        return protected_ids(self.snapshot, self.rules)

    @cached_property
    def skus(self) -> dict[str, Sku]:
        """The tenant's subscriptions by part number."""
        return {sku.sku_part_number: sku for sku in self.snapshot.skus.values()}


async def refreshed(bench: Bench) -> None:
    """Read the tenant now; raises TenantProblem."""
    async with open_door(bench.tenant, bench.now, bench.sleep) as door:
        await Watch(bench, door, frozenset()).look()


def snapshot_of(bench: Bench) -> Snapshot:
    """The tenant as it was last read; raises Refusal where it never was."""
    mirror = bench.store.mirror.load(bench.tenant.tenant_id)
    if mirror is None:
        raise Refusal(NO_MIRROR)
    return snapshot(mirror, bench.now())


def licence_scene(bench: Bench, rules: Rules, roster: Roster, seen: Snapshot) -> LicenceScene:
    """The school today, from its last accepted roster, the store and the tenant as `seen`."""
    now, day = bench.now(), school_day(bench.now())
    links = bench.store.links.of(rules.school)
    left = bench.store.departures.of([rules.school])
    return LicenceScene(
        rules=rules,
        day=day,
        desired=desired_of(bench, Intake(rules, roster, "", day, now), links, left),
        links={key: link_of(link) for key, link in links.items()},
        snapshot=seen,
        linked_anywhere=bench.store.links.all_object_ids(),
        consents=consents_on(bench, rules, roster, day),
        enforced_from=enforced_from(bench.store.consent_modes.of_school(rules.school), day),
        unsettled=frozenset(one.person for one in bench.store.proposals.list(rules.school, "open")),
    )


def enforced_from(modes: tuple[ConsentMode, ...], day: date) -> date | None:
    """The first day from `day` on that enforces, by the head's words as they stand today."""
    turns = sorted({day, *(one.begins for one in modes if one.begins > day)})
    for turn in turns:
        holds = holding(modes, turn)
        if holds is not None and holds.mode == ENFORCE:
            return turn
    return None
