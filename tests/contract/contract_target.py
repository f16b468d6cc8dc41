"""The Graph the contract is held against: a sandbox served for the occasion, over TLS."""

import itertools
import re
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import started_ahead
from contract_rows import Row, check, mismatch

SCALE = 4000  # replicas are 1.5 ms behind at most
SCOPE = "https://graph.microsoft.com/.default"
EVERYTHING = (
    "User.ReadWrite.All",
    "User-PasswordProfile.ReadWrite.All",
    "User.RevokeSessions.All",
    "User.DeleteRestore.All",
    "User-LifeCycleInfo.ReadWrite.All",
    "LicenseAssignment.ReadWrite.All",
    "Group.ReadWrite.All",
    "GroupMember.ReadWrite.All",
    "AdministrativeUnit.ReadWrite.All",
    "RoleManagement.ReadWrite.Directory",
    "Directory.Read.All",
    "Organization.Read.All",
    "Domain.Read.All",
    "Application.ReadWrite.All",
    "AuditLog.Read.All",
    "UserAuthenticationMethod.ReadWrite.All",
    "MailboxSettings.ReadWrite",
    "Mail.Send",
)
NEXT_ROUND = "the next round of changes is read"
_NAME = re.compile(r"\{(?:(\d)\.([^}]+)|([a-z]+)(\d?))\}")
_numbers = itertools.count(1)


class Target:
    """A served tenant, and rows held against it."""

    def __init__(self, process: started_ahead.Process, settings: dict[str, str]) -> None:
        self.process = process
        self.settings = settings
        context = ssl.create_default_context(cafile=settings["CA_FILE"])
        self.http = httpx.Client(verify=context, trust_env=False, timeout=60)
        self.authority = settings["AUTHORITY"]
        self.graph = settings["GRAPH_URL"]
        self.tenant = settings["TENANT_ID"]
        self._tokens: dict[tuple[str, ...], str] = {}
        self._spare: dict[str, list[dict[str, Any]]] = {}

    def token(self, permissions: tuple[str, ...] = EVERYTHING) -> str:
        """A token of an application that holds these permissions."""
        if permissions not in self._tokens:
            wish = {"name": "contract", "permissions": permissions}
            app = self.http.post(f"{self.authority}/_sandbox/apps", json=wish).json()
            form = {
                "grant_type": "client_credentials",
                "client_id": app["clientId"],
                "client_secret": app["secret"],
                "scope": SCOPE,
            }
            url = f"{self.authority}/{self.tenant}/oauth2/v2.0/token"
            self._tokens[permissions] = self.http.post(url, data=form).json()["access_token"]
        return self._tokens[permissions]

    def send(self, request: str, body: Any = None, token: str = "", **headers) -> httpx.Response:
        """Sends ``METHOD path``, the path below /v1.0 or a whole address."""
        method, _, path = request.partition(" ")
        url = path if path.startswith("https://") else f"{self.graph}{path}"
        named = {"Authorization": f"Bearer {token or self.token()}", **headers}
        return self.http.request(method, url, json=body, headers=named)

    def done(self, request: str, body: Any = None, **headers) -> Any:
        """Sends what must succeed, waits until every replica has it, gives the JSON."""
        answer = self.send(request, body, **headers)
        assert answer.status_code < 300, f"{request}: {answer.text}"
        if not request.startswith("GET "):
            time.sleep(6 / SCALE + 0.002)
        return answer.json() if answer.content and "json" in answer.headers["content-type"] else {}

    def fresh(self, path: str, body: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """An object nobody has used; twenty are made at a time."""
        spare = self._spare.setdefault(f"{path} {body.__name__}", [])
        if not spare:
            kind = {"Content-Type": "application/json"}
            items = [
                {"id": str(n), "method": "POST", "url": path, "headers": kind, "body": body()}
                for n in range(20)
            ]
            rows = self.done("POST /$batch", {"requests": items})["responses"]
            assert {row["status"] for row in rows} == {201}, rows
            spare += [row["body"] for row in rows]
        return spare.pop()

    def holds(self, row: Row) -> None:
        """Asserts that the tenant does what the row says."""
        names = Names(self)
        for step in row.before:
            if isinstance(step, float):
                time.sleep(step)
                continue
            request, body, *headers = (step, None) if isinstance(step, str) else step
            sent = headers[0] if headers else {}
            names.answers.append(self.done(names.filled(request), names.filled(body), **sent))
        token = self.token() if row.permissions is None else self.token(row.permissions)
        request, body = names.filled(row.request), names.filled(row.body)
        check(row, self.send(request, body, token, **row.headers))

    def drained(self, request: str, **headers: str) -> tuple[list[dict[str, Any]], str]:
        """All rows of a round of changes, and the link the next round starts from."""
        rows: list[dict[str, Any]] = []
        while True:
            body = self.done(request, **headers)
            rows += body["value"]
            if "@odata.deltaLink" in body:
                return rows, f"GET {body['@odata.deltaLink']}"
            request = f"GET {body['@odata.nextLink']}"

    def tells(
        self, first: str, steps: tuple[Any, ...], headers: dict[str, str], expected: Any
    ) -> None:
        """Asserts what the round after the steps tells; ``NEXT_ROUND`` is a step of its own."""
        names = Names(self)
        link = names.filled(first)
        _, link = self.drained(link)
        for step in steps:
            if step == NEXT_ROUND:
                _, link = self.drained(link)
                continue
            request, body = (step, None) if isinstance(step, str) else step
            self.done(names.filled(request), names.filled(body))
        rows, _ = self.drained(link, **headers)
        wrong = mismatch([] if expected is None else [expected], rows)
        assert not wrong, f"{wrong}\n{rows}"

    def later(self, seconds: float) -> None:
        """Moves the tenant's clock; tokens are taken anew."""
        self.http.post(f"{self.authority}/_sandbox/clock", json={"advance_seconds": seconds})
        self._tokens.clear()

    def stop(self) -> int:
        """Stops the server; its exit code."""
        self.http.close()
        return self.process.stop()


class Names:
    """What the braces of one row stand for; objects are made when they are first named."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._known: dict[str, str] = {}
        self.answers: list[Any] = []

    def filled(self, value: Any) -> Any:
        """The text, or every text inside the value, with its names filled in."""
        if isinstance(value, str):
            return _NAME.sub(self._meaning, value)
        if isinstance(value, list | tuple):
            return [self.filled(each) for each in value]
        if isinstance(value, dict):
            return {self.filled(name): self.filled(each) for name, each in value.items()}
        return value

    def _meaning(self, match: re.Match[str]) -> str:
        if match[1]:
            return str(_reached(self.answers[int(match[1]) - 1], match[2]))
        key = match[3] + match[4]
        if key not in self._known:
            self._known[key] = self._made(match[3], match[4])
        return self._known[key]

    def _made(self, name: str, number: str) -> str:
        if name in {"user", "upn"}:
            made = self._target.fresh("/users", a_user)
            self._known[f"user{number}"], self._known[f"upn{number}"] = (
                made["id"],
                made["userPrincipalName"],
            )
            return self._known[name + number]
        if name in {"group", "team"}:
            return str(
                self._target.fresh("/groups", {"group": a_group, "team": a_team}[name])["id"]
            )
        if name == "unit":
            return str(self._target.fresh("/directory/administrativeUnits", a_unit)["id"])
        return {
            "n": lambda: f"x{next(_numbers)}",
            "missing": lambda: str(uuid4()),
            "domain": lambda: "school.example",
            "tenant": lambda: self._target.tenant,
            "base": lambda: "https://graph.microsoft.com/v1.0",
        }[name]()


def _reached(value: Any, path: str) -> Any:
    """A property, or a property of an item: ``value/0/id``."""
    for step in path.split("/"):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def a_user(**changes: Any) -> dict[str, Any]:
    """The body of POST /users, complete and new."""
    name = f"contract{next(_numbers)}"
    return {
        "accountEnabled": True,
        "displayName": f"Contract {name}",
        "mailNickname": name,
        "userPrincipalName": f"{name}@school.example",
        "passwordProfile": {"password": "Orange-Kite-42"},
        **changes,
    }


def a_group(**changes: Any) -> dict[str, Any]:
    """The body of POST /groups for a security group."""
    name = f"group{next(_numbers)}"
    return {
        "displayName": f"Group {name}",
        "mailEnabled": False,
        "mailNickname": name,
        "securityEnabled": True,
        **changes,
    }


def a_team(**changes: Any) -> dict[str, Any]:
    """The body of POST /groups for a Microsoft 365 group."""
    return a_group(groupTypes=["Unified"], mailEnabled=True, securityEnabled=False, **changes)


def a_unit() -> dict[str, Any]:
    """The body of POST /directory/administrativeUnits."""
    return {"displayName": f"Unit {next(_numbers)}"}


def served(data: Path, scale: float = SCALE) -> Target:
    """A sandbox in a process of its own."""
    return Target(*started_ahead.a_sandbox(data, "--time-scale", scale))
