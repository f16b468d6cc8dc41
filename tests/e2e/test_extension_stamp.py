"""The stamp in a directory extension: a school whose employeeId belongs to somebody else."""

from typing import Any

from night import School
from running_tenant import Tenant


def a_registrar(tenant: Tenant) -> dict[str, str]:
    """The headers of an administrator's application that may register extensions."""
    wish = {"name": "registrar", "permissions": ["Application.ReadWrite.All", "User.Read.All"]}
    app = tenant.control("POST", "apps", wish)
    form = {
        "grant_type": "client_credentials",
        "client_id": app["clientId"],
        "client_secret": app["secret"],
        "scope": "https://graph.microsoft.com/.default",
    }
    place = f"{tenant.settings['AUTHORITY']}/{tenant.settings['TENANT_ID']}"
    token = tenant.http.post(f"{place}/oauth2/v2.0/token", data=form).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def registered(tenant: Tenant, headers: dict[str, str]) -> str:
    """The full name of a new extension property of users."""
    graph = tenant.settings["GRAPH_URL"]
    (app,) = tenant.http.get(
        f"{graph}/applications?$filter=displayName eq 'registrar'", headers=headers
    ).json()["value"]
    body = {"name": "personKey", "dataType": "String", "targetObjects": ["User"]}
    path = f"{graph}/applications/{app['id']}/extensionProperties"
    made: dict[str, Any] = tenant.http.post(path, json=body, headers=headers).json()
    return str(made["name"])


def test_people_are_stamped_in_a_directory_extension_and_known_by_it(school: School) -> None:
    headers = a_registrar(school.tenant)
    name = registered(school.tenant, headers)
    school.save_settings(STAMP=name)
    school.loaded()
    graph = school.tenant.settings["GRAPH_URL"]
    ids = [user["id"] for user in school.users().values()]
    stamps = set()
    for key in ids:
        path = f"{graph}/users/{key}?$select=employeeId,{name}"
        body = school.tenant.http.get(path, headers=headers).json()
        assert body["employeeId"] is None
        stamps.add(body[name])
    assert all(stamp.startswith("gs:") for stamp in stamps)
    assert len(stamps) == len(ids) == 8
    assert school.json("sync").counts == {}
