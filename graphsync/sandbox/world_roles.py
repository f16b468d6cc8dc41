"""The roles of the product's app for people, and who holds them when a seed's tenant is founded."""

from collections.abc import Iterable

from graphsync.sandbox.world_accounts import Existing, Properties

APP_ROLES = (
    ("ITManager", "IT manager"),
    ("DPO", "Data protection officer"),
    ("Head", "Head teacher"),
    ("HR", "Human resources"),
    ("Office", "School office"),
    ("HeadOfYear", "Head of year"),
    ("Viewer", "Viewer"),
)
# Of the head office in its order: chief executive, finance director, HR adviser, administrator.
_OFFICE = ("Viewer", "DPO", "HR", "ITManager")
_SCHOOL = ("Head", "HeadOfYear", "Office")


def office_holders(accounts: Iterable[Properties]) -> tuple[tuple[str, str], ...]:
    """(role, user principal name) for the people of the head office, in their order."""
    return tuple(
        (role, str(one["userPrincipalName"])) for role, one in zip(_OFFICE, accounts, strict=False)
    )


def school_holders(accounts: Iterable[Existing]) -> tuple[tuple[str, str], ...]:
    """(role, user principal name) for the first of a school's staff whose accounts are enabled."""
    staff = (
        one.upn
        for one in accounts
        if one.person
        and one.properties["accountEnabled"]
        and one.properties["jobTitle"] != "Student"
    )
    return tuple(zip(_SCHOOL, staff, strict=False))
