"""The Graph operations this tenant speaks, each with its row of Microsoft's permission map.

A template's ``{id}`` stands for a key. ``permission`` is the map's own path when it differs from
the template, ``..`` the template without its last segment: the map has no rows for ``$ref``,
``$count``, casts and alternate keys.
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
    permission = other[0] if other else template
    return Operation(method, template, permission.replace("..", template.rpartition("/")[0]))


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
    POST   /users/{id}/reprocesslicenseassignment
    GET    /users/{id}/licensedetails
    GET    /users/{id}/memberof
    GET    /users/{id}/memberof/$count                    ..
    GET    /users/{id}/memberof/graph.group               /users/{id}/memberof
    GET    /users/{id}/memberof/graph.group/$count        /users/{id}/memberof
    GET    /users/{id}/memberof/graph.directoryrole       /users/{id}/memberof
    GET    /users/{id}/memberof/graph.administrativeunit  /users/{id}/memberof
    GET    /users/{id}/transitivememberof
    GET    /users/{id}/transitivememberof/$count          ..
    GET    /users/{id}/transitivememberof/graph.group     /users/{id}/transitivememberof
    GET    /users/{id}/transitivememberof/graph.group/$count  /users/{id}/transitivememberof
    POST   /users/{id}/checkmembergroups
    POST   /users/{id}/checkmemberobjects
    POST   /users/{id}/getmembergroups
    POST   /users/{id}/getmemberobjects
    GET    /users/{id}/manager
    GET    /users/{id}/manager/$ref                       /users/{id}/manager
    PUT    /users/{id}/manager/$ref                       /users/{id}/manager
    DELETE /users/{id}/manager/$ref                       /users/{id}/manager
    GET    /users/{id}/directreports
    GET    /users/{id}/directreports/$count               ..
    GET    /users/{id}/ownedobjects
    GET    /users/{id}/ownedobjects/graph.group           /users/{id}/ownedobjects
    GET    /users/{id}/approleassignments
    POST   /users/{id}/sendmail
    GET    /users/{id}/mailboxsettings
    PATCH  /users/{id}/mailboxsettings
    GET    /users/{id}/mailboxsettings/automaticrepliessetting
    GET    /users/{id}/mailboxsettings/dateformat
    GET    /users/{id}/mailboxsettings/language
    GET    /users/{id}/mailboxsettings/timeformat
    GET    /users/{id}/mailboxsettings/timezone
    GET    /users/{id}/mailboxsettings/userpurpose
    GET    /users/{id}/authentication/methods
    GET    /users/{id}/authentication/methods/{id}
    GET    /users/{id}/authentication/passwordmethods
    GET    /users/{id}/authentication/phonemethods
    POST   /users/{id}/authentication/phonemethods
    GET    /users/{id}/authentication/phonemethods/{id}
    GET    /users/{id}/authentication/temporaryaccesspassmethods
    POST   /users/{id}/authentication/temporaryaccesspassmethods
    GET    /users/{id}/authentication/temporaryaccesspassmethods/{id}
    DELETE /users/{id}/authentication/temporaryaccesspassmethods/{id}
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
    GET    /groups/{id}/members/graph.user/$count         /groups/{id}/members
    POST   /groups/{id}/members/$ref                      /groups/{id}/members
    DELETE /groups/{id}/members/{id}/$ref                 /groups/{id}/members/{id}
    DELETE /groups/{id}/members/{id}                      /users/{id}
    GET    /groups/{id}/members/graph.group               /groups/{id}/members
    GET    /groups/{id}/members/graph.group/$count        /groups/{id}/members
    GET    /groups/{id}/transitivemembers
    GET    /groups/{id}/transitivemembers/$count          ..
    GET    /groups/{id}/transitivemembers/graph.user      /groups/{id}/transitivemembers
    GET    /groups/{id}/transitivemembers/graph.user/$count  /groups/{id}/transitivemembers
    GET    /groups/{id}/transitivemembers/graph.group     /groups/{id}/transitivemembers
    GET    /groups/{id}/memberof
    GET    /groups/{id}/memberof/$count                   ..
    GET    /groups/{id}/transitivememberof
    GET    /groups/{id}/transitivememberof/$count         ..
    POST   /groups/{id}/assignlicense
    GET    /groups/{id}/memberswithlicenseerrors
    GET    /groups/{id}/owners
    GET    /groups/{id}/owners/$count                     ..
    GET    /groups/{id}/owners/graph.user                 /groups/{id}/owners
    POST   /groups/{id}/owners/$ref                       /groups/{id}/owners
    DELETE /groups/{id}/owners/{id}/$ref                  /groups/{id}/owners/{id}
    GET    /groups/{id}/approleassignments
    POST   /groups/{id}/checkmembergroups
    POST   /groups/{id}/checkmemberobjects
    POST   /groups/{id}/getmembergroups
    POST   /groups/{id}/getmemberobjects
    POST   /groups/{id}/validateproperties
    GET    /directoryobjects/{id}
    POST   /directoryobjects/{id}/checkmembergroups
    POST   /directoryobjects/{id}/checkmemberobjects
    POST   /directoryobjects/{id}/getmembergroups
    POST   /directoryobjects/{id}/getmemberobjects
    POST   /directoryobjects/getbyids
    POST   /directoryobjects/getavailableextensionproperties
    POST   /directoryobjects/validateproperties
    GET    /directory/deleteditems/graph.user
    GET    /directory/deleteditems/graph.user/$count      ..
    GET    /directory/deleteditems/graph.group
    GET    /directory/deleteditems/graph.group/$count     ..
    GET    /directory/deleteditems/graph.administrativeunit
    GET    /directory/deleteditems/{id}
    POST   /directory/deleteditems/{id}/restore
    DELETE /directory/deleteditems/{id}
    GET    /directory/administrativeunits
    GET    /directory/administrativeunits/$count          ..
    POST   /directory/administrativeunits
    GET    /directory/administrativeunits/{id}
    PATCH  /directory/administrativeunits/{id}
    DELETE /directory/administrativeunits/{id}
    GET    /directory/administrativeunits/{id}/members
    GET    /directory/administrativeunits/{id}/members/$count  ..
    GET    /directory/administrativeunits/{id}/members/graph.user  ..
    GET    /directory/administrativeunits/{id}/members/graph.group  ..
    POST   /directory/administrativeunits/{id}/members
    POST   /directory/administrativeunits/{id}/members/$ref
    DELETE /directory/administrativeunits/{id}/members/{id}/$ref  ..
    GET    /directory/administrativeunits/{id}/scopedrolemembers
    POST   /directory/administrativeunits/{id}/scopedrolemembers
    GET    /directory/administrativeunits/{id}/scopedrolemembers/{id}
    DELETE /directory/administrativeunits/{id}/scopedrolemembers/{id}
    GET    /auditlogs/directoryaudits
    GET    /auditlogs/directoryaudits/{id}
    GET    /reports/authenticationmethods/userregistrationdetails
    GET    /reports/authenticationmethods/userregistrationdetails/{id}
    GET    /applications
    GET    /applications/$count                           ..
    GET    /applications/{id}
    GET    /applications(appid={id})                      /applications/{id}
    POST   /applications/{id}/extensionproperties
    GET    /applications/{id}/extensionproperties
    GET    /applications/{id}/extensionproperties/{id}
    DELETE /applications/{id}/extensionproperties/{id}
    POST   /applications(appid={id})/extensionproperties  /applications/{id}/extensionproperties
    GET    /applications(appid={id})/extensionproperties  /applications/{id}/extensionproperties
    GET    /applications/{id}/owners
    GET    /serviceprincipals
    GET    /serviceprincipals/$count                      ..
    GET    /serviceprincipals/{id}
    GET    /serviceprincipals(appid={id})                 /serviceprincipals/{id}
    GET    /serviceprincipals/{id}/approleassignments
    GET    /serviceprincipals/{id}/approleassignedto
    GET    /serviceprincipals/{id}/owners
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
