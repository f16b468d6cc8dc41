"""Which of an app's roles a person has: those assigned to them and to groups they are a member of.

Entra docs "assign-user-or-group-access-portal": only direct members of a group inherit, nested ones
do not.
"""

from collections.abc import Iterator

from graphsync.sandbox.apps import App
from graphsync.sandbox.objects import Entry
from graphsync.sandbox.registrations import Assignment
from graphsync.sandbox.tenant import Tenant


def roles_of(tenant: Tenant, app: App, user: Entry) -> list[str]:
    """The values of the roles, in the order in which the app defines them."""
    held = {each.role_id for each in _held(tenant, app, user)}
    return [role.value for role in app.sign_in.roles if role.id in held]


def may_enter(tenant: Tenant, app: App, user: Entry) -> bool:
    """Whether the app lets the person in: anybody, or those that were assigned to it."""
    return not app.sign_in.assignment_required or any(True for _ in _held(tenant, app, user))


def _held(tenant: Tenant, app: App, user: Entry) -> Iterator[Assignment]:
    directory = tenant.directory
    for each in app.sign_in.assignments:
        if each.principal_id == user.id:
            yield each
            continue
        group = directory.entries.get(each.principal_id)
        if group is not None and group.kind == "group" and group.active:
            link = directory.members.get(group.id, {}).get(user.id)
            if link is not None and link.present:
                yield each
