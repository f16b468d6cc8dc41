"""A real sandbox in a process of its own, and a plain client that speaks HTTP to it over TLS."""

import itertools
import signal
import ssl
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import started_ahead

from graphsync.tenant.credentials import TenantSettings

SCOPE = "https://graph.microsoft.com/.default"
FACULTY = "94763226-9b3c-4e75-a931-5c89701abe66"
STUDENT = "314c4481-f395-4525-be8b-2ec4bb1e9d91"
_numbers = itertools.count(1)


@dataclass
class Sandbox:
    """A running server: its printed settings, and calls with the product app's token."""

    process: started_ahead.Process
    settings: dict[str, str]
    data: Path
    http: httpx.Client = field(init=False)

    def __post_init__(self):
        context = ssl.create_default_context(cafile=self.settings["CA_FILE"])
        self.http = httpx.Client(verify=context, trust_env=False, timeout=60)
        self.authority = self.settings["AUTHORITY"]
        self.graph = self.settings["GRAPH_URL"]
        self.tenant = self.settings["TENANT_ID"]
        self.sign_in()

    def as_settings(self) -> TenantSettings:
        """What the product is told of this tenant."""
        return TenantSettings(
            tenant_id=self.settings["TENANT_ID"],
            client_id=self.settings["CLIENT_ID"],
            client_secret=self.settings["CLIENT_SECRET"],
            authority=self.settings["AUTHORITY"],
            graph_url=self.settings["GRAPH_URL"],
            ca_file=Path(self.settings["CA_FILE"]),
        )

    def sign_in(self):
        answer = self.token_request()
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["access_token"]

    def token_request(self, tenant=None, **changes):
        form = {
            "grant_type": "client_credentials",
            "client_id": self.settings["CLIENT_ID"],
            "client_secret": self.settings["CLIENT_SECRET"],
            "scope": SCOPE,
            **changes,
        }
        form = {name: value for name, value in form.items() if value is not None}
        url = f"{self.authority}/{tenant or self.tenant}/oauth2/v2.0/token"
        return self.http.post(url, data=form)

    def app_with(self, *permissions: str) -> str:
        """A token of a new app that holds these permissions."""
        wish = {"name": "narrow", "permissions": permissions}
        app = self.http.post(f"{self.authority}/_sandbox/apps", json=wish).json()
        answer = self.token_request(client_id=app["clientId"], client_secret=app["secret"])
        return answer.json()["access_token"]

    def call(self, method, path, body=None, token=None, **headers) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("Authorization", f"Bearer {token or self.token}")
        url = path if path.startswith("https://") else f"{self.graph}{path}"
        return self.http.request(method, url, json=body, headers=named)

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.call("POST", path, body, **more)

    def patch(self, path, body, **more):
        return self.call("PATCH", path, body, **more)

    def delete(self, path, **more):
        return self.call("DELETE", path, **more)

    def batch(self, *items, **more):
        answer = self.post("/$batch", {"requests": list(items)}, **more)
        assert answer.status_code == 200, answer.text
        return {row["id"]: row for row in answer.json()["responses"]}

    def control(self, method, path, body=None):
        answer = self.http.request(method, f"{self.authority}/_sandbox/{path}", json=body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def state(self):
        return self.control("GET", "state")

    def settle(self):
        """Waits until every replica has seen everything: 6 s at most, by the scale."""
        time.sleep(6 / float(self.settings["scale"]) + 0.01)

    def user(self, **changes) -> str:
        """The id of a new user, seen by every replica."""
        answer = self.post("/users", a_user(**changes))
        assert answer.status_code == 201, answer.text
        self.settle()
        return answer.json()["id"]

    def group(self, **changes) -> str:
        """The id of a new security group, seen by every replica."""
        answer = self.post("/groups", a_group(**changes))
        assert answer.status_code == 201, answer.text
        self.settle()
        return answer.json()["id"]

    def everything(self, path, **more) -> list[dict[str, Any]]:
        """All rows of a collection, following the next links."""
        rows = []
        while path:
            answer = self.get(path, **more)
            assert answer.status_code == 200, answer.text
            rows += answer.json()["value"]
            path = answer.json().get("@odata.nextLink")
        return rows

    def drained(self, path) -> tuple[list[dict[str, Any]], str]:
        """All rows of a delta and its delta link."""
        rows = []
        while True:
            answer = self.get(path)
            assert answer.status_code == 200, answer.text
            body = answer.json()
            rows += body["value"]
            if "@odata.deltaLink" in body:
                return rows, body["@odata.deltaLink"]
            path = body["@odata.nextLink"]

    def later(self, seconds):
        """Moves the clock, lets replicas catch up as by then they have, and takes a new token."""
        self.control("POST", "clock", {"advance_seconds": seconds})
        self.settle()
        self.sign_in()

    def stop(self, *, kill=False):
        self.http.close()
        return self.process.stop(signal.SIGKILL if kill else signal.SIGTERM)


def a_user(**changes) -> dict[str, Any]:
    name = f"person{next(_numbers)}"
    return {
        "accountEnabled": True,
        "displayName": f"Person {name}",
        "mailNickname": name,
        "userPrincipalName": f"{name}@school.example",
        "passwordProfile": {"password": "Orange-Kite-42"},
        **changes,
    }


def a_group(**changes) -> dict[str, Any]:
    name = f"group{next(_numbers)}"
    return {
        "displayName": f"Group {name}",
        "mailEnabled": False,
        "mailNickname": name,
        "securityEnabled": True,
        **changes,
    }


def ref(key: str) -> str:
    return f"https://graph.microsoft.com/v1.0/directoryObjects/{key}"


def item(key, method, url, body=None, **more) -> dict[str, Any]:
    """An item of a $batch."""
    row = {"id": key, "method": method, "url": url, **more}
    if body is not None:
        row["headers"] = {"Content-Type": "application/json", **row.get("headers", {})}
        row["body"] = body
    return row


def refused(answer: httpx.Response, status: int, code: str, text: str = "") -> dict[str, Any]:
    """Checks Graph's envelope and gives the error."""
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["code"] == code, error
    assert text in error["message"], error
    assert error["innerError"].keys() == {"date", "request-id", "client-request-id"}
    assert answer.headers["request-id"] == error["innerError"]["request-id"]
    return error


def start(data: Path, scale: float = 200, *more: str) -> Sandbox:
    """Starts a server on the data folder and waits for its ``ready``."""
    process, printed = started_ahead.a_sandbox(data, "--time-scale", scale, *more)
    return Sandbox(process, {"scale": str(scale), **printed}, data)
