"""Who has registered which ways to sign in: Entra's report over everyone's methods.

Graph docs: authenticationmethodsroot-list-userregistrationdetails, userregistrationdetails-get. The
real report is made at intervals and may be a day behind; this one is always of now.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from graphsync.sandbox.calls import Answer, Call
from graphsync.sandbox.listing import Candidate, kind_source, list_answer
from graphsync.sandbox.lookups import find_user
from graphsync.sandbox.phone_methods import phones
from graphsync.sandbox.premium import demand_premium
from graphsync.sandbox.presenting import context, shape
from graphsync.sandbox.problems import not_found, unsupported_query
from graphsync.sandbox.tenant import Tenant

_KIND = "userRegistrationDetails"
_PATH = "reports/authenticationMethods/userRegistrationDetails"
# The page names $filter and $orderby alone; clients in use send $top as well, and get it.
_TAKEN = frozenset({"filter", "orderby", "top", "skiptoken"})


def list_details(call: Call) -> Answer:
    """200 and a page of everyone, guests and disabled accounts as well."""
    demand_premium(call.tenant)
    _refuse_options(call, _TAKEN)
    users = kind_source(call, "user")
    return list_answer(call, lambda after: _rows(call.tenant, users(after)), _KIND, _PATH)


def get_details(call: Call) -> Answer:
    """200 and one user's row; no query option is taken."""
    demand_premium(call.tenant)
    _refuse_options(call, frozenset())
    entry = find_user(call, call.keys[0])
    version = entry.seen(call.horizon)
    if version is None:
        raise not_found(call.keys[0])
    body = shape(_KIND, None)(entry.id, _details(call.tenant, entry.id, version.properties))
    return Answer(200, {"@odata.context": context(_PATH, None, single=True), **body})


def _refuse_options(call: Call, taken: frozenset[str]) -> None:
    for name in sorted(call.query.options.keys() - taken):  # what Graph answers is unverified
        raise unsupported_query(f"'${name}' is not supported by the service.")


def _rows(tenant: Tenant, users: Iterable[Candidate]) -> Iterator[Candidate]:
    for user in users:
        yield Candidate(user.place, user.key, _details(tenant, user.key, user.properties), _KIND)


def _details(tenant: Tenant, key: str, held: dict[str, Any]) -> dict[str, Any]:
    """A Temporary Access Pass is no method that a user registers, and is not counted."""
    methods = [_METHODS[one["phoneType"]] for one in phones(held)]
    strong = bool(methods)
    return {
        "userPrincipalName": held["userPrincipalName"],
        "userDisplayName": held.get("displayName"),
        "userType": (held.get("userType") or "Member").lower(),
        "isAdmin": tenant.holds_role(key),
        "isMfaRegistered": strong,
        "isMfaCapable": strong,
        "isPasswordlessCapable": False,
        "isSsprRegistered": strong,
        "isSsprEnabled": False,
        "isSsprCapable": False,
        "methodsRegistered": methods,
        "isSystemPreferredAuthenticationMethodEnabled": True,
        "systemPreferredAuthenticationMethods": ["sms"] if strong else [],
        "userPreferredMethodForSecondaryAuthentication": "sms" if strong else "none",
        "lastUpdatedDateTime": tenant.clock.stamp(),
    }


_METHODS = {
    "mobile": "mobilePhone",
    "alternateMobile": "alternateMobilePhone",
    "office": "officePhone",
}
