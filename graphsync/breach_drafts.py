"""Entries that the service opens by itself, as a suspicion: a person says whether it is a breach.

Each trigger is something that the service sees anyway. The title names nobody (law A12.6).
"""

from enum import StrEnum

from msgspec.structs import replace

from graphsync.bench import Bench
from policies.breach_records import Act, Cause, Facts, Loss, Row, Source


class Trigger(StrEnum):
    """What the service saw; the words are the title."""

    NO_RESPONSIBILITY = "Mail with pupil data to a contact without parental responsibility"
    PASSWORD_KNOWN = "A password may be known to others"  # noqa: S105 - a title
    FALSE_CONSENT = "A consent turned out not to stand after it was relied on"
    NOT_WHOLE = "The journal or a register is not as it was written"


_CAUSES = {
    Trigger.NO_RESPONSIBILITY: Cause.MAIL_WRONG_PERSON,
    Trigger.PASSWORD_KNOWN: Cause.PASSWORD_KNOWN,
    Trigger.FALSE_CONSENT: Cause.DATA_WRONG,
    Trigger.NOT_WHOLE: Cause.DATA_WRONG,
}
_LOSSES = {Trigger.NOT_WHOLE: Loss.INTEGRITY}
NOTHING_MORE = Facts()


def draft_for(
    bench: Bench, school: str, trigger: Trigger, reference: str, facts: Facts = NOTHING_MORE
) -> str:
    """Open a draft for what the service saw, once for each reference; the entry's id.

    `reference` names what it was seen in, such as `dlp:INCIDENT`: an id of ours, never a name.
    """
    seen = facts.seen_at or bench.now()
    loss = _LOSSES.get(trigger, Loss.CONFIDENTIALITY)
    told = {"title": str(trigger), "losses": (loss,), "cause": _CAUSES[trigger]}
    store = bench.store
    with store.transaction():
        store.breaches.lock()
        if standing := store.breaches.opened_for(school, reference):
            return standing
        row = Row(
            id=f"f-{bench.new_id()[:12]}",
            breach=f"b-{bench.new_id()[:8]}",
            act=Act.OPENED,
            at=bench.now(),
            by="graphsync",
            source=Source.SERVICE,
            reference=reference,
            facts=replace(facts, seen_at=seen, **told),
        )
        store.breaches.add(school, [row])
    return row.breach
