"""How objects look in answers: the default property set, or what ``$select`` names."""

from collections.abc import Callable
from typing import Any

from graphsync.sandbox.calls import GRAPH
from graphsync.sandbox.extensions import PREFIX
from graphsync.sandbox.problems import unsupported_query
from graphsync.sandbox.schema import empty_value, names, properties

# Graph docs "user-list": what is returned without $select.
_USER_DEFAULTS = (
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
)
# The "group" resource: these are returned only on $select (or are navigation).
_GROUP_ON_SELECT = names(
    """
    accessType allowExternalSenders assignedLabels assignedLicenses
    autoSubscribeNewMembers hasMembersWithLicenseErrors hideFromAddressLists
    hideFromOutlookClients infoCatalogs isArchived isFavorite isManagementRestricted
    isSubscribedByMail licenseProcessingState onPremisesExtensionAttributes
    organizationId unseenConversationsCount unseenCount unseenMessagesCount
    welcomeMessageEnabled
    """
)
_DEFAULTS: dict[str, tuple[str, ...]] = {
    "user": _USER_DEFAULTS,
    "group": tuple(name for name in properties("group") if name not in _GROUP_ON_SELECT),
}
SIGN_INS = "signInActivity"  # only of users themselves, see sign_in_activity.py
_NEEDS_MORE = frozenset({SIGN_INS, "customSecurityAttributes"})
# The "group" resource: this one is for $filter, no GET returns it.
_NEVER_RETURNED = frozenset({"hasMembersWithLicenseErrors"})

Shape = Callable[[str, dict[str, Any]], dict[str, Any]]


def _defaults(type_name: str) -> tuple[str, ...]:
    known = _DEFAULTS.get(type_name)
    return known or tuple(name for name in properties(type_name) if name not in _NEEDS_MORE)


def shape(
    type_name: str, select: tuple[str, ...] | None, also: frozenset[str] = frozenset()
) -> Shape:
    """A function from (id, properties) to the JSON of an answer.

    Unset properties read as null, or as an empty list for collections. ``also`` may be selected
    besides what every reader may.
    """
    chosen = select if select is not None else _defaults(type_name)
    if not (_NEEDS_MORE - also).isdisjoint(chosen):
        # AuditLog.Read.All or attribute permissions, and a premium licence (text unverified).
        raise unsupported_query("Neither tenant is B2C or tenant doesn't have premium license")
    wanted = [
        (name, empty_value(type_name, name))
        for name in chosen
        if name != "id" and name not in _NEVER_RETURNED and not name.startswith(PREFIX)
    ]
    extended = [name for name in chosen if name.startswith(PREFIX)]
    with_id = "id" in chosen

    def shaped(key: str, held: dict[str, Any]) -> dict[str, Any]:
        row: dict[str, Any] = {"id": key} if with_id else {}
        for name, empty in wanted:
            row[name] = held.get(name, empty)
        for name in extended:  # one that was never set is left out (unverified)
            if name in held:
                row[name] = held[name]
        return row

    return shaped


def set_only(type_name: str, select: tuple[str, ...] | None) -> Shape:
    """As ``shape``, but properties that were never set are left out (Graph docs: user-delta)."""
    hidden = _NEVER_RETURNED | {"id"}
    chosen = [name for name in select or _defaults(type_name) if name not in hidden]

    def shaped(key: str, held: dict[str, Any]) -> dict[str, Any]:
        row: dict[str, Any] = {name: held[name] for name in chosen if name in held}
        row["id"] = key
        return row

    return shaped


def context(path: str, select: tuple[str, ...] | None, *, single: bool = False) -> str:
    """The ``@odata.context`` of an answer; it names Graph's own metadata document."""
    chosen = f"({','.join(select)})" if select is not None else ""
    return f"{GRAPH}/$metadata#{path}{chosen}{'/$entity' if single else ''}"
