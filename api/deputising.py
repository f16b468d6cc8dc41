"""Who may stand in for which role, and who holds what as far as this service knows (law B0)."""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from api.access import Access, reaches
from api.permissions import DEPUTISED, AppRole, Reach, Who, conflict_of, roles_in
from graphsync import deputy_desk as desk
from graphsync.bench import Bench
from graphsync.deputy_desk import Wish
from graphsync.store.deputies import Deputy
from graphsync.trouble import Refusal
from policies.pack_loading import load_rules
from policies.school_days import school_day


class Holder(Struct, frozen=True, kw_only=True):
    """Somebody who is signed in, with the roles of that sign-in."""

    account: str
    name: str
    roles: tuple[str, ...]
    schools: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Holder({self.account})"


class Waiver(Struct, frozen=True, kw_only=True):
    """A small-school waiver of a pack."""

    school: str
    until: date
    named_by: str
    reason: str
    stands: bool


def name(bench: Bench, who: Who, key: str, wish: Wish) -> Deputy:
    """This head's deputy, by the key of a member of staff.

    Raises Refusal for a role without deputies, and for one that does not go together with what the
    person is known to hold; it is looked at again whenever they come.
    """
    school, account = desk.account_of(bench, who.reach.schools, key)
    role = _deputised(wish.role)
    if pair := conflict_of(_known(bench, account) | {role}, waived=False):
        raise Refusal(
            f"they hold a role already, and one person may not be {' and '.join(pair)}: choose"
            " somebody else"
        )
    return desk.name(bench, school, account, wish)


def holders(bench: Bench, access: Access, reached: Iterable[str]) -> tuple[Holder, ...]:
    """Who is signed in and reaches one of these schools; Entra alone knows everybody."""
    latest = {one.account: one for one in reversed(bench.store.sessions.live(bench.now()))}
    where = reaches(bench, access, latest)
    schools = frozenset(reached)
    return tuple(
        Holder(
            account=account,
            name=one.name,
            roles=tuple(sorted(roles_in(one.roles))),
            schools=tuple(sorted(_of(where, account) & schools)),
        )
        for account, one in sorted(latest.items(), key=lambda pair: pair[1].name)
        if _of(where, account) & schools
    )


def waivers(bench: Bench, reached: Iterable[str]) -> tuple[Waiver, ...]:
    """The small-school waivers of these schools' packs."""
    today = school_day(bench.now())
    found = ((school, load_rules(bench.packs_dir, school).waiver) for school in sorted(reached))
    return tuple(
        Waiver(
            school=school,
            until=one.until,
            named_by=one.named_by,
            reason=one.reason,
            stands=today <= one.until,
        )
        for school, one in found
        if one is not None
    )


def _of(where: dict[str, Reach], account: str) -> frozenset[str]:
    return where[account].schools


def _deputised(role: str) -> AppRole:
    if role not in DEPUTISED:
        raise Refusal(
            f"a deputy is named for {', '.join(sorted(DEPUTISED))}; a head of year is given years"
            " in the access file"
        )
    return AppRole(role)


def _known(bench: Bench, account: str) -> frozenset[AppRole]:
    """The roles of live sessions, and those stood in for now or later."""
    now = bench.now()
    signed_in = (one.roles for one in bench.store.sessions.live(now) if one.account == account)
    named = bench.store.deputies.of_account(account)
    lent = [one.role for one in named if not one.over(school_day(now))]
    return roles_in([*(role for roles in signed_in for role in roles), *lent])
