"""Who belongs to what, objects by their ids, administrative units."""

import pytest
from contract_rows import BAD, DENIED, EVENTUAL, GONE, Row, exact, new_group, new_team, reference

POST = "POST /groups"

PAGE = "group-post-groups"

ADDED = ("POST /groups/{group}/members/$ref", reference("{user}"))

UNITS = "/directory/administrativeUnits"


def needs(name):
    text = exact(f"A value is required for property '{name}' of resource 'Group'.")
    return Row(f"needs {name}", PAGE, POST, 400, BAD, text, new_group(name))


BELONGING = [
    Row(
        "memberOf",
        "user-list-memberof",
        "GET /users/{user}/memberOf?$select=id",
        200,
        shape={"value": [{"@odata.type": "#microsoft.graph.group"}]},
        before=(ADDED,),
    ),
    Row(
        "memberOf as groups",
        "user-list-memberof",
        "GET /users/{user}/memberOf/microsoft.graph.group?$select=displayName",
        200,
        shape={"value": [{"displayName": str}]},
        before=(ADDED,),
    ),
    Row(
        "memberOf counted",
        "user-list-memberof",
        "GET /users/{user}/memberOf/$count",
        200,
        headers=EVENTUAL,
        shape="1",
        before=(ADDED,),
    ),
    Row(
        "counting needs the header",
        "aad-advanced-queries",
        "GET /users/{user}/memberOf/$count",
        400,
        BAD,
        exact("$count is not currently supported."),
    ),
    Row(
        "directory roles among them",
        "user-list-memberof",
        "GET /users/breakglass@contoso.onmicrosoft.com/memberOf/microsoft.graph.directoryRole",
        200,
        shape={"value": [{"displayName": "Global Administrator"}]},
    ),
    Row(
        "units among them",
        "user-list-memberof",
        "GET /users/{user}/memberOf/microsoft.graph.administrativeUnit?$select=id",
        200,
        shape={"value": [{"id": str}]},
        before=((f"POST {UNITS}/{{unit}}/members/$ref", reference("{user}")),),
    ),
    Row(
        "transitive memberships",
        "user-list-transitivememberof",
        "GET /users/{user}/transitiveMemberOf/$count",
        200,
        headers=EVENTUAL,
        shape="2",
        before=(ADDED, ("POST /groups/{group2}/members/$ref", reference("{group}"))),
    ),
    Row(
        "transitive members",
        "group-list-transitivemembers",
        "GET /groups/{group2}/transitiveMembers/$count",
        200,
        headers=EVENTUAL,
        shape="2",
        before=(ADDED, ("POST /groups/{group2}/members/$ref", reference("{group}"))),
    ),
    Row(
        "checked",
        "directoryobject-checkmembergroups",
        "POST /users/{user}/checkMemberGroups",
        200,
        body={"groupIds": ["{group}", "{missing}"]},
        shape={"value": [str]},
        before=(ADDED,),
    ),
    Row(
        "checked by the object's id",
        "directoryobject-checkmembergroups",
        "POST /directoryObjects/{user}/checkMemberGroups",
        200,
        body={"groupIds": ["{group}"]},
        shape={"value": [str]},
        before=(ADDED,),
    ),
    Row(
        "21 checked at once are too many",
        "directoryobject-checkmembergroups",
        "POST /users/{user}/checkMemberGroups",
        400,
        BAD,
        "20",
        {"groupIds": ["{missing}"] * 21},
    ),
    Row(
        "gathered",
        "directoryobject-getmembergroups",
        "POST /users/{user}/getMemberGroups",
        200,
        body={"securityEnabledOnly": True},
        shape={"value": [str]},
        before=(ADDED,),
    ),
    Row(
        "gathered by the object's id",
        "directoryobject-getmembergroups",
        "POST /directoryObjects/{user}/getMemberGroups",
        200,
        body={"securityEnabledOnly": False},
        shape={"value": [str]},
        before=(ADDED,),
    ),
    Row(
        "with units and roles",
        "directoryobject-getmemberobjects",
        "POST /users/breakglass@contoso.onmicrosoft.com/getMemberObjects",
        200,
        body={"securityEnabledOnly": False},
        shape={"value": [str]},
    ),
]

OBJECTS = [
    Row(
        "objects by their ids",
        "directoryobject-getbyids",
        "POST /directoryObjects/getByIds",
        200,
        body={"ids": ["{user}", "{group}", "{missing}"], "types": ["user"]},
        shape={"value": [{"@odata.type": "#microsoft.graph.user"}]},
    ),
    Row(
        "more than 1,000 ids",
        "directoryobject-getbyids",
        "POST /directoryObjects/getByIds",
        400,
        BAD,
        "1000",
        {"ids": ["{missing}"] * 1001},
    ),
    Row(
        "any object by its id",
        "directoryobject-get",
        "GET /directoryObjects/{group}",
        200,
        shape={"@odata.type": "#microsoft.graph.group"},
    ),
    Row(
        "free names of a group",
        "directoryobject-validateproperties",
        "POST /directoryObjects/validateProperties",
        204,
        body={"entityType": "Group", "displayName": "Group {n}", "mailNickname": "{n}"},
    ),
    Row(
        "taken names of a group",
        "group-validateproperties",
        "POST /groups/{group}/validateProperties",
        422,
        "Request_UnprocessableEntity",
        exact("Another object with the same value for property mailNickname already exists."),
        {"displayName": "x", "mailNickname": "{1.mailNickname}"},
        {"error": {"details": [{"code": "PropertyConflict", "target": "mailNickname"}]}},
        before=((POST, new_team()),),
    ),
]

UNITED = [
    Row(
        "unit made",
        "administrativeunit-post-administrativeunits",
        f"POST {UNITS}",
        201,
        body={"displayName": "Unit {n}", "description": "A school"},
        shape={"id": str, "displayName": str, "visibility": None},
    ),
    Row(
        "unit needs a name",
        "administrativeunit-post-administrativeunits",
        f"POST {UNITS}",
        400,
        BAD,
        "displayName",
        {"description": "x"},
    ),
    Row(
        "user added",
        "administrativeunit-post-members",
        f"POST {UNITS}/{{unit}}/members/$ref",
        204,
        body=reference("{user}"),
    ),
    Row(
        "group made inside",
        "administrativeunit-post-members",
        f"POST {UNITS}/{{unit}}/members",
        201,
        body=new_group(**{"@odata.type": "#microsoft.graph.group"}),
        shape={"id": str},
    ),
    Row(
        "Group.Create makes groups inside",
        "permissions map",
        f"POST {UNITS}/{{unit}}/members",
        201,
        body=new_group(**{"@odata.type": "#microsoft.graph.group"}),
        permissions=("Group.Create",),
    ),
    Row(
        "units do not nest",
        "administrative-units",
        f"POST {UNITS}/{{unit}}/members/$ref",
        404,
        GONE,
        "",
        reference("{unit2}"),
    ),
    Row(
        "members listed",
        "administrativeunit-list-members",
        f"GET {UNITS}/{{unit}}/members?$select=id",
        200,
        shape={"value": [{"@odata.type": "#microsoft.graph.user"}]},
        before=((f"POST {UNITS}/{{unit}}/members/$ref", reference("{user}")),),
    ),
    Row(
        "member taken out",
        "administrativeunit-delete-members",
        f"DELETE {UNITS}/{{unit}}/members/{{user}}/$ref",
        204,
        before=((f"POST {UNITS}/{{unit}}/members/$ref", reference("{user}")),),
    ),
    Row(
        "unit deleted to the bin",
        "directory-deleteditems-get",
        "GET /directory/deletedItems/{unit}",
        200,
        shape={"@odata.type": "#microsoft.graph.administrativeUnit"},
        before=(f"DELETE {UNITS}/{{unit}}",),
    ),
    Row(
        "units are purged by nobody",
        "directory-deleteditems-delete",
        "DELETE /directory/deletedItems/{unit}",
        403,
        DENIED,
        "",
        before=(f"DELETE {UNITS}/{{unit}}",),
    ),
    Row(
        "scoped role needs the role permission",
        "permissions map",
        f"POST {UNITS}/{{unit}}/scopedRoleMembers",
        403,
        DENIED,
        "",
        {},
        permissions=("AdministrativeUnit.ReadWrite.All",),
    ),
    Row(
        "scoped role given",
        "administrativeunit-post-scopedrolemembers",
        f"POST {UNITS}/{{unit}}/scopedRoleMembers",
        201,
        body={"roleId": "{1.value/0/id}", "roleMemberInfo": {"id": "{user}"}},
        shape={"id": str, "roleId": str, "roleMemberInfo": {"id": str, "displayName": str}},
        before=("GET /directoryRoles",),
    ),
    Row(
        "scoped role taken away",
        "administrativeunit-delete-scopedrolemembers",
        f"GET {UNITS}/{{unit}}/scopedRoleMembers",
        200,
        shape={"value": []},
        before=(
            "GET /directoryRoles",
            (
                f"POST {UNITS}/{{unit}}/scopedRoleMembers",
                {"roleId": "{1.value/0/id}", "roleMemberInfo": {"id": "{user}"}},
            ),
            f"DELETE {UNITS}/{{unit}}/scopedRoleMembers/{{2.id}}",
        ),
    ),
]

ROWS = [*BELONGING, *OBJECTS, *UNITED]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_belonging(graph, row):
    graph.holds(row)
