"""From an item of the queue to the register of breaches: what the head decided to be one."""

from graphsync.bench import Bench
from graphsync.breach_desk import Report, open_breach, reopen, show
from graphsync.dlp_queueing import source
from graphsync.store.dlp_items import Item
from policies.breach_records import Facts, Loss
from policies.breaches import State

AGAIN = "the item of the queue was decided to be a breach"


def entered(bench: Bench, item: Item) -> str:
    """The id of the item's entry: the one there is, opened again if it was closed, or a new one.

    The title names classes of data and nobody. The clock runs from when somebody says that the
    school is aware, which is not said here.
    """
    reference = source(item.item)
    if standing := bench.store.breaches.opened_for(item.school, reference):
        if show(bench, standing).line.state is State.CLOSED:
            reopen(bench, standing, AGAIN)
        return standing
    summary, key = item.summary, item.key
    what = ", ".join(one.replace("_", " ") for one in summary.classes) or "personal"
    facts = Facts(
        title=f"Data that left against a rule: {what}",
        losses=(Loss.CONFIDENTIALITY,),
        occurred_from=summary.sent or summary.first,
        incidents=(key.incident or key.message or key.record,),
    )
    return open_breach(bench, Report(school=item.school, facts=facts, source=reference)).breach
