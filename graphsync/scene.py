"""All that a school's plan is drawn from, and what is told of the whole before anyone's part."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime

from msgspec import Struct

from graphsync.accounts import Account, Snapshot
from graphsync.matching import Matching
from policies.desired import Desired
from policies.people import Person, PersonKey
from policies.rules import Rules


class Link(Struct, frozen=True, kw_only=True):
    """What we know of a person's account: its object, whether we adopted it, what we did to it."""

    object_id: str
    adopted: bool = False
    blocked_at: datetime | None = None
    revoked_at: datetime | None = None


class Scene(Struct, frozen=True, kw_only=True):
    """All that a plan is drawn from. `user_name` gives a joiner's alias, or raises NoName.

    `made` are the memberships of bound groups that we made: ids of the group and of the account.
    `given` counts what other plans of the same run give, by part number of the SKU.
    `deny` are the pupils of whom a person asks that the tenant be told Denied.
    """

    school: str
    day: date
    roster_sha256: str
    desired: tuple[Desired, ...]
    rules: Rules
    snapshot: Snapshot
    links: Mapping[PersonKey, Link]
    linked_elsewhere: Collection[str]
    matching: Matching
    user_name: Callable[[Person], str]
    first: bool
    made: Collection[tuple[str, str]] = frozenset()
    given: Mapping[str, int] = {}
    deny: frozenset[PersonKey] = frozenset()


def protected_ids(snapshot: Snapshot, rules: Rules) -> frozenset[str]:
    """The accounts that are never changed: role holders and the pack's list (decision 10)."""
    if not (listed := listed_accounts(rules)):
        return snapshot.protected
    named = {one.id for one in snapshot.accounts.values() if is_listed(one, listed)}
    return snapshot.protected | named


def listed_accounts(rules: Rules) -> frozenset[str]:
    """The sign-in names and object ids on the pack's list of protected accounts, in one case."""
    return frozenset(name.casefold() for name in rules.protected.all_accounts)


def is_listed(account: Account, listed: Collection[str]) -> bool:
    """Whether an account is among `listed_accounts`, by either."""
    return account.id in listed or account.user_principal_name.casefold() in listed


def strangers(scene: Scene, protected: frozenset[str]) -> int:
    """Enabled members of the school's domain who are neither linked nor protected (decision 16)."""
    ours = {link.object_id for link in scene.links.values()}
    return sum(
        1
        for account in scene.snapshot.in_domain(scene.rules.domain)
        if account.account_enabled
        and account.id not in ours
        and account.id not in scene.linked_elsewhere
        and account.id not in protected
        and account.is_member
    )
