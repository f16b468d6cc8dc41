"""The Graph operations this tenant speaks, each with its row of Microsoft's permission map.

A template's ``{id}`` stands for a key. ``permission`` is the map's own path when it differs from
the template: the map has no rows for ``$ref``, ``$count``, casts and alternate keys.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Operation:
    """One method on one path template; ``permission`` names the row of the permission map."""

    method: str
    template: str
    permission: str

    @property
    def row(self) -> str:
        """The key of this operation in the permission table."""
        return f"{self.method} {self.permission}"


def _operation(line: str) -> Operation:
    method, template, *other = line.split()
    return Operation(method, template, other[0] if other else template)


OPERATIONS: tuple[Operation, ...] = tuple(
    _operation(line)
    for line in """
    GET    /users
    POST   /users
    GET    /users/$count                                  /users
    GET    /users/delta
    GET    /users/{id}
    PATCH  /users/{id}
    DELETE /users/{id}
    POST   /users/{id}/revokesigninsessions
    POST   /users/{id}/assignlicense
    GET    /users/{id}/licensedetails
    GET    /users/{id}/memberof
    GET    /users/{id}/memberof/graph.group               /users/{id}/memberof
    POST   /users/{id}/sendmail
    GET    /groups
    POST   /groups
    GET    /groups/$count                                 /groups
    GET    /groups/delta
    GET    /groups/{id}
    PATCH  /groups/{id}
    DELETE /groups/{id}
    GET    /groups(uniquename={id})                       /groups/{id}
    PATCH  /groups(uniquename={id})                       /groups/{id}
    GET    /groups/{id}/members
    GET    /groups/{id}/members/$count                    /groups/{id}/members
    GET    /groups/{id}/members/graph.user                /groups/{id}/members
    POST   /groups/{id}/members/$ref                      /groups/{id}/members
    DELETE /groups/{id}/members/{id}/$ref                 /groups/{id}/members/{id}
    DELETE /groups/{id}/members/{id}                      /users/{id}
    GET    /directory/deleteditems/graph.user
    GET    /directory/deleteditems/graph.group
    GET    /directory/deleteditems/{id}
    POST   /directory/deleteditems/{id}/restore
    DELETE /directory/deleteditems/{id}
    GET    /subscribedskus
    GET    /subscribedskus/{id}
    GET    /organization
    GET    /organization/{id}
    GET    /domains
    GET    /domains/{id}
    GET    /directoryroles
    GET    /directoryroles/{id}
    GET    /directoryroles/{id}/members
    GET    /rolemanagement/directory/roleassignments
    GET    /rolemanagement/directory/roledefinitions
    GET    /rolemanagement/directory/roledefinitions/{id}
    """.strip().splitlines()
)
