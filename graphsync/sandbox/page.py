"""A plain page that shows a person what the tenant holds: no script, everything escaped."""

from typing import Any

from jinja2 import Environment, PackageLoader

from graphsync.sandbox.state import canonical_state
from graphsync.sandbox.tenant import Tenant

_ROWS = 200
_templates = Environment(loader=PackageLoader("graphsync.sandbox", "data"), autoescape=True)


def page(tenant: Tenant) -> str:
    """The page as HTML, with at most 200 rows a table."""
    state: dict[str, Any] = canonical_state(tenant)
    return _templates.get_template("page.html").render(
        organization=tenant.organization,
        now=tenant.clock.stamp(),
        digest=state["digest"],
        users=state["users"][:_ROWS],
        user_count=len(state["users"]),
        groups=state["groups"][:_ROWS],
        group_count=len(state["groups"]),
        deleted=state["deleted"][:_ROWS],
        outbox=tenant.outbox[-_ROWS:],
        requests=list(tenant.log.last(_ROWS)),
    )
