"""A request as a handler sees it, and what it answers."""

from dataclasses import dataclass, field
from typing import Any

from graphsync.sandbox.problems import bad_request
from graphsync.sandbox.query import Query
from graphsync.sandbox.tenant import Tenant

GRAPH = "https://graph.microsoft.com/v1.0"  # contexts and ids name Graph itself


@dataclass(slots=True)
class Answer:
    """``body`` None is an empty one; a string goes out as text/plain."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """One Graph request, or one item of a ``$batch``.

    horizon  what the replica that serves its reads has seen
    here     origin and path of the request, for links that lead back to it
    """

    tenant: Tenant
    keys: tuple[str, ...]
    query: Query
    headers: dict[str, str]
    body: Any
    roles: frozenset[str]
    horizon: int
    here: str

    @property
    def properties(self) -> dict[str, Any]:
        """The body as a JSON object; 400 when it is none."""
        if not isinstance(self.body, dict):
            raise bad_request(
                "Empty Payload. JSON content expected."
                if self.body is None
                else "Invalid JSON payload: an object is expected.",
                "BadRequest",
            )
        return self.body
