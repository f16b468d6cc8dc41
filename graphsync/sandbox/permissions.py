"""Application permissions per operation, as Microsoft's map says (data/permissions.json).

Two operations need more than a row: PATCH /users/{id}, where some permissions cover single
properties only, and PATCH /groups/{id}, which GroupMember.ReadWrite.All may use to bind members.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from graphsync.sandbox.operations import Operation
from graphsync.sandbox.problems import denied

_TABLE: dict[str, frozenset[str]] = {
    row: frozenset(names)
    for row, names in json.loads(
        (Path(__file__).parent / "data" / "permissions.json").read_text("utf-8")
    ).items()
}
_WRITES_USERS = frozenset({"User.ReadWrite.All", "Directory.ReadWrite.All"})
_READS_USERS = frozenset(
    {"User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"}
)
_READS_BASICS = frozenset({"User.ReadBasic.All"})
_BASIC_PROFILE = frozenset(
    {"id", "displayName", "givenName", "surname", "mail", "userPrincipalName", "securityIdentifier"}
)
_PHONES = frozenset({"User-Phone.ReadWrite.All"})
# Graph docs "user-update": narrower permissions and the properties they cover.
_PROPERTY_PERMISSIONS: dict[str, frozenset[str]] = {
    "accountEnabled": frozenset({"User.EnableDisableAccount.All"}),
    "businessPhones": _PHONES,
    "mobilePhone": _PHONES,
    "otherMails": frozenset({"User-Mail.ReadWrite.All"}),
    "identities": frozenset({"User.ManageIdentities.All"}),
}
_PASSWORDS = frozenset({"User-PasswordProfile.ReadWrite.All"})
# "user" resource: leave dates have permissions of their own.
_LEAVE_DATES = frozenset({"User-LifeCycleInfo.ReadWrite.All"})
_READS_LEAVE_DATES = _LEAVE_DATES | {"User-LifeCycleInfo.Read.All"}
_BINDS_MEMBERS = frozenset({"GroupMember.ReadWrite.All"})
_DELETED_KINDS = {
    "user": frozenset({"User.DeleteRestore.All", "User.ReadWrite.All"}),
    "group": frozenset({"Group.ReadWrite.All"}),
    "administrativeUnit": frozenset({"AdministrativeUnit.ReadWrite.All"}),
}


def permissions_of(operation: Operation) -> frozenset[str]:
    """The application permissions any one of which allows the operation."""
    return _TABLE[operation.row]


def check_operation(operation: Operation, roles: frozenset[str]) -> None:
    """Raises the 403 when none of the token's roles allows the operation."""
    if operation.row == "PATCH /groups/{id}" and roles & _BINDS_MEMBERS:
        return
    if not roles & _TABLE[operation.row]:
        raise denied()


def check_user_read(select: Iterable[str] | None, roles: frozenset[str]) -> None:
    """User.ReadBasic.All alone opens the basic profile only (Graph docs: permissions-reference).

    The defaults are let through; a ``$select`` beyond the profile is refused. Leave dates are read
    with permissions of their own ("user" resource).
    """
    if select is not None and "employeeLeaveDateTime" in select and not roles & _READS_LEAVE_DATES:
        raise denied()
    if roles & (_TABLE["GET /users"] - _READS_BASICS):
        return
    if select is not None and not _BASIC_PROFILE.issuperset(select):
        raise denied()


def check_user_patch(names: Iterable[str], roles: frozenset[str]) -> None:
    """Each property needs a role that covers it; one that is not covered fails the whole PATCH.

    User.EnableDisableAccount.All needs User.Read.All beside it (Graph docs: user-update), and
    User.ReadWrite.All does not cover passwordProfile.
    """
    for name in names:
        if name == "passwordProfile":
            allowed = _PASSWORDS
        elif name == "employeeLeaveDateTime":
            allowed = _LEAVE_DATES
        else:
            allowed = _PROPERTY_PERMISSIONS.get(name, frozenset()) | _WRITES_USERS
        if not roles & allowed:
            raise denied()
        if name == "accountEnabled" and not roles & _READS_USERS:
            raise denied()


def check_group_patch(names: Iterable[str], roles: frozenset[str]) -> None:
    """Binding members is a membership write; anything else is a write of the group."""
    row = _TABLE["PATCH /groups/{id}"]
    for name in names:
        allowed = row | _BINDS_MEMBERS if name == "members@odata.bind" else row
        if not roles & allowed:
            raise denied()


def check_restore(kind: str, roles: frozenset[str]) -> None:
    """Restoring needs the permission of the kind of object (directory-deleteditems-restore)."""
    if not roles & _DELETED_KINDS[kind]:
        raise denied()
