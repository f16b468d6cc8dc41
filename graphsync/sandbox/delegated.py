"""Graph calls in a person's name: what User.Read opens, which is oneself.

Graph docs: permissions-reference, user-get. The sandbox's consent goes no further, so that any
other call is refused as Graph refuses what was not consented to.
"""

from graphsync.sandbox.operations import Operation
from graphsync.sandbox.permissions import check_operation
from graphsync.sandbox.problems import bad_request, denied
from graphsync.sandbox.tokens import Caller

# msgraph-devx-content ``permissions.json``: User.Read, scheme DelegatedWork, paths below /me.
_OF_ONESELF = frozenset(
    {
        "GET /users/{id}",
        "GET /users/{id}/memberof",
        "GET /users/{id}/transitivememberof",
        "GET /users/{id}/directreports",
        "GET /users/{id}/licensedetails",
    }
)
# What handlers look at beyond the operation: one reads oneself as this would let one read anybody.
_AS_IF = frozenset({"User.Read.All"})


def own_path(path: str, caller: Caller) -> str:
    """The path with ``/me`` spelled out; 400 for an app that has no self (recorded text)."""
    first, slash, rest = path.lstrip("/").partition("/")
    if first.lower() != "me":
        return path
    if caller.user is None:
        raise bad_request(
            "/me request is only valid with delegated authentication flow.", "BadRequest"
        )
    return f"/users/{caller.user}{slash}{rest}"


def roles_for(operation: Operation, keys: tuple[str, ...], caller: Caller) -> frozenset[str]:
    """The permissions the call is judged by further on; raises the 403 of Graph."""
    if caller.user is None:
        check_operation(operation, caller.roles)
        return caller.roles
    name = f"{operation.method} {operation.template}"
    if name not in _OF_ONESELF or keys[0] != caller.user or "User.Read" not in caller.scopes:
        raise denied()
    return _AS_IF
