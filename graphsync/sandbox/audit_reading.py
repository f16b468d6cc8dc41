"""The audit log as it is written by requests and read by them."""

from graphsync.sandbox.audit import ACTIVITIES, RESTORING, target
from graphsync.sandbox.calls import Answer, Call
from graphsync.sandbox.listing import Candidate, list_answer
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.operations import Operation
from graphsync.sandbox.presenting import context, shape
from graphsync.sandbox.problems import not_found

_KIND = "directoryAudit"
_PATH = "auditLogs/directoryAudits"
_LAST = 10**12  # places grow along a collection, and this one starts with the newest


def note(call: Call, client_id: str, operation: Operation, answer: Answer, before: int) -> None:
    """Puts a write that succeeded in the log; ``before`` is the last commit before it."""
    activity = ACTIVITIES.get(f"{operation.method} {operation.template}")
    if activity is None:
        return
    app = call.tenant.apps.find(client_id)
    initiator = {
        "appId": client_id,
        "displayName": app.name if app is not None else None,
        "servicePrincipalId": app.object_id if app is not None else None,
        "servicePrincipalName": None,
    }
    entries = _targets(call, answer)
    if activity.name == "Restore user" and entries:
        activity = RESTORING[entries[0].kind]
    targets = [target(entry, before) for entry in entries]
    call.tenant.audit.add(activity, call.tenant.clock.stamp(), initiator, targets)


def list_audits(call: Call) -> Answer:
    """200 and a page of what was done, the newest first."""
    return list_answer(
        call,
        lambda after: (
            Candidate(_LAST - number, row["id"], row, _KIND)
            for number, row in call.tenant.audit.newest_first()
            if _LAST - number > after
        ),
        _KIND,
        _PATH,
    )


def get_audit(call: Call) -> Answer:
    """200 and the row with this id."""
    select = call.query.select(_KIND)
    for _, row in call.tenant.audit.newest_first():
        if row["id"] == call.keys[0]:
            body = shape(_KIND, select)(row["id"], row)
            return Answer(200, {"@odata.context": context(_PATH, select, single=True), **body})
    raise not_found(call.keys[0])


def _targets(call: Call, answer: Answer) -> list[Entry]:
    """What the path, the reference in the body and the answer name, each once."""
    keys = list(call.keys)
    if isinstance(call.body, dict) and isinstance(call.body.get("@odata.id"), str):
        keys.append(call.body["@odata.id"].rpartition("/")[2])
    if not call.keys and isinstance(answer.body, dict):
        keys.append(answer.body.get("id", ""))
    directory = call.tenant.directory
    found = {}
    for key in keys:
        entry = directory.entries.get(key.lower()) or directory.named("userPrincipalName", key)
        if entry is not None:
            found[entry.id] = entry
    return list(found.values())
