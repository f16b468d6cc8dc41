"""A server between the door and the sandbox: it passes on, changes or withholds single answers.

For answers that the sandbox gives only by accident of time or of a tenant's history. It keeps what
the door was answered, item by item, so that a test can tell which lines of the table were reached.
"""

import json
import re
from dataclasses import dataclass, field

import aiohttp
import msgspec
from hostile_server import AUTHORITY, HostileServer, http

from graphsync.tenant.answers import Answer
from graphsync.tenant.outcomes import row_of

OPERATIONS = (
    ("create_user", "POST", r"^/users$"),
    ("create_group", "PATCH", r"^/groups\(uniqueName"),
    ("create_team", "PUT", r"^/groups/[^/]+/team$"),
    ("revoke_sessions", "POST", r"/revokeSignInSessions$"),
    ("assign_licence", "POST", r"/assignLicense$"),
    ("remove_from_group", "DELETE", r"/members/[^/]+/\$ref$"),
    ("add_to_group", "POST", r"/members/\$ref$"),
    ("add_to_group", "PATCH", r"^/groups/[^/]+$"),
    ("update_user", "PATCH", r"^/users/"),
)


def operation_of(item):
    """Our name of the change that an item of a batch makes; None for a read."""
    body = item.get("body") or {}
    for name, method, path in OPERATIONS:
        if method == item["method"] and re.search(path, item["url"]):
            if name == "assign_licence" and body.get("removeLicenses"):
                return "remove_licence"
            return "disable_user" if name == "update_user" and "accountEnabled" in body else name
    return None


def error(code, message="", *details):
    """Graph's envelope."""
    document = {"code": code, "message": message, "innerError": {}}
    if details:
        document["details"] = [{"code": one, "message": message} for one in details]
    return {"error": document}


def _kept_back(items, failed):
    """The items that depend on a failed one, however far behind it."""
    found = set()
    for one in items:  # ours stand in the order of their dependence
        if (failed | found) & set(one.get("dependsOn") or ()):
            found.add(one["id"])
    return found


@dataclass
class Instead:
    """Answers this in place of the sandbox, to the first `count` matching items or requests.

    `path` is searched in the path below /v1.0; `after` lets the sandbox do it first. A `raw` answer
    goes out as it is, in place of the whole HTTP answer.
    """

    method: str
    path: str
    status: int = 0
    body: object = field(default_factory=dict)
    headers: dict = field(default_factory=dict)
    count: int = 1
    after: bool = False
    raw: bytes | None = None

    def takes(self, method, path):
        if not self.count or method != self.method or not re.search(self.path, path):
            return False
        self.count -= 1
        return True


class Between(HostileServer):
    """Stands in front of a sandbox; `connection` "close" takes a connection for each request."""

    def __init__(self, tenant, connection="keep-alive"):
        super().__init__(self._reply)
        self.tenant = tenant
        self.connection = connection
        self.instead = []
        self.rows = []

    async def __aenter__(self):
        await super().__aenter__()
        self._connector = aiohttp.TCPConnector(ssl=self.tenant.trust)
        self._session = aiohttp.ClientSession(connector=self._connector)
        return self

    async def __aexit__(self, *_):
        await self._session.close()
        await super().__aexit__()

    def settings(self, folder, **changed):
        """The sandbox's settings, with Graph here and both authorities trusted."""
        ca_file = folder / "both.pem"
        own = AUTHORITY.cert_pem.bytes()
        ca_file.write_bytes(own + (self.tenant.settings().ca_file).read_bytes())
        values = {"graph_url": f"{self.url}/v1.0", "ca_file": ca_file, "verify_wait": 1.5}
        return self.tenant.settings(**(values | changed))

    def _taken(self, method, path):
        below = path.removeprefix("/v1.0")
        return next((one for one in self.instead if one.takes(method, below)), None)

    async def _reply(self, call):
        found = self._taken(call.method, call.path)
        if found and not found.after:
            return self._given(found)
        if call.path.endswith("$batch"):
            status, headers, body = await self._batch(call)
        else:
            status, headers, body = await self._passed_on(call, call.body)
        if found:
            return self._given(found)
        kept = {
            name: headers[name]
            for name in ("Retry-After", "WWW-Authenticate", "Date")
            if name in headers
        }
        kept["Connection"] = self.connection
        return http(status, body, **{name.replace("-", "_"): kept[name] for name in kept})

    def _given(self, found):
        return http(found.status, found.body, **found.headers) if found.raw is None else found.raw

    async def _passed_on(self, call, body):
        """The sandbox's answer; its links lead back here."""
        away = self.tenant.printed["AUTHORITY"]
        headers = {
            name: value
            for name, value in call.headers.items()
            if name in ("authorization", "content-type", "prefer", "consistencylevel")
        }
        async with self._session.request(
            call.method,
            away + call.path.replace(self.url, away),
            headers=headers,
            data=body or None,
        ) as answer:
            content = await answer.read()
        return answer.status, answer.headers, content.replace(away.encode(), self.url.encode())

    async def _batch(self, call):
        items = json.loads(call.body)["requests"]
        found = {one["id"]: self._taken(one["method"], one["url"]) for one in items}
        held = {number for number, rule in found.items() if rule and not rule.after}
        kept_back = _kept_back(items, {n for n in held if found[n].status >= 400})
        passed = [self._alone(one, held) for one in items if one["id"] not in held | kept_back]
        status, headers, rows = 200, {}, []
        if passed:
            body = json.dumps({"requests": passed}).encode()
            status, headers, content = await self._passed_on(call, body)
            if status != 200:
                return status, headers, content
            rows = json.loads(content)["responses"]
        rows = [one for one in rows if found[one["id"]] is None]
        rows += [self._row(number, rule) for number, rule in found.items() if rule]
        rows += [{"id": one, "status": 424, "body": error("FailedDependency")} for one in kept_back]
        self._note(items, rows)
        return status, headers, json.dumps({"responses": rows}).encode()

    @staticmethod
    def _alone(item, held):
        needs = [one for one in item.get("dependsOn") or () if one not in held]
        return (
            {**item, "dependsOn": needs}
            if needs
            else {name: value for name, value in item.items() if name != "dependsOn"}
        )

    @staticmethod
    def _row(number, rule):
        return {"id": number, "status": rule.status, "headers": rule.headers, "body": rule.body}

    def _note(self, items, rows):
        """Which lines of the table the door's items fall under."""
        asked = {one["id"]: one for one in items}
        for row in rows:
            operation = operation_of(asked[row["id"]])
            if operation is not None:
                binds = (asked[row["id"]].get("body") or {}).get("members@odata.bind") or [""]
                content = msgspec.json.encode(row.get("body"))
                answer = Answer(row["status"], {}, content, "")
                line = row_of(operation, answer, len(binds))
                self.rows.append(line.id if line else "")
