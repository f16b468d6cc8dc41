"""Temporary Access Passes; users deleted, restored, purged by nobody."""

import re

import pytest
from contract_rows import BAD, DENIED, GONE, NO_RIGHT, Row, new_user

TAP = "/users/{user}/authentication/temporaryAccessPassMethods"

BIN = "/directory/deletedItems"

PASSES = [
    Row(
        "made and shown once",
        "authentication-post-temporaryaccesspassmethods",
        f"POST {TAP}",
        201,
        body={"lifetimeInMinutes": 60, "isUsableOnce": True},
        shape={
            "id": re.compile("[0-9a-f-]{36}"),
            "temporaryAccessPass": str,
            "createdDateTime": str,
            "startDateTime": str,
            "lifetimeInMinutes": 60,
            "isUsableOnce": True,
            "isUsable": bool,
            "methodUsabilityReason": str,
        },
    ),
    Row(
        "never shown again",
        "howto-authentication-temporary-access-pass",
        f"GET {TAP}/{{1.id}}",
        200,
        shape={"temporaryAccessPass": None},
        before=((f"POST {TAP}", {"lifetimeInMinutes": 60}),),
    ),
    Row(
        "one that starts later is not yet valid",
        "authentication-post-temporaryaccesspassmethods",
        f"POST {TAP}",
        201,
        body={"startDateTime": "2099-01-01T00:00:00Z"},
        shape={"isUsable": False, "methodUsabilityReason": "NotYetValid"},
    ),
    Row(
        "lives an hour when nothing is said",
        "howto-authentication-temporary-access-pass",
        f"POST {TAP}",
        201,
        body={},
        shape={"lifetimeInMinutes": 60},
    ),
    Row(
        "a second one takes the place of the first",
        "authentication-post-temporaryaccesspassmethods",
        f"GET {TAP}",
        200,
        shape={"value": [{"lifetimeInMinutes": 120}]},
        before=(
            (f"POST {TAP}", {"lifetimeInMinutes": 60}),
            (f"POST {TAP}", {"lifetimeInMinutes": 120}),
        ),
    ),
    Row(
        "shorter than the policy is refused",
        "howto-authentication-temporary-access-pass",
        f"POST {TAP}",
        400,
        BAD,
        "",
        {"lifetimeInMinutes": 10},
    ),
    Row(
        "taken away",
        "temporaryaccesspassauthenticationmethod-delete",
        f"DELETE {TAP}/{{1.id}}",
        204,
        before=((f"POST {TAP}", {}),),
    ),
    Row(
        "needs the authentication permission",
        "permissions map",
        f"POST {TAP}",
        403,
        DENIED,
        "",
        {},
        permissions=("User.ReadWrite.All",),
    ),
    Row(
        "the narrow permission suffices",
        "permissions map",
        f"POST {TAP}",
        201,
        body={},
        permissions=("UserAuthMethod-TAP.ReadWrite.All",),
    ),
]

DELETING = [
    Row("answers 204", "user-delete", "DELETE /users/{user}", 204),
    Row("by UPN as well", "user-delete", "DELETE /users/{upn}", 204),
    Row(
        "is 404 afterwards",
        "user-delete",
        "GET /users/{user}",
        404,
        GONE,
        "does not exist",
        before=("DELETE /users/{user}",),
    ),
    Row(
        "is in the recycle bin",
        "directory-deleteditems-get",
        f"GET {BIN}/{{user}}",
        200,
        shape={"@odata.type": "#microsoft.graph.user", "id": str},
        before=("DELETE /users/{user}",),
    ),
    Row(
        "is listed there by its type",
        "directory-deleteditems-list",
        f"GET {BIN}/microsoft.graph.user?$select=id,deletedDateTime&$filter=id eq '{{user}}'",
        200,
        shape={"value": [{"deletedDateTime": str}]},
        before=("DELETE /users/{user}",),
    ),
    Row(
        "the short namespace is the same",
        "msgraph-sdk",
        f"GET {BIN}/graph.user?$select=id&$filter=id eq '{{user}}'",
        200,
        shape={"value": [{"id": str}]},
        before=("DELETE /users/{user}",),
    ),
    Row(
        "the bin without a type is not listed",
        "directory-deleteditems-list",
        f"GET {BIN}",
        501,
        "NotImplemented",
    ),
    Row(
        "restored with its type",
        "directory-deleteditems-restore",
        f"POST {BIN}/{{user}}/restore",
        200,
        shape={"@odata.type": "#microsoft.graph.user", "userPrincipalName": str},
        before=("DELETE /users/{user}",),
    ),
    Row(
        "and found again",
        "directory-deleteditems-restore",
        "GET /users/{user}",
        200,
        before=("DELETE /users/{user}", f"POST {BIN}/{{user}}/restore"),
    ),
    Row(
        "restored under another name",
        "Restore-EntraDeletedDirectoryObject",
        f"POST {BIN}/{{user}}/restore",
        200,
        body={"newUserPrincipalName": "{n}@{domain}"},
        shape={"userPrincipalName": re.compile(r"x\d+@school\.example")},
        before=("DELETE /users/{user}",),
    ),
    Row(
        "a name taken meanwhile is a conflict",
        "terraform-provider-azuread (recorded text)",
        f"POST {BIN}/{{user}}/restore",
        400,
        BAD,
        "^A conflicting object with one or more of the specified property values is present",
        before=("DELETE /users/{user}", ("POST /users", new_user(userPrincipalName="{upn}"))),
    ),
    Row(
        "has a permission of its own",
        "directory-deleteditems-restore",
        f"POST {BIN}/{{user}}/restore",
        200,
        before=("DELETE /users/{user}",),
        permissions=("User.DeleteRestore.All",),
    ),
    Row(
        "purging is not for applications",
        "directory-deleteditems-delete",
        f"DELETE {BIN}/{{user}}",
        403,
        DENIED,
        NO_RIGHT,
        before=("DELETE /users/{user}",),
    ),
    Row(
        "Directory.ReadWrite.All does not delete users",
        "permissions map",
        "DELETE /users/{user}",
        403,
        DENIED,
        NO_RIGHT,
        permissions=("Directory.ReadWrite.All",),
    ),
    Row(
        "nothing of the bin is restored twice",
        "recorded",
        f"POST {BIN}/{{user}}/restore",
        404,
        GONE,
        "does not exist",
        before=("DELETE /users/{user}", f"POST {BIN}/{{user}}/restore"),
    ),
]

ROWS = [*PASSES, *DELETING]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_leaving(graph, row):
    graph.holds(row)
