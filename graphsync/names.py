"""Sign-in names: who has one, who is given one, and which are not free (decision 8)."""

from collections import defaultdict
from functools import cached_property

from graphsync.accounts import Snapshot
from policies.naming import NoName, alias_candidates, user_name
from policies.people import Person, PersonKey
from policies.rules import Rules


class NameBook:
    """The aliases of one school's domain while its plan is drawn.

    `reserved` maps every alias that the store keeps for somebody to that person; names are
    reserved when a plan is drafted, so that the next drafting gives the same ones.
    """

    def __init__(self, rules: Rules, snapshot: Snapshot, reserved: dict[str, PersonKey]) -> None:
        self.rules = rules
        self.snapshot = snapshot
        self.reserved = reserved
        self.own: dict[PersonKey, list[str]] = defaultdict(list)
        for alias in sorted(reserved, key=lambda one: (len(one), one)):
            self.own[reserved[alias]].append(alias)
        self.given: dict[str, PersonKey] = {}

    @cached_property
    def in_tenant(self) -> frozenset[str]:
        """Sign-in names in the domain, and mail nicknames, which clash as addresses do.

        Those on the pack's list of protected accounts are taken whether they are there or not.
        """
        ending = "@" + self.rules.domain.casefold()
        listed = (name.casefold() for name in self.rules.protected.all_accounts)
        found = {name.removesuffix(ending) for name in listed if name.endswith(ending)}
        for account in self.snapshot.in_domain(self.rules.domain):
            found.add(account.user_principal_name.casefold().rpartition("@")[0])
            if account.mail_nickname:
                found.add(account.mail_nickname.casefold())
        return frozenset(found)

    def name(self, person: Person) -> str:
        """The alias of a joiner: the one reserved before, or the first free one of the pattern."""
        for kept in self.own.get(person.key, ()):
            if kept not in self.in_tenant:
                return kept
        alias = user_name(person, self.rules, self._taken)
        self.given[alias] = person.key
        return alias

    def plain(self, person: Person) -> str | None:
        """The alias that the pattern gives with no number, taken or not; None if it gives none."""
        try:
            return next(alias_candidates(person, self.rules.naming))
        except NoName:
            return None

    def _taken(self, alias: str) -> bool:
        return alias in self.in_tenant or alias in self.reserved or alias in self.given
