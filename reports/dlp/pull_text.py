"""What a pull of the activity feed did and lost, and how to send a test message, for people."""

from collections.abc import Iterator

from graphsync.proof_desk import Message
from graphsync.store.dlp_feeds import Gap
from policies.findings import Finding
from reports.dlp.counts_text import counts
from reports.dlp.pulling import Pulled
from reports.words import clean, counted


def as_text(pulled: Pulled, findings: dict[str, list[Finding]]) -> str:
    """What was listed, what became of it, what is lost, and what the schools' packs miss."""
    lines = [*_read(pulled), *(line for gap in pulled.gaps for line in _gap(gap))]
    lines += [f"{clean(one.school)}: {one.sentence}" for one in pulled.without_a_rule]
    lines += [f"{clean(school)}: {one.sentence}" for school in findings for one in findings[school]]
    return "\n".join(lines) + "\n"


def _read(pulled: Pulled) -> Iterator[str]:
    if pulled.started:
        yield "Subscribed to DLP.All: the first content can take twelve hours."
    elif pulled.newest_blob is None:
        yield (
            f"Subscribed since {pulled.subscribed_at:%Y-%m-%d %H:%M} UTC, and Microsoft has listed"
            " nothing yet: that does not mean that nothing happened."
        )
    yield (
        f"{counted(pulled.windows, 'window')} of {pulled.since:%Y-%m-%d %H:%M} to "
        f"{pulled.until:%Y-%m-%d %H:%M} UTC: {pulled.listed:,} pieces of content, "
        f"{pulled.known:,} known already, {pulled.blobs:,} read"
    )
    if pulled.newest_blob is not None:
        yield f"the newest content was made at {pulled.newest_blob:%Y-%m-%d %H:%M} UTC"
    yield from counts(pulled)
    if pulled.waiting:
        yield f"{pulled.waiting:,} of them could not be read whole: the next pull asks again"


def _gap(gap: Gap) -> Iterator[str]:
    yield (
        f"LOST {gap.number}: {gap.begin:%Y-%m-%d %H:%M} to {gap.end:%Y-%m-%d %H:%M} UTC: {gap.why}"
    )
    yield (
        "  search the audit log for that time in the Purview portal, export it, run graphsync dlp"
        f" import FILE, then graphsync dlp acknowledge {gap.number} --reason TEXT"
    )


def instructions(message: Message) -> str:
    """How a person sends the test message."""
    text = (
        f"2. Text: {message.text}\n   That is {message.why}."
        if message.text
        else "2. Text: a value that your own type for this class finds and that is nobody's. We"
        " know of none."
    )
    return (
        f"Recorded: a test message for {message.name} at {clean(message.school)}, sent at"
        f" {message.sent_at:%Y-%m-%d %H:%M %Z}.\n"
        f"1. Write a mail from {clean(message.sender)} to a mailbox of your own outside the"
        " tenant.\n"
        f"{text}\n"
        "3. Send it as it is: override nothing, and encrypt nothing.\n"
        f"Within {counted(message.days, 'day')} a pull has to see that a rule stopped or encrypted"
        f" it: graphsync dlp proofs {clean(message.school)}.\n"
    )
