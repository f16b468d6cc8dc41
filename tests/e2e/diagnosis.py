"""What doctor says of a school, asked for in the words of a test."""

from dataclasses import dataclass
from typing import Any

from night import Ended, School

NIGHTLY = (
    "User.ReadWrite.All",
    "User.RevokeSessions.All",
    "Group.ReadWrite.All",
    "GroupMember.ReadWrite.All",
    "LicenseAssignment.ReadWrite.All",
    "RoleManagement.Read.Directory",
    "LicenseAssignment.Read.All",
)
ASKED_FOR = (
    *NIGHTLY,
    "User-PasswordProfile.ReadWrite.All",
    "Domain.Read.All",
    "Application.Read.All",
)


@dataclass
class Diagnosis:
    """One answer of doctor."""

    ended: Ended

    @property
    def items(self) -> list[dict[str, str]]:
        items: list[dict[str, str]] = self.ended.json["items"]
        return items

    def of(self, check: str) -> list[dict[str, str]]:
        """The findings of one check."""
        return [one for one in self.items if one["check"] == check]

    def one(self, check: str, state: str) -> dict[str, str]:
        """The only finding of this check in this state."""
        (only,) = [one for one in self.of(check) if one["state"] == state]
        return only

    def all(self, state: str) -> set[str]:
        """The checks with a finding in this state."""
        return {one["check"] for one in self.items if one["state"] == state}


def diagnosis(school: School, *arguments: object) -> Diagnosis:
    """What `graphsync doctor` says; its exit code is that of its findings."""
    told = Diagnosis(school.json("doctor", *arguments))
    assert told.ended.code == (1 if told.all("broken") else 0), told.ended.err
    assert all(one["mend"] for one in told.items if one["state"] != "ok")
    return told


def use_app(school: School, *permissions: str, **wish: Any) -> dict[str, Any]:
    """A new app with these permissions, which the school signs in with from now on."""
    wish = {"name": "under test", "permissions": permissions, **wish}
    app: dict[str, Any] = school.tenant.control("POST", "apps", wish)
    school.save_settings(CLIENT_ID=app["clientId"], CLIENT_SECRET=app["secret"])
    return app
