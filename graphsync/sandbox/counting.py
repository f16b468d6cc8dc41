"""``/$count`` behind a collection: a number as text (Graph docs: aad-advanced-queries)."""

from collections.abc import Callable
from dataclasses import replace

from graphsync.sandbox.calls import Answer, Call
from graphsync.sandbox.problems import bad_request
from graphsync.sandbox.query import Query

Handler = Callable[[Call], Answer]
_COUNT = frozenset({"filter", "search"})


def count_of(listing: Handler) -> Handler:
    """A handler that counts what ``listing`` would list; it needs the header.

    ``$filter`` and ``$search`` narrow the count, other options mean nothing to it.
    """

    def counted(call: Call) -> Answer:
        if not call.query.advanced:
            raise bad_request("$count is not currently supported.")
        kept = {name: text for name, text in call.query.options.items() if name in _COUNT}
        query = Query(
            {**kept, "count": "true", "top": "1", "select": "id"}, True, call.query.extensions
        )
        page = listing(replace(call, query=query))
        return Answer(200, str(page.body["@odata.count"]))

    return counted
