"""The operations of the activity feed: what each needs, what it answers.

Management Activity API reference, "Activity API operations". Notifications to webhooks are not
spoken: no webhook is ever called, so none can be registered.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from graphsync.sandbox.calls import Answer
from graphsync.sandbox.payloads import decoded
from graphsync.sandbox.problems import Refusal
from graphsync.sandbox.purview import CONTENT_TYPES, DLP, KEPT_MS, Blob, Purview, Subscription
from graphsync.sandbox.purview_problems import (
    bad_body,
    bad_content_id,
    bad_content_type,
    bad_language,
    expired_content,
    many_languages,
    missing,
    missing_role,
    no_content,
    unreachable_webhook,
)
from graphsync.sandbox.purview_types import SENSITIVE_TYPES
from graphsync.sandbox.purview_windows import digits, page_start, page_token, stamp, window

PAGE = 25  # how much content one answer lists; Microsoft's number is not documented
_CONTENT_ID = re.compile(r"(\d{17})(\d{6,9})\$\1\2\$dlp_all\$DLP_All", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*(;q=[01](\.\d{1,3})?)?", re.ASCII)
_READ, _READ_DLP = "ActivityFeed.Read", "ActivityFeed.ReadDlp"


@dataclass(frozen=True)
class FeedCall:
    """One request whose token is valid.

    root   the address of the feed as the client wrote it, for links
    query  parameters by lower-case names
    key    what comes behind ``audit/`` in the address
    now    milliseconds of the sandbox's clock
    """

    purview: Purview
    tenant_id: str
    root: str
    app: str
    roles: frozenset[str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    key: str
    now: int

    def content_type(self) -> str:
        """The content type asked for, which the token must allow; case does not count."""
        given = self.query.get("contenttype")
        if not given:
            raise missing("contentType")
        name = CONTENT_TYPES.get(given.lower())
        if name is None:
            raise bad_content_type()
        self.need(_READ_DLP if name == DLP else _READ)
        return name

    def need(self, *roles: str) -> None:
        """AF10001 when the token holds none of the roles."""
        if self.roles.isdisjoint(roles):
            raise missing_role(self.roles)


class Operation(NamedTuple):
    """An operation: its name in the feed's own texts, its method, what performs it."""

    name: str
    method: str
    perform: Callable[[FeedCall], Answer]


def start(call: FeedCall) -> Answer:
    """200 and the subscription, new or enabled again."""
    content_type = call.content_type()
    _check_webhook(call.body)
    held = call.purview.start(call.app, content_type, call.now, call.tenant_id)
    return Answer(200, _row(held))


def stop(call: FeedCall) -> Answer:
    """200 and nothing."""
    call.purview.stop(call.app, call.content_type(), call.now)
    return Answer(200)


def list_subscriptions(call: FeedCall) -> Answer:
    """200 and the app's subscriptions but for those that it stopped."""
    call.need(_READ, _READ_DLP)
    return Answer(200, [_row(held) for held in call.purview.of_app(call.app)])


def list_content(call: FeedCall) -> Answer:
    """200 and a page of what became available in the window, with where the next page is."""
    content_type = call.content_type()
    held = call.purview.running(call.app, content_type)
    begin, end, given = window(call.query, call.now)
    after = page_start(call.query.get("nextpage"))
    until = min(end, call.now + 1)  # content of a later time is not there yet
    rows = [
        (when, blob)
        for when, blob in call.purview.listed(held, begin, until)
        if (when, blob.number) > after
    ]
    headers = {}
    if len(rows) > PAGE:
        when, blob = rows[PAGE - 1]
        query = {"contentType": content_type, **given, "nextPage": page_token(when, blob.number)}
        link = urlencode(query, safe=":")
        headers["NextPageUri"] = f"{call.root}/subscriptions/content?{link}"
    return Answer(200, [_content(call, when, blob) for when, blob in rows[:PAGE]], headers)


def get_content(call: FeedCall) -> Answer:
    """200 and the records as a JSON array; what the app cannot list is not there for it."""
    call.need(_READ_DLP)
    held = call.purview.running(call.app, DLP)
    blob = _blob(call)
    when = held.available(blob)
    if when is None or when > call.now:
        raise no_content(call.key)
    if call.purview.expired(blob, when, call.now):
        raise expired_content(call.key)
    return Answer(200, call.purview.records(blob).decode())


def list_sensitive_types(call: FeedCall) -> Answer:
    """200 and the sensitive information types with their friendly names, English ones only."""
    call.need(_READ, _READ_DLP)
    wish = call.headers.get("accept-language", "en-US")
    if "," in wish:
        raise many_languages()
    if wish != "*" and not _LANGUAGE.fullmatch(wish.strip()):
        raise bad_language()
    return Answer(200, [{"id": each.id, "name": each.friendly} for each in SENSITIVE_TYPES])


OPERATIONS = {
    "subscriptions/start": Operation("StartSubscription", "POST", start),
    "subscriptions/stop": Operation("StopSubscription", "POST", stop),
    "subscriptions/list": Operation("ListSubscriptions", "GET", list_subscriptions),
    "subscriptions/content": Operation("ListContent", "GET", list_content),
    "resources/dlpsensitivetypes": Operation("GetResources", "GET", list_sensitive_types),
    "audit": Operation("GetBlob", "GET", get_content),
}


def content_id(blob: Blob) -> str:
    """The opaque name of content, as recorded ones look."""
    name = f"{digits(blob.made)}{blob.number:06}"
    return f"{name}${name}$dlp_all$DLP_All"


def _check_webhook(body: bytes) -> None:
    """The body is empty, or an object whose webhook, if any, cannot be validated from here."""
    try:
        document = decoded(body) if body.strip() else {}
    except Refusal as refusal:
        raise bad_body() from refusal
    if not isinstance(document, dict):
        raise bad_body()
    webhook: Any = document.get("webhook")
    if webhook is None:
        return
    if not isinstance(webhook, dict) or not isinstance(webhook.get("address"), str):
        raise missing("webhook.address")
    raise unreachable_webhook(webhook["address"])


def _row(held: Subscription) -> dict[str, Any]:
    status = "enabled" if held.enabled else "disabled"
    return {"contentType": held.content_type, "status": status, "webhook": None}


def _content(call: FeedCall, when: int, blob: Blob) -> dict[str, Any]:
    key = content_id(blob)
    return {
        "contentUri": f"{call.root}/audit/{key}",
        "contentId": key,
        "contentType": DLP,
        "contentCreated": stamp(when),
        "contentExpiration": stamp(when + KEPT_MS),
    }


def _blob(call: FeedCall) -> Blob:
    match = _CONTENT_ID.fullmatch(call.key)
    if match is None:
        raise bad_content_id(call.key)
    blob = call.purview.find(int(match[2]))
    if blob is None or content_id(blob) != call.key:
        raise no_content(call.key)
    return blob
