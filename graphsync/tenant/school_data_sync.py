"""Which groups Microsoft's School Data Sync made. They are its own and left alone.

Its class groups are known by their mail nickname, `Section_` and the class's number. All its groups
bear a directory extension of Microsoft's own application (OfficeDev/O365-EDU-Tools, "SDS Scripts"),
which a tenant that never used it does not know: to select it there may be refused, to filter is.
"""

from collections.abc import Iterable
from urllib.parse import quote

from graphsync.accounts import Group
from graphsync.tenant import reading
from graphsync.tenant.answers import Answer
from graphsync.tenant.delta import PAGE_EXPIRED, demanded
from graphsync.tenant.door import Door

MARK = "extension_fe2174665583431c953114ff7268b7b3_Education_ObjectType"
KINDS = ("Section", "SchoolStudentsSG", "SchoolTeachersSG")
_NICKNAME = "section_"


async def marked_groups(door: Door) -> frozenset[str]:
    """The ids of the groups that bear the mark; none where the tenant does not know it."""
    any_of = " or ".join(f"{MARK} eq '{kind}'" for kind in KINDS)
    path = f"/groups?$filter={quote(any_of)}&$select=id&$top={reading.PAGE}"
    found: set[str] = set()
    async for page in door.pages(path):
        if _unknown(page):
            return frozenset()
        found.update(one.id for one in reading.members(demanded(page).body))
    return frozenset(found)


def _unknown(page: Answer) -> bool:
    """Graph refuses with 400 to filter by a property that no application gave the tenant."""
    return page.status == 400 and page.code != PAGE_EXPIRED


def theirs(groups: Iterable[Group], marked: frozenset[str]) -> frozenset[str]:
    """The ids of those groups that School Data Sync made, told by the mark or by the nickname."""
    return frozenset(one.id for one in groups if one.id in marked or _is_class(one))


def _is_class(group: Group) -> bool:
    nickname = (group.mail_nickname or "").casefold()
    return "Unified" in group.group_types and nickname.startswith(_NICKNAME)
