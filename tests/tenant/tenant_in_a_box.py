"""Speaks to the sandbox's control endpoints, and makes plans that the guard clears."""

import itertools
import json
import ssl
import urllib.request
from datetime import UTC, date, datetime
from pathlib import Path

from graphsync.changes import (
    AddToGroup,
    CreateGroup,
    CreateUser,
    Plan,
)
from graphsync.guard import Verdict, clear
from graphsync.tenant.credentials import TenantSettings
from policies.people import PersonKey

NUMBERS = itertools.count(1)


class TenantInABox:
    """A running sandbox."""

    def __init__(self, printed, folder):
        self.folder = folder
        self.printed = {name.removeprefix("GRAPHSYNC_"): value for name, value in printed.items()}
        self.trust = ssl.create_default_context(cafile=self.printed["CA_FILE"])

    def settings(self, **changed):
        values = {
            "tenant_id": self.printed["TENANT_ID"],
            "client_id": self.printed["CLIENT_ID"],
            "client_secret": self.printed["CLIENT_SECRET"],
            "authority": self.printed["AUTHORITY"],
            "graph_url": self.printed["GRAPH_URL"],
            "ca_file": Path(self.printed["CA_FILE"]),
            "write_quota": self.printed["WRITE_QUOTA"],
            "verify_wait": float(self.printed["VERIFY_WAIT"]),
        }
        return TenantSettings(**(values | changed))

    def call(self, method, path, document=None):
        request = urllib.request.Request(  # noqa: S310 - https on loopback
            self.printed["AUTHORITY"] + path,
            method=method,
            data=None if document is None else json.dumps(document).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, context=self.trust, timeout=60) as answer:  # noqa: S310
            content = answer.read()
        return json.loads(content) if content else None

    def faults(self, *rules):
        self.call("POST", "/_sandbox/faults", list(rules))

    def log(self):
        """Every request since the last clearing; batch items have a `batch`."""
        return self.call("GET", "/_sandbox/requests")["items"]

    def graph_calls(self):
        """HTTP requests to Graph: no tokens, no items of a batch."""
        return [one for one in self.log() if one["batch"] is None and "/v1.0" in one["path"]]

    def users(self):
        state = self.call("GET", "/_sandbox/state")
        return {user["userPrincipalName"]: user for user in state["users"]}

    def groups(self):
        return {one["name"]: one for one in self.call("GET", "/_sandbox/state")["groups"]}


def a_create(number=None, **changed):
    """A new person's account; every call another person."""
    number = next(NUMBERS) if number is None else number
    values = {
        "person": PersonKey("pb", str(number)),
        "user_principal_name": f"pupil{number}@school.example",
        "mail_nickname": f"pupil{number}",
        "display_name": f"Pupil {number}",
        "given_name": "Pupil",
        "surname": str(number),
        "employee_type": "Pupil",
        "company_name": "Park Barn",
        "department": "7B",
        "usage_location": "GB",
        "stamp": f"gs:{number:013}",
    }
    return CreateUser(**(values | changed))


def a_group(name):
    return CreateGroup(group=name, display_name=name.upper(), mail_nickname=name)


def an_add(create, group, group_id):
    return AddToGroup(person=create.person, group=group, group_id=group_id)


def cleared():
    """A plan that the guard has cleared; what it holds is not the door's business."""
    plan = Plan(
        school="pb",
        as_of=date(2026, 9, 1),
        roster_sha256="",
        pack_sha256="",
        changes=(),
        held=(),
        unchanged=(),
        linked={},
    )
    return clear(plan, Verdict(), None, datetime(2026, 9, 1, tzinfo=UTC))


class Ids:
    """Object ids by UPN and unique name, as a run learns them."""

    def __init__(self):
        self.accounts = {}
        self.groups = {}

    def account(self, person):
        return self.accounts[person]

    def group(self, unique_name):
        return self.groups[unique_name]

    def password(self, person):
        return f"Copper-tiger-lamp{person.mis_id}"


class Journal:
    """Hooks that remember what they were told, in order."""

    def __init__(self, ids=None):
        self.told = []
        self.intents = []
        self.outcomes = {}
        self.ids = ids

    def sending(self, batch):
        self.intents += [item.id for item in batch]
        self.told += [("intent", item.id) for item in batch]

    def answered(self, judged):
        for item, answer, judgement in judged:
            assert item.id not in self.outcomes, "one outcome an item"
            self.outcomes[item.id] = judgement
            self.told.append(("outcome", item.id))
            if self.ids is not None and answer is not None and answer.succeeded:
                self._learn(item, answer)

    def _learn(self, item, answer):
        (change, *_) = item.changes
        if isinstance(change, CreateUser):
            self.ids.accounts[change.person] = answer.json(dict)["id"]
        if isinstance(change, CreateGroup) and answer.body:
            self.ids.groups[change.group] = answer.json(dict)["id"]

    def meanings(self):
        return sorted(str(judgement.meaning) for judgement in self.outcomes.values())
