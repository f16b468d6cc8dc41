"""``$batch``, what requests cost, tokens, permissions, envelopes; mail and mailboxes."""

import pytest
from contract_rows import ABSENT, DENIED, EVENTUAL, NO_RIGHT, Row, item, new_user

BATCH = "POST /$batch"
PAGE = "json-batching"


def batched(name, items, shape, source=PAGE, **more):
    return Row(
        name, source, BATCH, 200, body={"requests": items}, shape={"responses": shape}, **more
    )


def malformed(name, items, source=PAGE):
    return Row(f"malformed: {name}", source, BATCH, 400, "BadRequest", "", {"requests": items})


READ = item("1", "GET", "/users/{user}?$select=id")
BATCHES = [
    batched(
        "each item has its own status",
        [READ, item("2", "GET", "/users/{missing}")],
        {
            "1": {"status": 200, "body": {"id": str}},
            "2": {"status": 404, "body": {"error": {"code": "Request_ResourceNotFound"}}},
        },
    ),
    batched(
        "an address with or without a slash",
        [item("1", "GET", "users/{user}"), item("2", "GET", "/users/{user}")],
        {"1": {"status": 200}, "2": {"status": 200}},
    ),
    batched(
        "an item's headers count",
        [
            item("1", "GET", "/users/$count", headers={"ConsistencyLevel": "eventual"}),
            item("2", "GET", "/users/$count"),
        ],
        {"1": {"status": 200, "body": str}, "2": {"status": 400}},
    ),
    batched(
        "the outer header does not",
        [item("1", "GET", "/users/$count")],
        {"1": {"status": 400}},
        headers=EVENTUAL,
    ),
    batched(
        "an item tells what it cost",
        [READ],
        {"1": {"headers": {"x-ms-resource-unit": "1", "request-id": str}}},
    ),
    batched(
        "nothing in an answer without a body",
        [item("1", "PATCH", "/users/{user}", {"department": "7B"})],
        {"1": {"status": 204, "body": ABSENT}},
    ),
    batched(
        "dependants wait",
        [
            item("1", "POST", "/users", new_user()),
            item("2", "GET", "/users/{user}", dependsOn=["1"]),
        ],
        {"1": {"status": 201}, "2": {"status": 200}},
    ),
    batched(
        "a failed prerequisite fails its dependants with 424",
        [
            item("1", "GET", "/users/{missing}"),
            item("2", "GET", "/users/{user}", dependsOn=["1"]),
            item("3", "GET", "/users/{user}", dependsOn=["2"]),
        ],
        {"1": {"status": 404}, "2": {"status": 424}, "3": {"status": 424}},
    ),
    batched(
        "depends_on is not a word of the protocol",
        [item("1", "GET", "/users/{missing}"), item("2", "GET", "/users/{user}", depends_on=["1"])],
        {"2": {"status": 200}},
        "msgraph-core",
    ),
    batched(
        "atomicityGroup is passed over",
        [{**READ, "atomicityGroup": "g"}],
        {"1": {"status": 200}},
        "known-issues",
    ),
    batched(
        "respond-async is passed over",
        [READ],
        {"1": {"status": 200}},
        "known-issues",
        headers={"Prefer": "respond-async"},
    ),
    batched(
        "twenty items",
        [item(str(n), "GET", "/organization") for n in range(20)],
        {str(n): {"status": 200} for n in range(20)},
    ),
    malformed("21 items", [item(str(n), "GET", "/organization") for n in range(21)]),
    malformed("no items", []),
    malformed("an id twice", [item("a", "GET", "/domains"), item("A", "GET", "/domains")]),
    malformed("no id", [{"method": "GET", "url": "/domains"}]),
    malformed("no url", [{"id": "1", "method": "GET"}]),
    malformed("an absolute address", [item("1", "GET", "https://graph.microsoft.com/v1.0/users")]),
    malformed(
        "a batch in a batch", [item("1", "POST", "/$batch", {"requests": []})], "known-issues"
    ),
    malformed(
        "a body without its content type",
        [{"id": "1", "method": "POST", "url": "/users", "body": {}}],
    ),
    malformed("a prerequisite that is not there", [item("1", "GET", "/domains", dependsOn=["2"])]),
    malformed(
        "a circle",
        [
            item("1", "GET", "/domains", dependsOn=["2"]),
            item("2", "GET", "/domains", dependsOn=["1"]),
        ],
    ),
]


def costs(request, units, body=None, **more):
    told = {"x-ms-resource-unit": str(units)}
    status = {"POST": 200, "PATCH": 204}.get(request.partition(" ")[0], 200)
    name = f"{request} costs {units}"
    return Row(name, "throttling-limits", request, status, body=body, told=told, **more)


COSTS = [
    costs("GET /users", 2),
    costs("GET /users?$select=id", 1),
    costs("GET /users?$top=5", 1),
    costs("GET /users?$select=id&$top=5", 1),
    costs("GET /users?$expand=manager", 3),
    costs("GET /groups", 1),
    costs("GET /groups/{group}/members", 3),
    costs("GET /groups/{group}/members?$select=id", 2),
    costs("GET /groups/{group}/transitiveMembers", 5),
    costs("GET /users/{user}/memberOf", 2),
    costs("GET /users/{user}/licenseDetails", 2),
    costs("GET /subscribedSkus", 3),
    costs("GET /domains", 1),
    costs("GET /applications", 2),
    costs("GET /users/{user}/transitiveMemberOf", 2),
    costs("GET /users/{user}/directReports", 1),
    costs("GET /users/{user}/ownedObjects", 2),
    costs("GET /users/{user}/memberOf/microsoft.graph.group", 2),
    costs("POST /users/{user}/getMemberGroups", 2, {"securityEnabledOnly": False}),
    costs("POST /users/{user}/checkMemberGroups", 4, {"groupIds": []}),
    costs("POST /directoryObjects/getByIds", 5, {"ids": []}),
    costs("POST /directoryObjects/getByIds?$select=id", 2, {"ids": []}),
    costs("PATCH /users/{user}", 1, {"department": "7B"}),
]


def allowed(request, permission, status=200, source="permissions map", body=None):
    name = f"{permission} opens {request}"
    return Row(name, source, request, status, body=body, permissions=(permission,))


def denied(request, permission, source="permissions map", body=None):
    name = f"{permission or 'no permission'} does not open {request}"
    permissions = (permission,) if permission else ()
    return Row(name, source, request, 403, DENIED, NO_RIGHT, body, permissions=permissions)


PERMISSIONS = [
    denied("GET /users", "", "v2-oauth2-client-creds-grant-flow"),
    allowed("GET /users?$select=displayName", "User.ReadBasic.All"),
    denied("GET /users?$select=department", "User.ReadBasic.All", "permissions-reference"),
    allowed("GET /users/delta?$deltatoken=latest", "User.Read.All"),
    denied("GET /users/delta", "User.ReadBasic.All"),
    allowed("GET /subscribedSkus", "LicenseAssignment.Read.All"),
    denied("GET /subscribedSkus", "User.Read.All"),
    allowed("GET /users/{user}/memberOf", "Directory.Read.All"),
    allowed("GET /organization", "User.Read.All"),
    allowed("GET /domains", "Domain.Read.All"),
    denied("GET /domains", "User.Read.All"),
    denied("GET /groups", "User.Read.All"),
    allowed("GET /groups/{group}/members", "GroupMember.Read.All"),
    denied("GET /directoryRoles", "Group.Read.All"),
    allowed("GET /directoryRoles", "RoleManagement.Read.Directory"),
    denied("POST /directoryObjects/getByIds", "User.Read.All", body={"ids": []}),
    denied("DELETE /groups/{group}", "GroupMember.ReadWrite.All"),
    denied("POST /users", "User.Read.All", body=new_user()),
    denied("GET /auditLogs/directoryAudits", "User.Read.All"),
    denied("GET /users/{user}/mailboxSettings", "User.ReadWrite.All"),
    denied("POST /users/{user}/sendMail", "User.ReadWrite.All", body={"message": {"subject": "x"}}),
]
PLACES = [
    Row(
        "the organization",
        "organization-list",
        "GET /organization",
        200,
        shape={"value": [{"id": str, "verifiedDomains": list, "displayName": str}]},
    ),
    Row(
        "its domains",
        "domain-list",
        "GET /domains",
        200,
        shape={
            "value": [
                {"id": "contoso.onmicrosoft.com", "isInitial": True},
                {"id": "school.example", "isVerified": True},
            ]
        },
    ),
    Row("a domain", "domain-get", "GET /domains/{domain}", 200, shape={"id": "school.example"}),
    Row(
        "a domain of others",
        "recorded",
        "GET /domains/elsewhere.example",
        404,
        "Request_ResourceNotFound",
        "",
    ),
    Row(
        "its directory roles",
        "directoryrole-list",
        "GET /directoryRoles",
        200,
        shape={"value": [{"displayName": "Global Administrator"}]},
    ),
    Row(
        "its audit log",
        "directoryaudit-list",
        "GET /auditLogs/directoryAudits?$top=1",
        200,
        shape={
            "value": [
                {
                    "activityDisplayName": str,
                    "initiatedBy": dict,
                    "targetResources": list,
                    "result": "success",
                }
            ]
        },
        before=("GET /users/{user}",),
    ),
    Row(
        "the client's id comes back",
        "best-practices-concept",
        "GET /domains",
        200,
        headers={"client-request-id": "mine"},
        told={"client-request-id": "mine"},
    ),
    Row(
        "where the request was served",
        "recorded",
        "GET /domains",
        200,
        told={
            "x-ms-ags-diagnostic": '{"ServerInfo":.*}',
            "strict-transport-security": "max-age=.*",
        },
    ),
    Row(
        "a mailbox comes with its licence",
        "user-sendmail; known-issues",
        "POST /users/{user}/sendMail",
        404,
        "MailboxNotEnabledForRESTAPI",
        "",
        {
            "message": {
                "subject": "x",
                "toRecipients": [{"emailAddress": {"address": "a@b.example"}}],
            }
        },
    ),
    Row(
        "no mailbox settings without one",
        "known-issues",
        "GET /users/{user}/mailboxSettings",
        404,
        "MailboxNotEnabledForRESTAPI",
        "",
    ),
    Row(
        "mail is accepted",
        "user-sendmail",
        "POST /users/{user}/sendMail",
        202,
        body={
            "message": {
                "subject": "x",
                "body": {"contentType": "text", "content": "x"},
                "toRecipients": [{"emailAddress": {"address": "a@b.example"}}],
            },
            "saveToSentItems": False,
        },
        before=(("PATCH /users/{user}", {"mail": "{n}.s@{domain}"}),),
    ),
    Row(
        "automatic replies are set",
        "user-update-mailboxsettings",
        "PATCH /users/{user}/mailboxSettings",
        200,
        body={
            "automaticRepliesSetting": {
                "status": "alwaysEnabled",
                "internalReplyMessage": "Gone",
                "externalReplyMessage": "Gone",
                "externalAudience": "all",
            }
        },
        shape={"automaticRepliesSetting": {"status": "alwaysEnabled", "externalAudience": "all"}},
        before=(("PATCH /users/{user}", {"mail": "{n}.s@{domain}"}),),
    ),
    Row(
        "a reply status that is none",
        "automaticrepliessetting resource (code unverified)",
        "PATCH /users/{user}/mailboxSettings",
        400,
        "Request_BadRequest",
        "status",
        {"automaticRepliesSetting": {"status": "sometimes"}},
        before=(("PATCH /users/{user}", {"mail": "{n}.s@{domain}"}),),
    ),
]
ROWS = [*BATCHES, *COSTS, *PERMISSIONS, *PLACES]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_requests(graph, row):
    graph.holds(row)
