"""Licences: subscriptions, of users, of groups."""

import re

import pytest
from contract_rows import ABSENT, BAD, DENIED, Row, exact, reference

STUDENT = "314c4481-f395-4525-be8b-2ec4bb1e9d91"
FACULTY = "94763226-9b3c-4e75-a931-5c89701abe66"
SHAREPOINT = "0a4983bb-d3e5-4a09-95d8-b2d0127b3df5"
OFFICE_ONLINE = "e03c7e47-402c-463c-ab25-949079bedb21"
TEAMS = "57ff2da0-773e-42df-b2af-ffb7a2317929"
STRANGE = "18250162-5d87-4436-a834-d795c15c80f3"  # not bought
ASSIGN = "POST /users/{user}/assignLicense"
GROUP = "POST /groups/{group}/assignLicense"
PAGE = "user-assignlicense"
LIVES_HERE = ("PATCH /users/{user}", {"usageLocation": "GB"})
INHERITED = exact(
    "User license is inherited from a group membership and it cannot be removed directly from "
    "the user."
)
STATES = "GET /users/{user}?$select=assignedLicenses,licenseAssignmentStates"
# The worker's 30 s to 4 min by the scale, a request that finds it due, and the replicas' lag.
WORKED = (0.15, "GET /organization", 0.01)


def wish(*add, remove=(), disabled=()):
    rows = [{"skuId": key, "disabledPlans": list(disabled)} for key in add]
    return {"addLicenses": rows, "removeLicenses": list(remove)}


GIVEN = (LIVES_HERE, (ASSIGN, wish(STUDENT)))
BY_GROUP = (
    ("POST /groups/{group}/members/$ref", reference("{user}")),
    (GROUP, wish(FACULTY)),
    *WORKED,
)
ROWS = [
    Row(
        "given to a user",
        PAGE,
        ASSIGN,
        200,
        body=wish(STUDENT),
        before=(LIVES_HERE,),
        shape={"id": str, "assignedLicenses": ABSENT},
    ),
    Row(
        "needs a usage location",
        "recorded",
        ASSIGN,
        400,
        BAD,
        exact("License assignment cannot be done for user with invalid usage location."),
        wish(STUDENT),
    ),
    Row(
        "is shown on $select",
        PAGE,
        STATES,
        200,
        before=GIVEN,
        shape={
            "assignedLicenses": [{"skuId": STUDENT, "disabledPlans": []}],
            "licenseAssignmentStates": [
                {
                    "skuId": STUDENT,
                    "assignedByGroup": None,
                    "state": "Active",
                    "error": "None",
                    "lastUpdatedDateTime": str,
                }
            ],
        },
    ),
    Row(
        "without a plan",
        PAGE,
        STATES,
        200,
        before=(LIVES_HERE, (ASSIGN, wish(STUDENT, disabled=[TEAMS]))),
        shape={"assignedLicenses": [{"skuId": STUDENT, "disabledPlans": [TEAMS]}]},
    ),
    Row(
        "taken away",
        PAGE,
        STATES,
        200,
        before=(*GIVEN, (ASSIGN, wish(remove=[STUDENT]))),
        shape={"assignedLicenses": [], "licenseAssignmentStates": []},
    ),
    Row("both lists are asked for", PAGE, ASSIGN, 400, BAD, "removeLicenses", {"addLicenses": []}),
    Row(
        "subscription that is not owned",
        "recorded family",
        ASSIGN,
        400,
        BAD,
        "",
        wish(STRANGE),
        before=(LIVES_HERE,),
    ),
    Row(
        "plan of another subscription",
        "recorded family",
        ASSIGN,
        400,
        BAD,
        "",
        wish(STUDENT, disabled=[STRANGE]),
        before=(LIVES_HERE,),
    ),
    Row(
        "unknown user",
        "recorded",
        "POST /users/{missing}/assignLicense",
        404,
        "Request_ResourceNotFound",
        "",
        wish(STUDENT),
    ),
    Row(
        "has a permission of its own",
        "permissions map",
        ASSIGN,
        200,
        body=wish(STUDENT),
        before=(LIVES_HERE,),
        permissions=("LicenseAssignment.ReadWrite.All",),
    ),
    Row(
        "GroupMember.ReadWrite.All does not license",
        "permissions map",
        ASSIGN,
        403,
        DENIED,
        "",
        wish(STUDENT),
        permissions=("GroupMember.ReadWrite.All",),
    ),
    Row(
        "details",
        "user-list-licensedetails",
        "GET /users/{user}/licenseDetails",
        200,
        before=GIVEN,
        shape={
            "value": [
                {
                    "id": str,
                    "skuId": STUDENT,
                    "skuPartNumber": "STANDARDWOFFPACK_STUDENT",
                    "servicePlans": lambda plans: all(
                        p.keys()
                        == {"servicePlanId", "servicePlanName", "provisioningStatus", "appliesTo"}
                        for p in plans
                    ),
                }
            ]
        },
    ),
    Row(
        "details of a plan that is off",
        "serviceplaninfo resource",
        "GET /users/{user}/licenseDetails",
        200,
        before=(LIVES_HERE, (ASSIGN, wish(STUDENT, disabled=[TEAMS]))),
        shape={
            "value": [
                {
                    "servicePlans": lambda plans: (
                        {p["servicePlanId"]: p["provisioningStatus"] for p in plans}[TEAMS]
                        == "Disabled"
                    )
                }
            ]
        },
    ),
    Row(
        "subscriptions",
        "subscribedsku-list",
        "GET /subscribedSkus",
        200,
        shape={
            "value": lambda rows: (
                {row["skuPartNumber"] for row in rows}
                == {"STANDARDWOFFPACK_STUDENT", "STANDARDWOFFPACK_FACULTY"}
            )
        },
    ),
    Row(
        "one subscription",
        "subscribedsku-get",
        "GET /subscribedSkus/{tenant}_" + STUDENT,
        200,
        shape={
            "id": re.compile(rf"[0-9a-f-]{{36}}_{STUDENT}"),
            "capabilityStatus": "Enabled",
            "consumedUnits": int,
            "prepaidUnits": {"enabled": int, "suspended": 0, "warning": 0, "lockedOut": 0},
        },
    ),
    Row(
        "options of the subscriptions are passed over",
        "subscribedsku-list",
        "GET /subscribedSkus?$top=1",
        200,
        shape={"value": [..., ...]},
    ),
    Row(
        "users of a licence",
        "user resource (filter)",
        f"GET /users?$select=id&$filter=id eq '{{user}}' and "
        f"assignedLicenses/any(l:l/skuId eq {STUDENT})",
        200,
        before=GIVEN,
        shape={"value": [{"id": str}]},
    ),
    Row(
        "a group is answered 202",
        "group-assignlicense",
        GROUP,
        202,
        body=wish(FACULTY),
        shape={"id": str},
        told={
            "location": r"https://graph\.microsoft\.com/v2/.*/Microsoft\.DirectoryServices\.Group"
        },
    ),
    Row(
        "members get it later, wherever they live",
        "concept-group-based-licensing",
        STATES,
        200,
        before=BY_GROUP,
        shape={
            "assignedLicenses": [{"skuId": FACULTY}],
            "licenseAssignmentStates": [{"assignedByGroup": str, "state": "Active"}],
        },
    ),
    Row(
        "inherited ones are not taken from the user",
        "recorded",
        ASSIGN,
        400,
        BAD,
        INHERITED,
        wish(remove=[FACULTY]),
        before=BY_GROUP,
    ),
    Row(
        "leaving the group takes it",
        "concept-group-based-licensing",
        STATES,
        200,
        before=(
            *BY_GROUP,
            "DELETE /groups/{group}/members/{user}/$ref",
            *WORKED,
        ),
        shape={"assignedLicenses": []},
    ),
    Row(
        "a licensed group is not deleted",
        "licensing-groups-resolve-problems",
        "DELETE /groups/{group}",
        400,
        BAD,
        "",
        before=((GROUP, wish(FACULTY)),),
    ),
    Row(
        "what the group gives",
        "group resource",
        "GET /groups/{group}?$select=assignedLicenses,licenseProcessingState",
        200,
        before=BY_GROUP,
        shape={
            "assignedLicenses": [{"skuId": FACULTY}],
            "licenseProcessingState": {"state": "ProcessingComplete"},
        },
    ),
    Row(
        "members with errors",
        "group-list-memberswithlicenseerrors",
        "GET /groups/{group}/membersWithLicenseErrors",
        200,
        before=BY_GROUP,
        shape={"value": []},
    ),
    Row(
        "looked at again",
        "user-reprocesslicenseassignment",
        "POST /users/{user}/reprocessLicenseAssignment",
        200,
        shape={"id": str},
    ),
    Row(
        "looking again is not for licence apps",
        "permissions map",
        "POST /users/{user}/reprocessLicenseAssignment",
        403,
        DENIED,
        "",
        permissions=("LicenseAssignment.ReadWrite.All",),
    ),
    Row(
        "plan that another one needs",
        "licensing-groups-resolve-problems",
        ASSIGN,
        400,
        BAD,
        exact(
            f"License assignment failed because service plan {OFFICE_ONLINE} depends on the "
            f"service plan(s) {SHAREPOINT}"
        ),
        wish(STUDENT, disabled=[SHAREPOINT]),
        before=(LIVES_HERE,),
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_licences(graph, row):
    graph.holds(row)
