"""Object ids and initial passwords while a plan is applied: known before, or made in this run."""

from collections.abc import Callable, Iterable

from graphsync.changes import (
    AddToGroup,
    Change,
    CreateTeam,
    CreateUser,
    LicenseGroup,
    RemoveFromGroup,
    UpdateGroup,
)
from graphsync.guard import ClearedPlan
from policies.people import PersonKey

_OF_GROUPS = (AddToGroup, RemoveFromGroup, UpdateGroup, LicenseGroup, CreateTeam)


class Resolver:
    """What a request needs that the plan could not know: ids of what this run creates.

    `make_password` is called once for each account that is created.
    """

    def __init__(
        self, cleared: Iterable[ClearedPlan], make_password: Callable[[CreateUser], str]
    ) -> None:
        self.accounts: dict[PersonKey, str] = {}
        self.groups: dict[str, str] = {}
        self.joiners: dict[PersonKey, CreateUser] = {}
        self._make_password = make_password
        for one in cleared:
            for change in one.plan.changes:
                self._learn(change)

    def _learn(self, change: Change) -> None:
        if change.person and change.account:
            self.accounts[change.person] = change.account
        if isinstance(change, CreateUser) and change.person:
            self.joiners[change.person] = change
        if isinstance(change, _OF_GROUPS) and change.group_id:
            self.groups[change.group] = change.group_id

    def account(self, person: PersonKey) -> str:
        """The object id of a person's account; KeyError while there is none."""
        return self.accounts[person]

    def group(self, unique_name: str) -> str:
        """The object id of a group; KeyError while there is none."""
        return self.groups[unique_name]

    def password(self, person: PersonKey) -> str:
        """The initial password of an account that is about to be created."""
        return self._make_password(self.joiners[person])

    def account_of(self, change: Change) -> str | None:
        """Where a change of a person goes, if that account exists by now."""
        return self.accounts.get(change.person) if change.person else None

    def group_of(self, change: Change) -> str | None:
        """The group a change is about, if it exists by now."""
        return self.groups.get(change.target)

    def ready(self, change: Change) -> bool:
        """Whether everything that a change refers to exists by now."""
        if isinstance(change, LicenseGroup):
            return change.group in self.groups
        if isinstance(change, CreateUser) or change.person is None:
            return True
        needs_group = isinstance(change, AddToGroup | RemoveFromGroup)
        return change.person in self.accounts and (not needs_group or change.target in self.groups)
