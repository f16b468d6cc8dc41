"""A real tenant in a box, in a process of its own: what stands beside its Graph."""

import ssl
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from started_ahead import Process, a_sandbox

NONE_YET = 10**9  # so that no record comes along: the log is never cleared, its total is its newest


@dataclass
class Tenant:
    """A running sandbox and what stands beside its Graph: log, state, faults, an admin's hand."""

    process: Process
    settings: dict[str, str]
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        context = ssl.create_default_context(cafile=self.settings["CA_FILE"])
        self.http = httpx.Client(verify=context, trust_env=False, timeout=60)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """A call of `/_sandbox/…`."""
        url = f"{self.settings['AUTHORITY']}/_sandbox/{path}"
        answer = self.http.request(method, url, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def state(self) -> dict[str, Any]:
        """The canonical state."""
        return dict(self.control("GET", "state"))

    def mark(self) -> int:
        """The number of the newest record of the request log."""
        return int(self.control("GET", f"requests?since={NONE_YET}")["total"])

    def requests(self, since: int) -> list[dict[str, Any]]:
        """The records after that one, token requests aside."""
        items = self.control("GET", f"requests?since={since}")["items"]
        return [one for one in items if one["path"].startswith("/v1.0")]

    def writes(self, since: int) -> list[dict[str, Any]]:
        """The writes after that record."""
        return [one for one in self.requests(since) if one["write"]]

    def batches(self, since: int) -> int:
        """How many `$batch` calls came after that record."""
        return sum(one["path"] == "/v1.0/$batch" for one in self.requests(since))

    def faults(self, *rules: dict[str, Any]) -> None:
        """Play these faults from now on; none takes the earlier ones away."""
        self.control("DELETE", "faults")
        if rules:
            self.control("POST", "faults", list(rules))

    def by_hand(self, account: str, **properties: Any) -> None:
        """An administrator changes an account in the console."""
        self.control("POST", f"users/{account}", properties)
        self.settle()

    def graph(self, method: str, path: str, body: Any = None, *, may: str = "") -> Any:
        """A call of Graph as an administrator's script might: with the product app's token.

        With `may`, with that of a new app which has this permission.
        """
        app = {
            "clientId": self.settings["CLIENT_ID"],
            "secret": self.settings["CLIENT_SECRET"],
        }
        if may:
            app = self.control("POST", "apps", {"name": "a script", "permissions": [may]})
        form = {
            "grant_type": "client_credentials",
            "client_id": app["clientId"],
            "client_secret": app["secret"],
            "scope": "https://graph.microsoft.com/.default",
        }
        url = f"{self.settings['AUTHORITY']}/{self.settings['TENANT_ID']}/oauth2/v2.0/token"
        token = self.http.post(url, data=form).json()["access_token"]
        answer = self.http.request(
            method,
            f"{self.settings['GRAPH_URL']}{path}",
            json=body,
            headers={"Authorization": f"Bearer {token}"},
        )
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def settle(self) -> None:
        """Wait until every replica has seen everything: 6 s by the scale, and a little."""
        time.sleep(6 / float(self.settings["scale"]) + 0.02)

    def stop(self) -> int:
        """End it; its exit code."""
        self.http.close()
        return self.process.stop()


def start_tenant(
    data: Path, seed: str = "100000", scale: float = 2000, port: int | None = 0
) -> Tenant:
    """A tenant with a domain sNN.example for each thousand people of the seed, nobody in them."""
    process, settings = a_sandbox(data, "--seed", seed, "--time-scale", scale, port=port)
    return Tenant(process, settings | {"scale": str(scale)})
