"""Reading pages that have to succeed, and delta links that may have expired."""

from graphsync.tenant.answers import Answer
from graphsync.tenant.door import Door, Page
from graphsync.tenant.problems import (
    DeltaUnfinished,
    ForeignLink,
    TenantUnreachable,
    refused_read,
)

# Recorded: the code of a page's link that waited too long, or was spent.
PAGE_EXPIRED = "Directory_ExpiredPageToken"


class Expired(Exception):
    """A delta or page link that Graph no longer takes: everything has to be listed again."""


async def latest(door: Door, path: str) -> str:
    """The link that tells of everything from now on."""
    answer = demanded(await door.get(path))
    return finished(door, answer.json(Page).delta_link)


def finished(door: Door, link: str | None) -> str:
    """The delta link of a last page, to be kept; raises DeltaUnfinished when there is none.

    Without it nobody knows what the pages covered. Raises ForeignLink when it leads elsewhere.
    """
    if link is None:
        raise DeltaUnfinished
    if not door.knows(link):
        raise ForeignLink
    return link


def current(page: Answer) -> Answer:
    """A delta's page; raises Expired on 410 (and 400: a token that Graph cannot read)."""
    if page.status in (400, 410):
        raise Expired
    return demanded(page)


def demanded(answer: Answer, path: str = "") -> Answer:
    """The answer when it is a success; a refused item of a batch raises what a GET would.

    Raises Expired for the page of a list whose link ran out.
    """
    if answer.succeeded:
        return answer
    if answer.code == PAGE_EXPIRED:
        raise Expired
    if answer.status == 403:
        raise refused_read(path, answer.code)
    raise TenantUnreachable(
        f"Graph refuses a read that it documents ({answer.status} {answer.code})"
    )
