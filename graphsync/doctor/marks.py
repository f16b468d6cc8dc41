"""Whether the attribute that carries our mark is ours alone (decision 6)."""

from collections.abc import Iterator

from graphsync.doctor.findings import Case, Finding, counted, ok, warning
from graphsync.settings import PREFIX
from graphsync.stamps import PREFIX as STAMP_PREFIX
from graphsync.stamps import stamp
from graphsync.tenant import reading
from graphsync.tenant.delta import demanded
from graphsync.tenant.door import Door


async def stamps(case: Case, door: Door) -> list[Finding]:
    """Whether somebody else uses the attribute that carries our mark."""
    attribute = case.loaded.values.stamp
    values = _mirrored(case, attribute)
    if values is None:
        values = await _listed(door, attribute)
    ours = {value for value in values if value.startswith(STAMP_PREFIX)}
    others = len(values) - sum(value.startswith(STAMP_PREFIX) for value in values)
    return [*_foreign(attribute, others), *_unlinked_stamps(case, ours)] or [
        ok("stamp", f"nobody else uses {attribute}; our mark is on {counted(len(ours), 'account')}")
    ]


def _foreign(attribute: str, others: int) -> Iterator[Finding]:
    if others:
        yield warning(
            "stamp",
            f"{attribute} holds something else on {counted(others, 'account')}",
            f"they are left as they are; if another system writes it, set {PREFIX}STAMP to"
            " extensionAttribute1 … 15 before the first sync",
        )


def _unlinked_stamps(case: Case, seen: set[str]) -> Iterator[Finding]:
    links = case.store.links.all_object_ids().values() if case.store else ()
    strange = seen - {stamp(person) for person in links}
    if strange:
        yield warning(
            "stamp",
            f"our mark is on {counted(len(strange), 'account')} that this database does not know",
            "if the database was lost, restore its backup; otherwise another graphsync works here",
        )


def _mirrored(case: Case, attribute: str) -> list[str] | None:
    """The values as of the last night: listing a large trust takes longer than doctor has."""
    tenant = case.loaded.values.tenant_id
    mirror = case.store.mirror.load(tenant) if case.store and tenant else None
    if mirror is None or mirror.select != reading.selected(attribute):
        return None
    return [account.stamp for account in mirror.accounts.values() if account.stamp]


async def _listed(door: Door, attribute: str) -> list[str]:
    extra = reading.ON_PREMISES_ATTRIBUTES if reading.nested_attribute(attribute) else attribute
    values: list[str] = []
    async for page in door.pages(f"/users?$select=id,{extra}&$top={reading.PAGE}"):
        rows = reading.accounts(demanded(page).body, attribute)
        values += [row.account.stamp for row in rows if row.account and row.account.stamp]
    return values
