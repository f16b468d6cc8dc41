"""Something that waits for somebody: whose it is, what, and where; and whoever looks at it."""

from collections.abc import Collection, Iterable

from msgspec import Struct

from api.permissions import Permission, Who
from api.staff.counted import Counted
from api.staff.home import Home
from reports.words import counted

HEAD, IT, DPO, OFFICE, HR = "Head", "IT manager", "DPO", "Office", "HR"
HEAD_OF_YEAR, DSL = "Head of year", "Safeguarding lead"


class Wait(Struct, frozen=True, kw_only=True):
    """So many of something wait for `whose`; `path` is empty where there is no page for it.

    `mine` where this person may do it, `urgent` where a time has passed or passes today.
    """

    whose: str
    number: int
    one: str
    many: str
    path: str
    mine: bool = True
    urgent: bool = False
    note: str = ""

    @property
    def text(self) -> str:
        """Such as `3 plans need a yes or a no`."""
        return counted(self.number, self.one, self.many)


class Desk(Struct, frozen=True):
    """Whoever looks, and the schools that they reach."""

    home: Home
    who: Who
    schools: Collection[str]
    counts: Counted

    def of(self, permission: Permission) -> list[str]:
        """The schools of which this person has the permission, in every year."""
        return whole_for(self.who, permission, self.schools)

    def may(self, permission: Permission) -> bool:
        """Whether this person has the permission in one of the schools."""
        return bool(self.of(permission))


def whole_for(who: Who, permission: Permission, schools: Iterable[str]) -> list[str]:
    """Those of the schools of which somebody has a permission, in every year."""
    reach = who.inside(permission).reach
    return [one for one in schools if reach.all_of(one)]


def of_list(path: str, named: list[str]) -> str:
    """The page of one, or the list of many."""
    return f"{path}/{named[0]}" if len(named) == 1 else path
