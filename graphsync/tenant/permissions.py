"""The permissions that the product asks for, each with its reason: the one list of them.

Names and what they allow: Microsoft Graph permissions reference, application permissions. `doctor`
compares what was granted with this list, refusals name the permission from it, the papers quote it.
"""

from enum import StrEnum

from msgspec import Struct


class Use(StrEnum):
    """When a permission is needed."""

    NIGHT = "night"  # no night goes through without it
    SOME = "some"  # only for what its reason says
    FIRST = "first"  # only for `graphsync init`; nobody misses it later
    WISH = "wish"  # only for a command that a school may never use; nobody misses it
    LATER = "later"  # by no command of this version


class Api(StrEnum):
    """Whose permission it is; each has tokens and a list in Entra of its own."""

    GRAPH = "Microsoft Graph"
    MANAGEMENT = "Office 365 Management APIs"


class Permission(Struct, frozen=True, kw_only=True):
    """One application permission.

    `calls` are operations of the API that it is for, `operations` the kinds of change among them.
    `instead` are permissions that allow all of those as well; most are broader. `looking` are those
    that allow what a plan reads of it, for a school that only looks at first, the least one first.
    """

    name: str
    use: Use
    why: str
    calls: tuple[str, ...]
    operations: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    looking: tuple[str, ...] = ()
    api: Api = Api.GRAPH

    @property
    def writes(self) -> bool:
        """Whether anything in the tenant can be changed with it."""
        return any(not call.startswith("GET ") for call in self.calls)


ASKED_FOR: tuple[Permission, ...] = (
    Permission(
        name="User.ReadWrite.All",
        use=Use.NIGHT,
        why="to read accounts, make them, keep their names true, enable and disable them",
        calls=("GET /users", "GET /users/delta", "POST /users", "PATCH /users/{id}"),
        operations=("create_user", "update_user", "enable_user", "disable_user"),
        looking=("User.Read.All", "Directory.Read.All"),
    ),
    Permission(
        name="User.RevokeSessions.All",
        use=Use.NIGHT,
        why="to end a leaver's sessions",
        calls=("POST /users/{id}/revokesigninsessions",),
        operations=("revoke_sessions",),
        instead=("User.ReadWrite.All", "Directory.ReadWrite.All"),
    ),
    Permission(
        name="Group.ReadWrite.All",
        use=Use.NIGHT,
        why="to read groups, to make and name the groups of the pack, and to make them Teams",
        calls=(
            "GET /groups",
            "GET /groups/delta",
            "POST /groups",
            "PATCH /groups/{id}",
            "PUT /groups/{id}/team",
        ),
        operations=("create_group", "update_group", "create_team"),
        instead=("Directory.ReadWrite.All",),
        looking=("GroupMember.Read.All", "Group.Read.All", "Directory.Read.All"),
    ),
    Permission(
        name="GroupMember.ReadWrite.All",
        use=Use.NIGHT,
        why="to put people into groups and take them out",
        calls=("POST /groups/{id}/members/$ref", "DELETE /groups/{id}/members/{id}/$ref"),
        operations=("add_to_group", "remove_from_group"),
        instead=("Group.ReadWrite.All", "Directory.ReadWrite.All"),
    ),
    Permission(
        name="LicenseAssignment.ReadWrite.All",
        use=Use.NIGHT,
        why="to assign licences, to accounts or to licence groups of ours, and take them back; it"
        " does not let us see how many are left",
        calls=("POST /users/{id}/assignlicense", "POST /groups/{id}/assignlicense"),
        operations=("assign_licence", "remove_licence", "license_group"),
        instead=("Directory.ReadWrite.All",),
    ),
    Permission(
        name="RoleManagement.Read.Directory",
        use=Use.NIGHT,
        why="to know who holds a directory role, since those accounts are never touched",
        calls=("GET /directoryroles", "GET /directoryroles/{id}/members"),
        instead=("RoleManagement.ReadWrite.Directory", "Directory.Read.All"),
    ),
    Permission(
        name="LicenseAssignment.Read.All",
        use=Use.NIGHT,
        why="to see which licences the tenant has and how many are left",
        calls=("GET /subscribedskus",),
        instead=(
            "Organization.Read.All",
            "Organization.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ),
    ),
    Permission(
        name="User-PasswordProfile.ReadWrite.All",
        use=Use.SOME,
        why="to set a new password on an account that exists, or to require one",
        calls=("PATCH /users/{id}",),
    ),
    Permission(
        name="Domain.Read.All",
        use=Use.SOME,
        why="for graphsync doctor and init to see which domains are verified",
        calls=("GET /domains",),
        instead=("Domain.ReadWrite.All", "Directory.Read.All"),
    ),
    Permission(
        name="Application.Read.All",
        use=Use.SOME,
        why="for graphsync doctor to see what was granted and when the client secret ends",
        calls=(
            "GET /applications/{id}",
            "GET /serviceprincipals/{id}",
            "GET /serviceprincipals/{id}/approleassignments",
            "GET /serviceprincipals/{id}/approleassignedto",
        ),
        instead=("Directory.Read.All",),
    ),
    Permission(
        name="Organization.Read.All",
        use=Use.FIRST,
        why="for graphsync init to see whether Active Directory masters accounts here",
        calls=("GET /organization",),
        instead=("User.Read.All", "Organization.ReadWrite.All", "Directory.Read.All"),
    ),
    Permission(
        name="Mail.Send",
        use=Use.SOME,
        why="to send the morning's mail from GRAPHSYNC_MAIL_FROM",
        calls=("POST /users/{id}/sendmail",),
    ),
    Permission(
        name="AuditLog.Read.All",
        use=Use.SOME,
        why="for graphsync policy check to see who of the staff has registered MFA, and for "
        "graphsync licences waste to see which accounts nobody uses",
        calls=("GET /reports/authenticationmethods/userregistrationdetails",),
    ),
    Permission(
        name="UserAuthMethod-TAP.ReadWrite.All",
        use=Use.WISH,
        why="for graphsync password tap to issue a Temporary Access Pass to a member of staff",
        calls=("POST /users/{id}/authentication/temporaryaccesspassmethods",),
        instead=("UserAuthenticationMethod.ReadWrite.All",),
    ),
    Permission(
        name="ActivityFeed.Read",
        use=Use.SOME,
        why="for graphsync dlp pull to read what rules of data loss prevention found",
        calls=("GET /activity/feed/subscriptions/content", "GET /activity/feed/audit/{id}"),
        api=Api.MANAGEMENT,
    ),
    Permission(
        name="ActivityFeed.ReadDlp",
        use=Use.WISH,
        why="for graphsync dlp pull where Microsoft gives it nothing without; it opens the matched "
        "text as well, which is dropped as it is read",
        calls=("GET /activity/feed/subscriptions/content", "GET /activity/feed/audit/{id}"),
        api=Api.MANAGEMENT,
    ),
    Permission(
        name="User.DeleteRestore.All",
        use=Use.LATER,
        why="to delete and restore accounts; this version deletes nobody",
        calls=("DELETE /users/{id}", "POST /directory/deleteditems/{id}/restore"),
        instead=("User.ReadWrite.All",),
    ),
)

BY_NAME = {permission.name: permission for permission in ASKED_FOR}
BY_OPERATION = {
    operation: permission.name for permission in ASKED_FOR for operation in permission.operations
}
