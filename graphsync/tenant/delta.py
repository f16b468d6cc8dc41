"""Reading pages that have to succeed, and delta links that may have expired."""

from graphsync.tenant.answers import Answer
from graphsync.tenant.door import Door, Page
from graphsync.tenant.problems import TenantUnreachable, missing_permission


class Expired(Exception):
    """A delta link that Graph no longer takes: everything has to be listed again."""


async def latest(door: Door, path: str) -> str:
    """The link that tells of everything from now on."""
    answer = demanded(await door.get(path))
    link = answer.json(Page).delta_link
    if link is None:
        raise TenantUnreachable("Graph gave no delta link for $deltatoken=latest")
    return link


def current(page: Answer) -> Answer:
    """A delta's page; raises Expired on 410 (and 400: a token that Graph cannot read)."""
    if page.status in (400, 410):
        raise Expired
    return demanded(page)


def demanded(answer: Answer, path: str = "") -> Answer:
    """The answer when it is a success; a refused item of a batch raises what a GET would."""
    if answer.succeeded:
        return answer
    if answer.status == 403:
        raise missing_permission(path)
    raise TenantUnreachable(
        f"Graph refuses a read that it documents ({answer.status} {answer.code})"
    )
