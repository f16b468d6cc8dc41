"""The primary: all objects and memberships in memory, with the indexes that keep names unique."""

import sys
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

from graphsync.sandbox.objects import ACTIVE, GONE, Entry, Link, Version
from graphsync.sandbox.replication import Timeline
from graphsync.sandbox.schema import names

KINDS = ("user", "group", "administrativeUnit")
_IN_COMMON = names(
    """
    ageGroup city companyName consentProvidedForMinor country createdDateTime department
    employeeType givenName jobTitle lastPasswordChangeDateTime officeLocation preferredLanguage
    signInSessionsValidFromDateTime state surname usageLocation userType
    """
)


class Directory:
    """Users, groups and administrative units.

    Every change goes through ``add``, ``change``, ``move`` or ``set_member``, which number the
    commit, keep the indexes and note what storage has yet to write (``unsaved`` and
    ``unsaved_links``). Rules of Graph are the callers'.
    """

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.entries: dict[str, Entry] = {}
        self.listings: dict[str, list[Entry]] = {kind: [] for kind in KINDS}
        self.members: dict[str, dict[str, Link]] = {}
        self.groups_of: dict[str, set[str]] = {}
        self.names: dict[tuple[str, str], str] = {}
        self.licences: Counter[str] = Counter()
        self.unsaved: set[str] = set()
        self.unsaved_links: set[tuple[str, str]] = set()
        self._log: dict[str, list[tuple[int, str]]] = {kind: [] for kind in KINDS}
        self._with_past: deque[Entry] = deque()

    # -- writing

    def add(self, key: str, kind: str, properties: dict[str, Any], state: str = ACTIVE) -> Entry:
        """A new object; ``properties`` holds no nulls."""
        version = Version(self.timeline.next(), state, properties)
        entry = Entry(key, kind, version)
        self.install(entry)
        self.unsaved.add(key)
        return entry

    def install(self, entry: Entry) -> None:
        """Takes in an object as it is, in the order of birth (new, or read back from storage)."""
        _share(entry.current.properties)
        self.entries[entry.id] = entry
        self.listings[entry.kind].append(entry)
        self._log[entry.kind].append((entry.changed, entry.id))
        self._index(entry, entry.current)

    def change(self, entry: Entry, changes: dict[str, Any]) -> None:
        """Sets properties; null clears one; a change that changes nothing is no commit."""
        old = entry.current.properties
        names = [name for name, value in changes.items() if old.get(name) != value]
        if not names:
            return
        new = {**old, **{name: changes[name] for name in names}}
        for name in names:
            if new[name] is None:
                del new[name]
        number = self._commit(entry, entry.current.state, new)
        for name in names:
            entry.stamps[name] = number

    def move(self, entry: Entry, state: str, changes: dict[str, Any]) -> None:
        """Deletes, restores or purges an object, setting properties at the same moment."""
        new = {**entry.current.properties, **changes}
        kept = {name: value for name, value in new.items() if value is not None}
        entry.moved = self._commit(entry, state, kept)
        if state == GONE:
            self._unlink(entry)

    def set_member(self, group: Entry, member: Entry, *, floor: int) -> None:
        """Adds the member, or removes it when it stands; ``floor``: what every replica has seen."""
        links = self.members.setdefault(group.id, {})
        number = self.timeline.next()
        link = links.pop(member.id, None)
        if link is None:
            link = Link(number)
        else:
            link.toggle(number, floor)
        links[member.id] = link  # last: links stay in the order of their last change
        self.groups_of.setdefault(member.id, set()).add(group.id)
        self.unsaved_links.add((group.id, member.id))
        self.unsaved.add(group.id)
        self._note(group, number)

    def sort_logs(self) -> None:
        """Puts the logs in the order of changes, after everything was read back from storage."""
        for log in self._log.values():
            log.sort()

    def install_link(self, group: str, member: str, link: Link) -> None:
        """Takes in a membership read back from storage, in the order of last change."""
        self.members.setdefault(group, {})[member] = link
        self.groups_of.setdefault(member, set()).add(group)

    def forget_before(self, horizon: int) -> None:
        """Drops the past that no replica shows any more."""
        for _ in range(len(self._with_past)):
            entry = self._with_past.popleft()
            entry.forget_before(horizon)
            if len(entry.versions) > 1:
                self._with_past.append(entry)

    # -- reading

    def named(self, index: str, value: str) -> Entry | None:
        """The active object that holds a unique name at the primary, case-insensitively."""
        key = self.names.get((index, value.lower()))
        return None if key is None else self.entries[key]

    def recently_changed(self) -> Iterator[Entry]:
        """Objects that some replica may still show as they were."""
        return iter(self._with_past)

    def is_member(self, group: Entry, member: Entry) -> bool:
        """Whether the membership stands at the primary."""
        link = self.members.get(group.id, {}).get(member.id)
        return link is not None and link.present

    def seen_members(self, group: Entry, horizon: int, after: int = 0) -> Iterator[Entry]:
        """Active members as a replica shows them, from those last changed after ``after`` on."""
        for key, link in self.members.get(group.id, {}).items():
            if link.changed > after and link.seen(horizon):
                member = self.entries[key]
                version = member.seen(horizon)
                if version is not None and version.state == ACTIVE:
                    yield member

    def seen_groups(self, member: Entry, horizon: int) -> list[Entry]:
        """Active groups and units of a member as a replica shows them, oldest first."""
        found = []
        for key in self.groups_of.get(member.id, ()):
            group = self.entries[key]
            version = group.seen(horizon)
            if version is None or version.state != ACTIVE:
                continue
            if self.members[key][member.id].seen(horizon):
                found.append(group)
        return sorted(found, key=lambda group: group.born)

    def born_after(self, kind: str, after: int) -> Iterator[Entry]:
        """Objects in the order of birth, every state."""
        listing = self.listings[kind]
        start = bisect_right(listing, after, key=lambda entry: entry.born)
        for index in range(start, len(listing)):
            yield listing[index]

    def changed_after(self, kind: str, after: int) -> Iterator[Entry]:
        """Objects whose last change came after ``after``, in the order of that change."""
        log = self._log[kind]
        for index in range(bisect_right(log, after, key=lambda row: row[0]), len(log)):
            number, key = log[index]
            entry = self.entries[key]
            if entry.changed == number:
                yield entry

    # -- inside

    def _commit(self, entry: Entry, state: str, properties: dict[str, Any]) -> int:
        number = self.timeline.next()
        self._unindex(entry, entry.current)
        if len(entry.versions) == 1:
            self._with_past.append(entry)
        entry.versions.append(Version(number, state, properties))
        self._index(entry, entry.current)
        self._note(entry, number)
        self.unsaved.add(entry.id)
        return number

    def _note(self, entry: Entry, number: int) -> None:
        entry.changed = number
        log = self._log[entry.kind]
        log.append((number, entry.id))
        if len(log) > 4 * len(self.listings[entry.kind]) + 1000:
            log[:] = [row for row in log if self.entries[row[1]].changed == row[0]]

    def _unlink(self, entry: Entry) -> None:
        for key in list(self.groups_of.get(entry.id, ())):
            if self.is_member(self.entries[key], entry):
                self.set_member(self.entries[key], entry, floor=0)
        for key in list(self.members.get(entry.id, {})):
            if self.is_member(entry, self.entries[key]):
                self.set_member(entry, self.entries[key], floor=0)

    def _index(self, entry: Entry, version: Version) -> None:
        if version.state == ACTIVE:
            for name in _unique_names(entry.kind, version.properties):
                self.names.setdefault(name, entry.id)
            for row in _units(entry.kind, version.properties):
                self.licences[row["skuId"]] += 1

    def _unindex(self, entry: Entry, version: Version) -> None:
        if version.state == ACTIVE:
            for name in _unique_names(entry.kind, version.properties):
                if self.names.get(name) == entry.id:
                    del self.names[name]
            for row in _units(entry.kind, version.properties):
                self.licences[row["skuId"]] -= 1


def _units(kind: str, properties: dict[str, Any]) -> list[dict[str, Any]]:
    """The units an object uses up; a group only passes licences on."""
    held: list[dict[str, Any]] = properties.get("assignedLicenses", []) if kind == "user" else []
    return held


def _share(properties: dict[str, Any]) -> None:
    """Keeps one copy, for all objects, of each value that many of them have in common."""
    for name in properties.keys() & _IN_COMMON:
        if type(properties[name]) is str:
            properties[name] = sys.intern(properties[name])


def _lower(name: str) -> str:
    """The name itself where it is lower case, so that the index keeps no second copy."""
    lower = name.lower()
    return name if lower == name else lower


def _unique_names(kind: str, properties: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What must be unique among active objects; proxy addresses are so across kinds."""
    for address in properties.get("proxyAddresses", ()):
        yield "proxyAddresses", _lower(address.split(":", 1)[-1])
    if kind == "user":
        yield "userPrincipalName", _lower(properties["userPrincipalName"])
        return
    if "uniqueName" in properties:
        yield "uniqueName", _lower(properties["uniqueName"])
    if properties.get("mailEnabled"):
        yield "mailNickname", properties["mailNickname"].lower()
