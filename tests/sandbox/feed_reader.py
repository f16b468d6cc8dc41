"""A client of the activity feed with an app of its own, whose subscriptions nobody else shares."""

import datetime as dt
from typing import Any

import httpx
from running_sandbox import Sandbox

AUDIENCE = "https://manage.office.com"
PUBLISHER = "46b472a7-c68e-4adf-8ade-3db49497518e"


class FeedReader:
    """An app with these permissions, signed in at the Management API."""

    def __init__(self, sandbox: Sandbox, *permissions: str):
        self.sandbox = sandbox
        wish = {"name": "dlp", "permissions": permissions or ("ActivityFeed.ReadDlp",)}
        self.app = sandbox.control("POST", "apps", wish)
        self.feed = f"{sandbox.authority}/api/v1.0/{sandbox.tenant}/activity/feed"
        self.sign_in()

    def sign_in(self) -> None:
        answer = self.sandbox.token_request(
            client_id=self.app["clientId"],
            client_secret=self.app["secret"],
            scope=f"{AUDIENCE}/.default",
        )
        self.token = answer.json()["access_token"]

    def call(self, method: str, path: str, body: Any = None, **query: str) -> httpx.Response:
        """A call with the publisher, unless the query has one; None leaves it out."""
        named = {"PublisherIdentifier": PUBLISHER, **query}
        given = {name: value for name, value in named.items() if value is not None}
        url = path if path.startswith("https://") else f"{self.feed}/{path}"
        headers = {"Authorization": f"Bearer {self.token}"}
        together = httpx.URL(url).copy_merge_params(given)
        return self.sandbox.http.request(method, together, json=body, headers=headers)

    def start(self, content_type: str = "DLP.All", body: Any = None) -> httpx.Response:
        return self.call("POST", "subscriptions/start", body, contentType=content_type)

    def stop(self) -> httpx.Response:
        return self.call("POST", "subscriptions/stop", contentType="DLP.All")

    def content(self, **query: str) -> httpx.Response:
        return self.call("GET", "subscriptions/content", **{"contentType": "DLP.All", **query})

    def listed(self, **query: str) -> list[dict[str, Any]]:
        """All content of the window, page by page."""
        answer, rows = self.content(**query), []
        while True:
            assert answer.status_code == 200, answer.text
            rows += answer.json()
            if "nextpageuri" not in answer.headers:
                return rows
            answer = self.call("GET", answer.headers["nextpageuri"])

    def later(self, **step: float) -> None:
        """Moves the clock by days, hours or minutes, and signs in again."""
        self.sandbox.later(dt.timedelta(**step).total_seconds())
        self.sign_in()

    def now(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.sandbox.control("GET", "clock")["now"])


def flowing(sandbox: Sandbox) -> FeedReader:
    """A reader whose first twelve hours are over."""
    reader = FeedReader(sandbox)
    assert reader.start().status_code == 200
    reader.later(hours=12)
    return reader


def post(sandbox: Sandbox, *records: Any, **more: Any) -> list[dict[str, Any]]:
    """Puts these records into the feed, in one blob."""
    return sandbox.control("POST", "dlp", {"records": records, **more})["blobs"]


def refused(answer: httpx.Response, status: int, code: str, text: str = "") -> None:
    """Checks the feed's own envelope."""
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["code"] == code
    assert text in error["message"]
