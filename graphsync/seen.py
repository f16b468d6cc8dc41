"""The tenant's accounts as the last look showed them, for a desk: nothing is asked of Graph."""

from graphsync.accounts import Account
from graphsync.bench import Bench
from policies.people import PersonKey


def seen_accounts(bench: Bench) -> dict[str, Account]:
    """Every account by object id; none before the first look."""
    mirror = bench.store.mirror.load(bench.tenant.tenant_id)
    return mirror.accounts if mirror else {}


def seen_account(bench: Bench, key: PersonKey) -> Account | None:
    """The account that is linked to this person; None for none, or one that was not seen."""
    link = bench.store.links.of(key.school).get(key)
    return seen_accounts(bench).get(link.object_id) if link else None


class AccountBook:
    """Accounts by object id and by sign-in name."""

    def __init__(self, accounts: dict[str, Account]) -> None:
        self._by_id = accounts
        self._by_name = {one.user_principal_name.casefold(): one for one in accounts.values()}

    def find(self, named: str) -> Account | None:
        """The account of this object id or sign-in name."""
        wanted = named.strip().casefold()
        return self._by_id.get(wanted) or self._by_name.get(wanted)
