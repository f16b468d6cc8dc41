"""Apps' roles for people: who holds them, what Graph shows, who is shut out."""

import pytest
from browsing import BACK, Browser, an_app, answer_of, told
from running_sandbox import ref, refused

ROLES = [
    {"value": "ITManager", "displayName": "IT manager"},
    {"value": "Viewer", "displayName": "Viewer"},
]


@pytest.fixture(scope="module")
def reader(sandbox):
    return sandbox.app_with("Application.Read.All", "Directory.Read.All")


@pytest.fixture
def person(sandbox):
    key = sandbox.user()
    return key, sandbox.get(f"/users/{key}").json()["userPrincipalName"]


def roles_told(sandbox, app, upn):
    """The roles that the page shows beside the person."""
    with Browser(sandbox, app["clientId"]) as browser:
        page = browser.authorize(login_hint=upn).text
    row = next(line for line in page.splitlines() if upn in line and "<td>" in line)
    return row.rpartition("<td>")[2].removesuffix("</td></tr>")


def test_roles_come_by_groups_but_not_by_nested_ones(sandbox, person):
    key, upn = person
    outer, inner = sandbox.group(), sandbox.group()
    sandbox.post(f"/groups/{outer}/members/$ref", {"@odata.id": ref(inner)})
    sandbox.post(f"/groups/{inner}/members/$ref", {"@odata.id": ref(key)})
    wish = {"redirectUris": [BACK], "appRoles": ROLES}
    app = an_app(sandbox, **wish, assignments={outer: ["ITManager"], inner: ["Viewer"]})
    assert roles_told(sandbox, app, upn) == "Viewer"
    assert sandbox.delete(f"/groups/{inner}/members/{key}/$ref").status_code == 204
    assert roles_told(sandbox, app, upn) == "none"
    sandbox.post(f"/groups/{inner}/members/$ref", {"@odata.id": ref(key)})
    assert roles_told(sandbox, app, upn) == "Viewer"
    assert sandbox.delete(f"/groups/{inner}").status_code == 204
    assert roles_told(sandbox, app, upn) == "none"


def test_a_group_in_the_recycle_bin_gives_no_roles(sandbox, person):
    key, upn = person
    team = sandbox.group(groupTypes=["Unified"], mailEnabled=True)
    sandbox.post(f"/groups/{team}/members/$ref", {"@odata.id": ref(key)})
    app = an_app(sandbox, redirectUris=[BACK], appRoles=ROLES, assignments={team: ["Viewer"]})
    assert roles_told(sandbox, app, upn) == "Viewer"
    assert sandbox.delete(f"/groups/{team}").status_code == 204
    assert roles_told(sandbox, app, upn) == "none"


def test_graph_shows_the_registration(sandbox, reader, person):
    _, upn = person
    app = an_app(
        sandbox,
        redirectUris=[BACK],
        spaRedirectUris=["https://spa.example/"],
        appRoles=ROLES,
        assignments={upn: ["Viewer"]},
        assignmentRequired=True,
    )
    shown = sandbox.get(f"/applications(appId='{app['clientId']}')", token=reader).json()
    assert shown["web"]["redirectUris"] == [BACK]
    assert shown["spa"]["redirectUris"] == ["https://spa.example/"]
    assert shown["identifierUris"] == [f"api://{app['clientId']}"]
    assert [role["value"] for role in shown["appRoles"]] == ["ITManager", "Viewer"]
    principal = sandbox.get(f"/servicePrincipals/{app['id']}", token=reader).json()
    assert principal["appRoleAssignmentRequired"] is True
    assert principal["appRoles"] == shown["appRoles"]
    name = f"servicePrincipalNames/any(n:n eq 'api://{app['clientId']}')"
    found = sandbox.get(f"/servicePrincipals?$filter={name}", token=reader).json()["value"]
    assert [row["id"] for row in found] == [app["id"]]
    for path in (f"/servicePrincipals/{app['id']}/owners", f"/applications/{shown['id']}/owners"):
        assert sandbox.get(path, token=reader).json()["value"] == []


def test_graph_shows_assignments_from_every_side(sandbox, reader, person):
    key, upn = person
    group = sandbox.group()
    sandbox.post(
        f"/groups/{group}/members/$ref",
        {"@odata.id": ref(upn).replace("directoryObjects", "users")},
    )
    app = an_app(sandbox, appRoles=ROLES, assignments={upn: ["Viewer"], group: ["ITManager"]})
    sandbox.settle()

    def rows(path):
        return sandbox.get(path, token=reader).json()["value"]

    whole = rows(f"/servicePrincipals/{app['id']}/appRoleAssignedTo")
    assert {row["principalId"]: row["principalType"] for row in whole} == {
        key: "User",
        group: "Group",
    }
    assert {row["resourceId"] for row in whole} == {app["id"]}
    roles = sandbox.get(f"/servicePrincipals/{app['id']}", token=reader).json()["appRoles"]
    assert {row["appRoleId"] for row in whole} == {role["id"] for role in roles}
    assert rows(f"/users/{upn}/appRoleAssignments") == whole
    assert rows(f"/groups/{group}/appRoleAssignments") == [
        row for row in whole if row["principalId"] == group
    ]
    sandbox.delete(f"/groups/{group}/members/{key}/$ref")
    own = rows(f"/users/{upn}/appRoleAssignments")
    assert [row["principalId"] for row in own] == [key]
    sandbox.delete(f"/users/{key}")
    left = rows(f"/servicePrincipals/{app['id']}/appRoleAssignedTo")
    assert [row["principalId"] for row in left] == [group]


def test_permissions_are_assignments_to_graphs_own_principal(sandbox, reader):
    principals = sandbox.everything("/servicePrincipals", token=reader)
    graph = next(row for row in principals if row["displayName"] == "Microsoft Graph")
    product = next(row for row in principals if row["displayName"] == "graphsync")
    to_graph = sandbox.get(f"/servicePrincipals/{graph['id']}/appRoleAssignedTo", token=reader)
    granted = sandbox.get(f"/servicePrincipals/{product['id']}/appRoleAssignments", token=reader)
    mine = [row for row in to_graph.json()["value"] if row["principalId"] == product["id"]]
    assert mine == [row for row in granted.json()["value"] if row["resourceId"] == graph["id"]]
    assert mine != []


def test_an_app_that_asks_for_assignment_shuts_others_out(sandbox, person):
    _, upn = person
    wish = {"redirectUris": [BACK], "assignmentRequired": True}
    app = an_app(sandbox, **wish, assignments={})
    with Browser(sandbox, app["clientId"]) as browser:
        page = browser.authorize()
        assert upn not in page.text
        assert "AADSTS50105" in browser.choose(page, upn).text
        with Browser(sandbox) as elsewhere:
            elsewhere.sign_in(upn)
            browser.http.cookies.update(elsewhere.http.cookies)
        assert told(browser.authorize(prompt="none")) == ("access_denied", 50105)
        same = {"name": "x", "permissions": [], "clientId": app["clientId"]}
        sandbox.control("POST", "apps", {**same, "assignments": {upn: []}})  # without a role
        assert "code" in browser.sign_in(upn)


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"redirectUris": ["http://school.example/"]}, "https"),
        ({"redirectUris": ["https://*.school.example/"]}, "wildcard"),
        ({"redirectUris": ["https://school.example/#here"]}, "fragment"),
        ({"redirectUris": ["/callback"]}, "https"),
        ({"appRoles": [{"value": "IT manager", "displayName": "x"}]}, "value"),
        ({"appRoles": [ROLES[0], ROLES[0]]}, "unique"),
        ({"appRoles": ROLES, "assignments": {"nobody@school.example": []}}, "users and groups"),
        ({"appRoles": ROLES, "assignments": {"{upn}": ["Head"]}}, "no role 'Head'"),
        ({"redirectUri": "https://school.example/"}, "redirectUri"),
    ],
)
def test_what_cannot_be_registered_changes_nothing(sandbox, reader, person, wish, message):
    _, upn = person
    if "assignments" in wish:
        named = {key.format(upn=upn): values for key, values in wish["assignments"].items()}
        wish = {**wish, "assignments": named}
    before = sandbox.get("/applications?$top=999", token=reader).json()
    body = {"name": "never", "permissions": [], **wish}
    answer = sandbox.http.post(f"{sandbox.authority}/_sandbox/apps", json=body)
    assert answer.status_code == 400
    assert message in answer.json()["error"]
    assert sandbox.get("/applications?$top=999", token=reader).json() == before


def test_changing_a_permission_leaves_sign_in_alone(sandbox, person):
    _, upn = person
    app = an_app(sandbox, redirectUris=[BACK], appRoles=ROLES, assignments={upn: ["Viewer"]})
    change = {"name": "other", "permissions": ["User.Read.All"], "clientId": app["clientId"]}
    sandbox.control("POST", "apps", change)
    assert roles_told(sandbox, app, upn) == "Viewer"
    sandbox.control("POST", "apps", {**change, "appRoles": ROLES[:1]})
    assert roles_told(sandbox, app, upn) == "none"


def test_registrations_sessions_and_refresh_tokens_survive_a_restart(start_sandbox):
    first = start_sandbox()
    upn = first.get(f"/users/{first.user()}").json()["userPrincipalName"]
    app = an_app(first, redirectUris=[BACK], appRoles=ROLES, assignments={upn: ["Viewer"]})
    with Browser(first, app["clientId"]) as browser:
        code = browser.sign_in(upn)["code"]
        tokens = browser.redeem(code, client_secret=app["secret"]).json()
        cookies = dict(browser.http.cookies)
    assert first.stop() == 0
    second = start_sandbox()
    with Browser(second, app["clientId"]) as browser:
        browser.http.cookies.update(cookies)
        assert "code" in answer_of(browser.authorize(prompt="none"))
        again = browser.refresh(tokens["refresh_token"], client_secret=app["secret"])
        assert again.status_code == 200
        spent = browser.redeem(code, client_secret=app["secret"])
        assert spent.json()["error_codes"] == [54005]
    assert roles_told(second, app, upn) == "Viewer"


def test_the_seed_lets_somebody_in_as_it_manager(sandbox):
    with Browser(sandbox) as browser:
        page = browser.authorize().text
    row = next(line for line in page.splitlines() if "breakglass@" in line)
    assert row.endswith("<td>ITManager</td></tr>")


def test_membership_is_asked_of_any_object_by_its_id(sandbox):
    key, group = sandbox.user(), sandbox.group()
    sandbox.post(f"/groups/{group}/members/$ref", {"@odata.id": ref(key)})
    sandbox.settle()
    for kind in ("Groups", "Objects"):
        body = {"groupIds" if kind == "Groups" else "ids": [group]}
        asked = sandbox.post(f"/directoryObjects/{key}/checkMember{kind}", body)
        assert asked.json()["value"] == [group]
        held = sandbox.post(
            f"/directoryObjects/{key}/getMember{kind}", {"securityEnabledOnly": False}
        )
        assert held.json()["value"] == [group]
    refused(
        sandbox.post("/directoryObjects/nobody/checkMemberGroups", {"groupIds": [group]}),
        404,
        "Request_ResourceNotFound",
    )
