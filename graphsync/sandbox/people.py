"""Managers and direct reports (Graph docs: user-post-manager, user-list-manager).

The manager is kept with the user, so that replicas show it as late as everything else.
"""

from collections.abc import Iterable

from graphsync.sandbox.calls import GRAPH, Answer, Call
from graphsync.sandbox.listing import MIXED, Candidate, list_answer, listed, marked, selected
from graphsync.sandbox.lookups import (
    find_reference,
    find_user,
    reference_url,
    require_at_primary,
    seen_manager,
)
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.presenting import context
from graphsync.sandbox.problems import bad_request, mastered_on_premises, not_found


def get_manager(call: Call) -> Answer:
    """200 and the manager with its ``@odata.type``; 404 when there is none."""
    manager = _manager_of(call)
    seen = manager.seen(call.horizon)
    select = selected(call.query, MIXED)
    body = marked("user", select, manager.id, seen.properties if seen else {})
    head = {"@odata.context": context("directoryObjects", select, single=True)}
    return Answer(200, {**head, **body})


def get_manager_reference(call: Call) -> Answer:
    """200 and the manager's ``@odata.id``; 404 when there is none."""
    manager = _manager_of(call)
    return Answer(
        200,
        {
            "@odata.context": f"{GRAPH}/$metadata#$ref",
            "@odata.id": f"{GRAPH}/users/{manager.id}",
        },
    )


def set_manager(call: Call) -> Answer:
    """204; takes the place of a manager that was there."""
    user = _changeable(call)
    manager = find_reference(call, reference_url(call))
    require_at_primary(manager, manager.id)
    if manager.kind != "user":
        # A manager is a user or an organisational contact (text unverified).
        raise bad_request("Unsupported referenced-object resource for 'manager'.")
    held = user.current.properties.get("_manager")
    if held != manager.id:
        call.tenant.directory.change(user, {"_manager": manager.id, "_formerManager": held})
    return Answer(204)


def remove_manager(call: Call) -> Answer:
    """204; 404 when there is none."""
    user = _changeable(call)
    held = user.current.properties.get("_manager")
    if held is None:
        raise not_found("manager")
    call.tenant.directory.change(user, {"_manager": None, "_formerManager": held})
    return Answer(204)


def list_direct_reports(call: Call) -> Answer:
    """200 and a page of the users whose manager this is."""
    manager = find_user(call, call.keys[0])
    directory = call.tenant.directory

    def source(after: int) -> Iterable[Candidate]:
        for row in listed(directory.born_after("user", after), call.horizon):
            if row.properties.get("_manager") == manager.id:
                yield row

    return list_answer(call, source, MIXED, "directoryObjects")


def _manager_of(call: Call) -> Entry:
    manager = seen_manager(call, find_user(call, call.keys[0]))
    if manager is None:
        raise not_found("manager")  # 404 when there is none is inferred
    return manager


def _changeable(call: Call) -> Entry:
    user = find_user(call, call.keys[0])
    require_at_primary(user, call.keys[0])
    if user.current.properties.get("onPremisesSyncEnabled"):
        raise mastered_on_premises()
    return user
