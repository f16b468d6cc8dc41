"""Which class groups become Teams: Microsoft 365 groups of ours that are there and have an owner.

A Team is made of the group (Graph `PUT /groups/{id}/team`), not beside it, so that the group's
unique name still finds it. Nothing here takes a Team away; docs/groups.md says what then happens.
"""

from collections.abc import Iterator
from datetime import timedelta

from graphsync import sentences
from graphsync.changes import CreateTeam, Held, Origin
from graphsync.group_planning import GroupBook
from graphsync.reasons import Reason
from policies.desired import Desired
from policies.groups import DesiredGroup

# Before that a group may be unknown to Teams (Graph docs: team-put-teams). A group that is dated
# otherwise by more than this, either way, is of a tenant whose clock is not ours: Graph decides.
TOO_YOUNG = timedelta(minutes=15)


class TeamBook:
    """The Teams of one school, present and wanted, while its plan is drawn."""

    def __init__(self, groups: GroupBook) -> None:
        self.groups = groups
        self.on = groups.rules.groups.teams
        # A whole class wants the same groups: this is told once for all of it.
        self._waiting: dict[tuple[DesiredGroup, ...], tuple[DesiredGroup, ...]] = {}

    def as_wanted(self, wanted: Desired) -> bool:
        """Whether none of the person's classes waits for an owner to become a Team."""
        return not self.on or not self._ownerless(wanted.groups or ())

    def held_for(self, wanted: Desired) -> list[Held]:
        """The person's classes that wait for an owner to become Teams."""
        if self.as_wanted(wanted):
            return []
        return [
            Held(
                person=wanted.key,
                reason=Reason.NO_OWNER,
                what="create_team",
                sentence=f"{group.display_name}: becomes a Team the night after a teacher of the"
                " class has an account",
            )
            for group in self._ownerless(wanted.groups or ())
        ]

    def changes(self) -> Iterator[CreateTeam]:
        """The groups that become Teams tonight; asked for once everyone's groups are known."""
        for name, group in self.groups.wanted.items() if self.on else ():
            present = self.groups.present(name)
            if present is None or not (self._to_be_team(group) and self.groups.owners(group)):
                continue
            born, now = present.created_date_time, self.groups.snapshot.taken_at
            if born is None or abs(now - born) >= TOO_YOUNG:
                yield CreateTeam(
                    group=name,
                    group_id=present.id,
                    origin=Origin.RULE,
                    clauses=self.groups.rules.groups.team_clauses,
                    sentence=sentences.create_team(group.display_name),
                )

    def _to_be_team(self, group: DesiredGroup) -> bool:
        """Whether the group is there, could be a Team and is none yet.

        One that the pack binds is somebody else's, who may make a Team of it.
        """
        name = group.unique_name
        present = self.groups.present(name)
        if group.owners is None or present is None or name in self.groups.bind:
            return False
        return (
            "Unified" in present.group_types and not present.is_team and self.groups.writable(name)
        )

    def _ownerless(self, groups: tuple[DesiredGroup, ...]) -> tuple[DesiredGroup, ...]:
        """Those of the groups of which no teacher has an account, so that nobody would own it."""
        found = self._waiting.get(groups)
        if found is None:
            found = tuple(
                one for one in groups if self._to_be_team(one) and not self.groups.owners(one)
            )
            self._waiting[groups] = found
        return found
