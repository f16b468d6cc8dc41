"""Directory roles: who holds them; they change by hand only (the seed), not through Graph here."""

from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

# Entra docs "permissions-reference": template ids are the same in every tenant.
TEMPLATES: dict[str, str] = {
    "Global Administrator": "62e90394-69f5-4237-9190-012177145e10",
    "Global Reader": "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
    "User Administrator": "fe930be7-5e62-47db-91af-98c3a49a38b1",
    "Groups Administrator": "fdd7a751-b60b-444a-984c-02652fe8fa1c",
    "Helpdesk Administrator": "729827e3-9c14-49f7-bb1b-9608f156bbb8",
    "Password Administrator": "966707d0-3269-4727-9be2-8c3a10f19b9d",
    "License Administrator": "4d6ac14f-3453-41d0-bef9-a3e0c569773a",
    "Exchange Administrator": "29232cdf-9323-42fd-ade2-1d097af3e4de",
    "SharePoint Administrator": "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",
    "Teams Administrator": "69091246-20e8-4a56-aa4d-066075b2a7a8",
    "Security Administrator": "194ae4cb-b126-40b2-bd5b-6091b380977d",
    "Application Administrator": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    "Authentication Administrator": "c4e39bd9-1100-46d3-8c65-fb160da0071f",
    "Privileged Role Administrator": "e8611ab8-c189-46e8-94e1-60213ab1f814",
    "Privileged Authentication Administrator": "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
    "Directory Synchronization Accounts": "d29b2b05-8046-44ba-8758-1e26182fcf32",
    "Directory Readers": "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",
}


def template_id(name: str) -> str:
    """The role template of a name; a made-up but stable one for names not in the table."""
    return TEMPLATES.get(name) or str(uuid5(NAMESPACE_URL, f"directory-role:{name}"))


@dataclass(frozen=True)
class DirectoryRole:
    """An activated role and the ids of its members."""

    id: str
    name: str
    members: tuple[str, ...]

    @property
    def template_id(self) -> str:
        """The id that is the same in every tenant, also of the role definition."""
        return template_id(self.name)

    def assignment_id(self, member: str) -> str:
        """The id of one member's assignment."""
        return str(uuid5(NAMESPACE_URL, f"{self.id}:{member}"))

    def properties(self) -> dict[str, Any]:
        """As Graph's directoryRole, without the id."""
        return {
            "deletedDateTime": None,
            "description": f"Members of the {self.name} role.",
            "displayName": self.name,
            "roleTemplateId": self.template_id,
        }


def roles_from_rows(rows: list[dict[str, Any]]) -> tuple[DirectoryRole, ...]:
    """Back from storage."""
    return tuple(DirectoryRole(row["id"], row["name"], tuple(row["members"])) for row in rows)
