"""What a tenant is: its name, its domains, whether Active Directory masters accounts in it.

Graph docs: domain-list, organization-list.
"""

from msgspec import Struct

from graphsync.tenant.delta import demanded
from graphsync.tenant.door import Door


class Domain(Struct, frozen=True, rename="camel"):
    """One domain; Graph gives its name as the id."""

    id: str
    is_verified: bool = False
    is_initial: bool = False
    is_default: bool = False


class Organisation(Struct, frozen=True, rename="camel"):
    """The tenant itself."""

    display_name: str | None = None
    on_premises_sync_enabled: bool | None = None


class _Domains(Struct, frozen=True):
    value: tuple[Domain, ...]


class _Organisations(Struct, frozen=True):
    value: tuple[Organisation, ...]


async def domains(door: Door) -> tuple[Domain, ...]:
    """Every domain, verified or not; raises PermissionMissing or TenantUnreachable."""
    found: tuple[Domain, ...] = ()
    async for page in door.pages("/domains"):
        found += demanded(page).json(_Domains).value
    return found


async def organisation(door: Door) -> Organisation:
    """The tenant's own record; raises as `domains`."""
    answer = await door.get("/organization?$select=displayName,onPremisesSyncEnabled")
    return next(iter(demanded(answer).json(_Organisations).value), Organisation())
