"""What the packs and settings count on in the tenant: domains, licences, a mailbox to send from."""

from collections.abc import Iterator
from urllib.parse import quote

import msgspec

from graphsync.accounts import Account, Sku
from graphsync.doctor.findings import Case, Finding, broken, listed, ok, warning
from graphsync.roster.quality import Fingerprint
from graphsync.settings import PREFIX
from graphsync.tenant import reading
from graphsync.tenant.company import domains as read_domains
from graphsync.tenant.delta import demanded
from graphsync.tenant.door import Door
from policies.people import Kind
from policies.rules import LicenceRules, Rules

EXCHANGE = "EXCHANGE_S_"  # service plans with a mailbox (Microsoft's list of service plans)


async def domains(case: Case, door: Door) -> list[Finding]:
    """Whether the domain of each pack is verified in the tenant."""
    verified = {one.id.casefold() for one in await read_domains(door) if one.is_verified}
    return [_domain(rules, verified) for _, rules in sorted(case.rules.items())]


def _domain(rules: Rules, verified: set[str]) -> Finding:
    check = f"domain {rules.school}"
    if rules.domain.casefold() in verified:
        return ok(check, f"{rules.domain} is verified")
    return broken(
        check,
        f"{rules.domain} is not verified in this tenant",
        f"correct school.domain in {rules.school}.yaml, or verify it in the admin centre",
    )


async def licences(case: Case, door: Door) -> list[Finding]:
    """Whether the licences that packs name exist, and suffice for the staff without an account."""
    skus = reading.skus(demanded(await door.get("/subscribedSkus")).body)
    held = {sku.sku_part_number: sku for sku in skus.values()}
    needed: dict[str, int | None] = {}
    found: list[Finding] = []
    for school, rules in sorted(case.rules.items()):
        for kind, wanted in rules.licences.items():
            found += _unknown(school, wanted, held)
            for part in set(wanted.skus) & held.keys():
                needed[part] = _sum(needed.get(part), _unlinked(case, school, kind))
    return [*found, *(_enough(held[part], number) for part, number in sorted(needed.items()))]


def _sum(one: int | None, other: int | None) -> int | None:
    return one if other is None else (one or 0) + other


def _unknown(school: str, wanted: LicenceRules, held: dict[str, Sku]) -> Iterator[Finding]:
    """SKUs that the tenant has not got, plans that none of the SKUs has."""
    mend = f"correct licences.staff in {school}.yaml; the tenant has {listed(sorted(held)) or '-'}"
    for part in wanted.skus:
        if part not in held:
            yield broken(f"licences {school}", f"the tenant has no {part}", mend)
    plans = {
        plan.service_plan_name
        for part in wanted.skus
        if part in held
        for plan in held[part].service_plans
    }
    for plan in wanted.disabled_plans:
        if plan not in plans:
            text = f"{plan} is a service plan of none of the licences named"
            yield broken(f"licences {school}", text, f"correct it in {school}.yaml")


def _unlinked(case: Case, school: str, kind: Kind) -> int | None:
    """People of the last accepted export without an account of ours; None before the first one."""
    export = case.store.exports.latest(school, case.now()) if case.store else None
    if case.store is None or export is None:
        return None
    counts = msgspec.msgpack.decode(export.fingerprint, type=Fingerprint).counts
    linked = sum(one is kind for one in case.store.links.kinds(school).values())
    return max(0, counts.get(kind, 0) - linked)


def _enough(sku: Sku, needed: int | None) -> Finding:
    free = sku.enabled_units - sku.consumed_units
    found = f"{sku.sku_part_number}: {free:,} free"
    if needed is not None:
        found += f", {needed:,} needed for people without an account"
    if free <= 0 or free < (needed or 0):
        mend = "buy more, or take licences from accounts that are not used"
        return warning("licences", found, mend)
    return ok("licences", found)


async def mailbox(case: Case, door: Door) -> list[Finding]:
    """Whether the mail of the morning has a mailbox to go out from."""
    name = case.loaded.values.mail_from
    if name is None:
        mend = f"set {PREFIX}MAIL_FROM to a mailbox of the tenant, best a shared one"
        return [warning("mailbox", f"{PREFIX}MAIL_FROM is not set: nobody is sent a mail", mend)]
    path = f"/users/{quote(name, safe='@')}?$select=id,mail,accountEnabled,assignedLicenses"
    answer = await door.get(path)
    if answer.status == 404:
        mend = f"set {PREFIX}MAIL_FROM to the sign-in name of an account with a mailbox"
        return [broken("mailbox", f"{PREFIX}MAIL_FROM names no account of the tenant", mend)]
    account = demanded(answer).json(Account)
    skus = reading.skus(demanded(await door.get("/subscribedSkus")).body)
    return [_mailbox(account, skus)]


def _mailbox(account: Account, skus: dict[str, Sku]) -> Finding:
    """An address tells of a mailbox; a licence with Exchange, or a shared one, keeps it."""
    if not account.mail:
        mend = "give it a licence with Exchange, or name a shared mailbox"
        return broken("mailbox", f"the account in {PREFIX}MAIL_FROM has no mail address", mend)
    if _has_exchange(account, skus):
        return ok("mailbox", "has an address and a licence with Exchange")
    return warning(
        "mailbox",
        "has an address but no licence with Exchange",
        "right for a shared mailbox; otherwise license it, or no mail goes out",
    )


def _has_exchange(account: Account, skus: dict[str, Sku]) -> bool:
    for licence in account.assigned_licenses:
        sku = skus.get(licence.sku_id)
        for plan in sku.service_plans if sku else ():
            on = plan.service_plan_id not in licence.disabled_plans
            if on and plan.service_plan_name.startswith(EXCHANGE):
                return True
    return False
