"""Teams made of Microsoft 365 groups, in one process, with the clock moved by hand."""

import pytest
from tenants_in_process import Actor, a_tenant, call, caught_up

from graphsync.sandbox import groups
from graphsync.sandbox.graph import Request, answer
from graphsync.sandbox.tokens import Caller

PERMISSIONS = frozenset({"Group.ReadWrite.All", "Group.Read.All", "User.ReadWrite.All"})
QUARTER = 15 * 60


class School:
    """A tenant with one user, who may own groups."""

    def __init__(self, scale=1.0):
        self.tenant = a_tenant(scale=scale)
        self.actor = Actor(self.tenant)
        self.actor.create()
        caught_up(self.tenant)

    def send(self, method, path, body=None, query="", permissions=PERMISSIONS):
        record = self.tenant.log.open("", method, path)
        request = Request(method, path, query, {}, body)
        caller = Caller("app", frozenset(permissions), 1e12)
        result = answer(self.tenant, caller, request, "https://localhost", record)
        caught_up(self.tenant)
        return result

    def group(self, *, owned=True, age=QUARTER, **changes):
        """The id of a Microsoft 365 group that was made so many seconds ago."""
        body = {
            "displayName": "7B/Hi1",
            "mailEnabled": True,
            "mailNickname": f"class{len(self.tenant.directory.entries)}",
            "securityEnabled": True,
            "groupTypes": ["Unified"],
            "visibility": "Private",
            **changes,
        }
        if owned:
            link = f"https://graph.microsoft.com/v1.0/users/{self.actor.users[0]}"
            body["owners@odata.bind"] = [link]
        made = groups.create_group(call(self.tenant, body=body)).body["id"]
        caught_up(self.tenant)
        self.tenant.clock.advance(age)
        return made

    def put(self, group, body=None, **more):
        return self.send("PUT", f"/groups/{group}/team", body or {}, **more)


@pytest.fixture
def school():
    return School()


def refused(result, status, code, text=""):
    assert result.status == status, result.body
    assert result.body["error"]["code"] == code
    assert text in result.body["error"]["message"]


def test_a_group_with_an_owner_becomes_a_team_that_its_group_and_the_delta_show(school):
    key = school.group()
    path = "/groups/delta"
    select = "$select=displayName,resourceProvisioningOptions"
    latest = school.send("GET", path, query=f"$deltatoken=latest&{select}").body["@odata.deltaLink"]
    made = school.put(key, {"funSettings": {"giphyContentRating": "strict"}})
    assert made.status == 201
    assert (made.body["id"], made.body["displayName"]) == (key, "7B/Hi1")
    assert made.body["visibility"] == "private"
    assert made.body["funSettings"]["giphyContentRating"] == "strict"
    assert made.body["memberSettings"]["allowDeleteChannels"] is True
    shown = school.send("GET", f"/groups/{key}").body
    assert shown["resourceProvisioningOptions"] == ["Team"]
    (row,) = school.send("GET", path, query=latest.partition("?")[2]).body["value"]
    assert (row["id"], row["resourceProvisioningOptions"]) == (key, ["Team"])
    read = school.send("GET", f"/groups/{key}/team")
    assert read.status == 200
    assert read.body == made.body


def test_a_group_that_is_no_team_has_none_to_read(school):
    refused(school.send("GET", f"/groups/{school.group()}/team"), 404, "Request_ResourceNotFound")


@pytest.mark.parametrize(("scale", "seconds"), [(1, QUARTER), (100, 9)])
def test_a_group_is_not_known_to_teams_for_fifteen_minutes_by_the_scale(scale, seconds):
    school = School(scale)
    key = school.group(age=seconds - 2)
    refused(school.put(key), 404, "Request_ResourceNotFound")
    school.tenant.clock.advance(2)
    assert school.put(key).status == 201


def test_a_second_team_is_a_conflict(school):
    key = school.group()
    assert school.put(key).status == 201
    refused(school.put(key), 409, "Conflict")


def test_a_group_that_nobody_owns_or_that_is_no_group_of_microsoft_365_becomes_none(school):
    refused(school.put(school.group(owned=False)), 400, "BadRequest", "at least one owner")
    security = school.group(groupTypes=[], mailEnabled=False)
    refused(school.put(security), 400, "BadRequest", "Microsoft 365")
    refused(school.put("00000000-0000-4000-8000-000000000009"), 404, "Request_ResourceNotFound")


def test_an_owner_who_is_gone_for_good_owns_nothing(school):
    key = school.group()
    user = school.actor.users[0]
    school.send("DELETE", f"/users/{user}")
    school.tenant.clock.advance(31 * 86400)
    school.tenant.directory.move(school.tenant.directory.entries[user], "gone", {})
    refused(school.put(key), 400, "BadRequest", "at least one owner")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"displayName": "Other"}, "read-only"),
        ({"visibility": "public"}, "read-only"),
        ({"specialization": "educationClass"}, "read-only"),
        ({"memberSettings": {"allowDeleteChannels": "no"}}, "Invalid value"),
        ({"memberSettings": {"allowNothing": True}}, "does not exist"),
        ({"colour": "red"}, "does not exist"),
    ],
)
def test_what_a_team_takes_from_its_group_or_does_not_have_is_refused(school, body, text):
    key = school.group()
    refused(school.put(key, body), 400, "Request_BadRequest", text)
    assert school.put(key).status == 201


def test_only_group_permissions_make_a_team(school):
    key = school.group()
    for name in ("GroupMember.ReadWrite.All", "Team.Create", "User.ReadWrite.All"):
        refused(school.put(key, permissions={name}), 403, "Authorization_RequestDenied")
    assert school.put(key, permissions={"Group.ReadWrite.All"}).status == 201


def test_six_teams_a_second_are_made_and_the_seventh_waits(school):
    keys = [school.group() for _ in range(8)]
    results = [school.put(key) for key in keys]
    assert [one.status for one in results[:6]] == [201] * 6
    assert [one.status for one in results[6:]] == [429] * 2
    assert results[-1].headers["Retry-After"] == "1"
