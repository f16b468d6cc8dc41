"""Groups: made, made by their unique names, changed, deleted."""

import pytest
from contract_rows import ABSENT, BAD, DENIED, GONE, Row, exact, new_group, new_team, reference

POST = "POST /groups"

PAGE = "group-post-groups"

UPSERT = {"Prefer": "create-if-missing"}

DYNAMIC = {
    "groupTypes": ["DynamicMembership"],
    "membershipRule": 'user.department -eq "7B"',
    "membershipRuleProcessingState": "Paused",
}


def binds(*keys):
    return {"members@odata.bind": [f"{{base}}/directoryObjects/{key}" for key in keys]}


def invalid(name):
    return exact(f"Invalid value specified for property '{name}' of resource 'Group'.")


def needs(name):
    text = exact(f"A value is required for property '{name}' of resource 'Group'.")
    return Row(f"needs {name}", PAGE, POST, 400, BAD, text, new_group(name))


CREATING = [
    Row(
        "security group",
        PAGE,
        POST,
        201,
        body=new_group(),
        shape={
            "id": str,
            "groupTypes": [],
            "securityEnabled": True,
            "mailEnabled": False,
            "mail": None,
            "visibility": "Private",
        },
    ),
    Row(
        "Microsoft 365 group",
        PAGE,
        POST,
        201,
        body=new_team(),
        shape={"groupTypes": ["Unified"], "mail": str, "visibility": "Public"},
    ),
    Row(
        "private when asked",
        "group resource",
        POST,
        201,
        body=new_team(visibility="Private"),
        shape={"visibility": "Private"},
    ),
    Row(
        "hidden membership for Microsoft 365 groups",
        "group resource",
        POST,
        201,
        body=new_team(visibility="HiddenMembership"),
        shape={"visibility": "HiddenMembership"},
    ),
    Row(
        "with members and owners",
        PAGE,
        POST,
        201,
        body=new_group(**binds("{user}"), **{"owners@odata.bind": ["{base}/users/{user2}"]}),
    ),
    needs("displayName"),
    needs("mailEnabled"),
    needs("mailNickname"),
    needs("securityEnabled"),
    Row(
        "display name of 257",
        PAGE,
        POST,
        400,
        BAD,
        invalid("displayName"),
        new_group(displayName="n" * 257),
    ),
    Row(
        "nickname of 65",
        PAGE,
        POST,
        400,
        BAD,
        invalid("mailNickname"),
        new_group(mailNickname="n" * 65),
    ),
    Row(
        "nickname with a blank",
        PAGE,
        POST,
        400,
        BAD,
        invalid("mailNickname"),
        new_group(mailNickname="a b"),
    ),
    Row(
        "nickname with brackets",
        PAGE,
        POST,
        400,
        BAD,
        invalid("mailNickname"),
        new_group(mailNickname="a[b]"),
    ),
    Row(
        "hidden membership of a security group",
        "group resource",
        POST,
        400,
        BAD,
        invalid("visibility"),
        new_group(visibility="HiddenMembership"),
    ),
    Row(
        "mail-enabled security groups are not written",
        "recorded",
        POST,
        400,
        BAD,
        "^The service does not currently support writes of mail-enabled groups.",
        new_group(mailEnabled=True),
    ),
    Row(
        "taken alias of a Microsoft 365 group",
        PAGE,
        POST,
        400,
        BAD,
        exact("Another object with the same value for property mailNickname already exists."),
        new_team(),
        before=((POST, new_team()),),
    ),
    Row(
        "aliases of security groups repeat",
        PAGE,
        POST,
        201,
        body=new_group(),
        before=((POST, new_group()),),
    ),
    Row(
        "more than 20 references",
        "group-post-members",
        POST,
        400,
        BAD,
        "20",
        new_group(**binds(*["{user}"] * 21)),
    ),
    Row(
        "owner named twice",
        "terraform-provider-azuread (recorded text)",
        POST,
        400,
        BAD,
        exact("Request contains a property with duplicate values"),
        new_group(**{"owners@odata.bind": ["{base}/users/{user}"] * 2}),
    ),
    Row(
        "member that is not there",
        "recorded",
        POST,
        404,
        GONE,
        "does not exist",
        new_group(**binds("{missing}")),
    ),
    Row(
        "Group.Create suffices",
        "permissions map",
        POST,
        201,
        body=new_group(),
        permissions=("Group.Create",),
    ),
    Row(
        "GroupMember.ReadWrite.All does not make groups",
        "permissions map",
        POST,
        403,
        DENIED,
        "",
        new_group(),
        permissions=("GroupMember.ReadWrite.All",),
    ),
    Row(
        "rule without a text",
        "recorded",
        POST,
        400,
        BAD,
        exact("A value is required for property 'membershipRule'."),
        new_group(groupTypes=["DynamicMembership"]),
    ),
    Row(
        "rule that waits",
        "groups-dynamic-membership",
        POST,
        201,
        body=new_group(**DYNAMIC),
        shape={"membershipRule": str, "membershipRuleProcessingState": "Paused"},
    ),
    Row(
        "rule of more than 3,072 characters",
        "groups-dynamic-membership",
        POST,
        400,
        BAD,
        invalid("membershipRule"),
        new_group(**{**DYNAMIC, "membershipRule": f'user.department -eq "{"x" * 3072}"'}),
    ),
    Row(
        "members of a rule are not named by hand",
        "groups-dynamic-membership",
        "POST /groups/{1.id}/members/$ref",
        403,
        DENIED,
        "",
        reference("{user}"),
        before=((POST, new_group(**DYNAMIC)),),
    ),
]

UPSERTING = [
    Row(
        "made by its unique name",
        "group-upsert",
        "PATCH /groups(uniqueName='{n}')",
        201,
        body=new_group(),
        headers=UPSERT,
        shape={"uniqueName": str, "id": str},
    ),
    Row(
        "changed when it is there",
        "group-upsert",
        "PATCH /groups(uniqueName='{n}')",
        204,
        body=new_group(),
        headers=UPSERT,
        before=(("PATCH /groups(uniqueName='{n}')", new_group(), UPSERT),),
    ),
    Row(
        "not made without the header",
        "group-upsert",
        "PATCH /groups(uniqueName='{n}')",
        404,
        GONE,
        "does not exist",
        new_group(),
    ),
    Row(
        "read by its unique name",
        "v1.0 schema (alternate key)",
        "GET /groups(uniqueName='{n}')",
        200,
        shape={"uniqueName": str},
        before=(("PATCH /groups(uniqueName='{n}')", new_group(), UPSERT),),
    ),
]

CHANGING = [
    Row("renamed", "group-update", "PATCH /groups/{group}", 204, body={"displayName": "7B Maths"}),
    Row(
        "kind is fixed at birth",
        "group-update",
        "PATCH /groups/{group}",
        400,
        BAD,
        "groupTypes",
        {"groupTypes": ["Unified"]},
    ),
    Row(
        "mail is read-only",
        "group resource",
        "PATCH /groups/{group}",
        400,
        BAD,
        "mail",
        {"mail": "a@b.example"},
    ),
    Row(
        "security group is gone for good",
        "Restore-EntraDeletedDirectoryObject",
        "GET /directory/deletedItems/{group}",
        404,
        GONE,
        "",
        before=("DELETE /groups/{group}",),
    ),
    Row(
        "Microsoft 365 group goes to the recycle bin",
        "group-delete",
        "GET /directory/deletedItems/{team}",
        200,
        shape={"@odata.type": "#microsoft.graph.group"},
        before=("DELETE /groups/{team}",),
    ),
    Row(
        "and comes back",
        "directory-deleteditems-restore",
        "POST /directory/deletedItems/{team}/restore",
        200,
        shape={"@odata.type": "#microsoft.graph.group"},
        before=("DELETE /groups/{team}",),
    ),
    Row(
        "licence errors are never returned",
        "group resource",
        "GET /groups/{group}",
        200,
        shape={"hasMembersWithLicenseErrors": ABSENT},
    ),
]

# Owned, and for longer than Teams takes to know a group, at the pace of these tests.
OWNED = (("POST /groups/{team}/owners/$ref", {"@odata.id": "{base}/users/{user}"}), 0.3)
MADE = (*OWNED, ("PUT /groups/{team}/team", {}))
TEAMS = [
    Row(
        "a Team is made of an owned group",
        "team-put-teams",
        "PUT /groups/{team}/team",
        201,
        body={"funSettings": {"giphyContentRating": "strict"}},
        shape={"funSettings": {"giphyContentRating": "strict"}},
        before=OWNED,
    ),
    Row(
        "nobody owns the group",
        "team-put-teams",
        "PUT /groups/{team}/team",
        400,
        "BadRequest",
        body={},
        before=(0.3,),
    ),
    Row(
        "a Team a second time",
        "microsoft-graph-docs issue 6448",
        "PUT /groups/{team}/team",
        409,
        "Conflict",
        body={},
        before=MADE,
    ),
    Row(
        "a Team needs the right to write groups",
        "team-put-teams",
        "PUT /groups/{team}/team",
        403,
        DENIED,
        body={},
        permissions=("GroupMember.ReadWrite.All",),
        before=OWNED,
    ),
    Row(
        "the group of a Team shows it",
        "teams-list-all-teams",
        "GET /groups/{team}?$select=id,resourceProvisioningOptions",
        200,
        shape={"resourceProvisioningOptions": ["Team"]},
        before=MADE,
    ),
    Row(
        "the group of no Team does not",
        "teams-list-all-teams",
        "GET /groups/{team}?$select=id,resourceProvisioningOptions",
        200,
        shape={"resourceProvisioningOptions": []},
    ),
    Row(
        "a group that is no Team",
        "team-get",
        "GET /groups/{team}/team",
        404,
        GONE,
        permissions=("Group.Read.All",),
    ),
]

ROWS = [*CREATING, *UPSERTING, *CHANGING, *TEAMS]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_new_groups(graph, row):
    graph.holds(row)
