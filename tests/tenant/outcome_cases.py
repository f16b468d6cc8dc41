"""A school's changes through the server in between, and which lines of the table tests show."""

import msgspec
from applied import sleep_as_the_tenant
from tenant_in_a_box import a_create, a_group, an_add

from graphsync.changes import (
    DisableUser,
    RemoveFromGroup,
)
from graphsync.passwords import PasswordDesk

SHOWN = {}


def shows(line):
    """Says which line of the table a test shows; several tests may show one."""

    def told(test):
        SHOWN.setdefault(line, []).append(test.__name__)
        return test

    return told


async def no_sleep(_seconds):
    """For tests in which only the number of tries matters."""


class Case:
    """One school's changes through the server in between."""

    def __init__(self, applier, between, folder):
        self.applier, self.between, self.folder = applier, between, folder
        self.tenant = between.tenant

    async def apply(
        self,
        *changes,
        settings=None,
        instead=(),
        faults=(),
        desk=PasswordDesk,
        network_lost=False,
    ):
        def before():
            self.between.instead = list(instead)
            self.between.rows.clear()
            self.tenant.call("DELETE", "/_sandbox/requests")
            if faults:
                self.tenant.faults(*faults)
            if network_lost:
                self.between.stop_listening()

        return await self.applier.apply(
            self.between.settings(self.folder, **(settings or {})),
            *changes,
            desk=desk,
            before=before,
            sleep=no_sleep if network_lost else sleep_as_the_tenant,
        )

    def reached(self, line):
        assert line in self.between.rows

    def times(self, method, path):
        """How often the sandbox was asked to do this, items of batches included."""
        return sum(one["method"] == method and path in one["path"] for one in self.tenant.log())

    def user(self, create):
        return self.tenant.users().get(create.user_principal_name)

    async def people(self, count=1):
        """Accounts that stand and that no test has used, with their ids; made forty at a time."""
        spare = self.applier.spare
        if len(spare) < count:
            made = [a_create() for _ in range(40)]
            ended = await self.apply(*made)
            assert set(ended.outcomes) == {"done"}, ended.notes
            spare += made
        creates = [spare.pop() for _ in range(count)]
        return [msgspec.structs.replace(one, account=self.user(one)["id"]) for one in creates]

    async def group(self, name, *members):
        ended = await self.apply(a_group(name))
        assert ended.outcomes == ["done"], ended.notes
        group_id = self.tenant.groups()[name]["id"]
        if members:
            await self.apply(*(joins(one, name, group_id) for one in members))
        return group_id


def joins(create, name, group_id):
    return msgspec.structs.replace(an_add(create, name, group_id), account=create.account)


def leaves(create, name, group_id):
    return RemoveFromGroup(
        person=create.person, account=create.account, group=name, group_id=group_id
    )


def blocked(create):
    return DisableUser(person=create.person, account=create.account)
