"""A collection that is followed page by page must come to an end."""

from graphsync.tenant.limits import MEGABYTE, Limits
from graphsync.tenant.problems import EndlessPages


class Trail:
    """The links that were followed through one collection, and what came of them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._followed: set[int] = set()  # hashes: a link may be kilobytes long
        self._bytes = 0

    def follow(self, link: str) -> None:
        """Takes a step; raises EndlessPages where it goes round, or on and on."""
        mark = hash(link)
        if mark in self._followed:
            raise EndlessPages("a page links to one that was read before")
        if len(self._followed) >= self._limits.pages:
            raise EndlessPages(f"more than {self._limits.pages} pages")
        self._followed.add(mark)

    def carry(self, size: int) -> None:
        """Counts the bytes of a page; raises EndlessPages where it is more than a tenant holds."""
        self._bytes += size
        if self._bytes > self._limits.collection_bytes:
            raise EndlessPages(f"more than {self._limits.collection_bytes // MEGABYTE} MB")
