"""The changes of groups: made, named, licensed, joined and left."""

from typing import Any

from graphsync.change import OneChange


class CreateGroup(OneChange, frozen=True, kw_only=True, tag="create_group"):
    """A group, made under its unique name.

    `owners` are the object ids of a Microsoft 365 group's owners; None for a security group.
    """

    group: str
    display_name: str
    mail_nickname: str
    owners: tuple[str, ...] | None = None

    @property
    def target(self) -> str:
        return self.group

    @property
    def after(self) -> dict[str, Any]:
        made = {"uniqueName": self.group, "displayName": self.display_name}
        if self.owners is None:
            return made
        return {**made, "groupTypes": ["Unified"], "owners": list(self.owners)}


class UpdateGroup(OneChange, frozen=True, kw_only=True, tag="update_group"):
    """A group of ours gets the name that the pack gives it now."""

    group: str
    group_id: str
    old_name: str | None
    display_name: str

    @property
    def target(self) -> str:
        return self.group

    @property
    def before(self) -> dict[str, Any]:
        return {"displayName": self.old_name}

    @property
    def after(self) -> dict[str, Any]:
        return {"displayName": self.display_name}


class LicenseGroup(OneChange, frozen=True, kw_only=True, tag="license_group"):
    """A licence group of ours without members is given its one subscription, plans off included.

    `group_id` is None while the group is still to be created.
    """

    group: str
    sku: str
    sku_id: str
    group_id: str | None = None
    disabled_plans: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        return self.group

    @property
    def after(self) -> dict[str, Any]:
        return {"sku": self.sku, "disabledPlans": list(self.disabled_plans)}


class CreateTeam(OneChange, frozen=True, kw_only=True, tag="create_team"):
    """A Microsoft 365 group of ours that is there becomes a Team; nothing takes that back."""

    group: str
    group_id: str

    @property
    def target(self) -> str:
        return self.group

    @property
    def after(self) -> dict[str, Any]:
        return {"uniqueName": self.group, "resourceProvisioningOptions": ["Team"]}


class AddToGroup(OneChange, frozen=True, kw_only=True, tag="add_to_group"):
    """A person joins a group; `group_id` is None while the group is still to be created.

    `needs_left` are the groups that the same person must have left before. `licence` is the part
    number of the subscription that a licence group of ours gives, `takes_unit` whether the person
    uses up a unit of it by joining.
    """

    group: str
    group_id: str | None = None
    needs_left: tuple[str, ...] = ()
    licence: str = ""
    takes_unit: bool = False

    @property
    def target(self) -> str:
        return self.group

    @property
    def after(self) -> dict[str, Any]:
        return _group(self.group, self.licence)


class RemoveFromGroup(OneChange, frozen=True, kw_only=True, tag="remove_from_group"):
    """A person leaves a group that is ours, or one that the pack binds to it.

    `needs_joined` is the group that the same person must have joined before. `licence` is the part
    number of the subscription that a licence group of ours gives, `takes` the names of the plans
    that the person has no longer without it.
    """

    group: str
    group_id: str
    needs_joined: str = ""
    licence: str = ""
    takes: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        return self.group

    @property
    def before(self) -> dict[str, Any]:
        return _group(self.group, self.licence)


def _group(name: str, licence: str) -> dict[str, str]:
    """A membership as a plan shows it; what a licence group gives is told with it."""
    return {"group": name, "licence": licence} if licence else {"group": name}
