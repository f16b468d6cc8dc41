"""Test messages: how one is sent, that one was, and which of them a rule bit.

graphsync sends no mail with data in it, not even with invented data: a person does.
"""

from datetime import datetime

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.store.journal import Entry
from graphsync.trouble import Refusal, Usage
from policies.mail_proofs import BEFORE, HARMLESS, Proof, Standing, standing
from policies.mail_rules import MailRules
from policies.pack_loading import load_rules
from policies.sensitive_types import CLASSES


class Message(Struct, frozen=True, kw_only=True):
    """A test message: when it is sent and until when a rule has to bite it, and how it is made.

    `text` is what to put into it and `why` that it is nobody's; empty where we know of none.
    """

    school: str
    name: str
    sent_at: datetime
    days: int
    sender: str
    text: str
    why: str


def prove(bench: Bench, school: str, name: str, sent_at: datetime | None = None) -> Message:
    """Record that a test message for a class is sent now, or was sent then.

    Raises Usage for a class that is none and a time to come, Refusal where the pack names no
    account that sends tests, PackRefused for a pack that cannot be used.
    """
    rules = load_rules(bench.packs_dir, school).mail
    if name not in CLASSES:
        raise Usage(f"{name} is no class of data: take one of {', '.join(CLASSES)}")
    if not rules.test_sender:
        raise Refusal(
            f"the pack of {school} names no account that sends test messages: write its mail"
            " address in dlp.test_sender, so that its events are told from all others"
        )
    now = bench.now()
    at = sent_at or now
    if at > now + BEFORE:
        raise Usage("a test message is recorded when it is sent, not days before")
    _keep(bench, Proof(school=school, name=name, sent_at=at, by=bench.requester))
    return _test(rules, school, name, at)


def proofs(bench: Bench, school: str) -> list[Standing]:
    """How each test message of a school stands, the oldest first; raises PackRefused."""
    days, now = load_rules(bench.packs_dir, school).mail.test_days, bench.now()
    sent, bites = bench.store.dlp_proofs.of(school)
    return [standing(proof, bites, days, now) for proof in sent]


def _keep(bench: Bench, proof: Proof) -> None:
    entry = Entry(
        school=proof.school,
        run="",
        item=proof.name,
        what="event",
        operation="send_dlp_test",
        result=proof.by,
    )
    with bench.store.transaction():
        if bench.store.dlp_proofs.add(proof):
            bench.store.journal.append([entry])


def _test(rules: MailRules, school: str, name: str, at: datetime) -> Message:
    value = HARMLESS.get(name)
    return Message(
        school=school,
        name=name,
        sent_at=at,
        days=rules.test_days,
        sender=rules.test_sender,
        text=value.text if value else "",
        why=value.why if value else "",
    )
