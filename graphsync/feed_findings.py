"""What the activity feed of data loss leaves open: silence, what was lost, rules nobody proved.

*Nothing listed yet* is not *no incidents*, and no event for long is no good news by itself.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from graphsync.bench import Bench
from graphsync.proof_desk import proofs
from graphsync.store.dlp_feeds import Feed
from policies.findings import Finding
from policies.mail_proofs import unproved
from policies.mail_rules import MailRules
from policies.pack_layers import NOT_IN_POLICY
from policies.rules import Rules

LATE = timedelta(days=2)  # Microsoft keeps content for seven


def feed_findings(bench: Bench, rules: Rules) -> list[Finding]:
    """Of a tenant whose feed is read; of the tests alone where it is not."""
    now = bench.now()
    feed = bench.store.dlp_feeds.of(bench.tenant.tenant_id)
    found = [*_unproved(bench, rules, now)]
    if feed is None:
        return found
    return [*_late(feed, now), *_lost(bench), *_silent(bench, rules, feed, now), *found]


def _late(feed: Feed, now: datetime) -> Iterator[Finding]:
    last = feed.succeeded_at or feed.started_at
    if now - last > LATE:
        yield _finding(
            "dlp pull",
            f"the activity feed was last read on {last:%Y-%m-%d} and Microsoft keeps its content"
            f" for seven days; run graphsync dlp pull every day ({NOT_IN_POLICY})",
        )


def _lost(bench: Bench) -> Iterator[Finding]:
    for gap in bench.store.dlp_feeds.gaps(bench.tenant.tenant_id):
        if gap.acknowledged_at is None:
            span = f"{gap.begin:%Y-%m-%d %H:%M} to {gap.end:%Y-%m-%d %H:%M} UTC"
            yield _finding(
                "dlp gaps",
                f"events of {span} may be missing: {gap.why}; export them from the audit search,"
                f" run graphsync dlp import, then graphsync dlp acknowledge {gap.number}"
                f" ({NOT_IN_POLICY})",
            )


def _silent(bench: Bench, rules: Rules, feed: Feed, now: datetime) -> Iterator[Finding]:
    longest = timedelta(days=rules.mail.silent_days)
    clause, note = _because(rules.mail, "silent_days")
    if feed.newest_blob is None:
        if now - feed.started_at > longest:
            yield _finding(
                "dlp.silent_days",
                f"subscribed since {feed.started_at:%Y-%m-%d} and Microsoft listed nothing yet,"
                " which does not mean that nothing happened: see that auditing and a rule for mail"
                f" are on, and grant ActivityFeed.ReadDlp{note}",
                clause,
            )
        return
    since = bench.store.dlp_events.newest(rules.school) or feed.started_at
    if now - since > longest:
        yield _finding(
            "dlp.silent_days",
            f"no event of data loss since {since:%Y-%m-%d}, longer than {longest.days} days: good"
            f" news, or a rule that is off; send a test message (graphsync dlp prove){note}",
            clause,
        )


def _unproved(bench: Bench, rules: Rules, now: datetime) -> Iterator[Finding]:
    if not rules.mail.test_sender:
        return
    clause, note = _because(rules.mail, "test_sender")
    for name, sentence in unproved(rules.mail, proofs(bench, rules.school), now):
        yield _finding(
            "dlp.test_sender",
            f"{name}: {sentence}; graphsync dlp prove {rules.school} --class {name} says how{note}",
            clause,
        )


def _because(mail: MailRules, key: str) -> tuple[str, str]:
    clauses = mail.because(key)
    return (clauses[0], "") if clauses else ("", f" ({NOT_IN_POLICY})")


def _finding(subject: str, sentence: str, clause: str = "") -> Finding:
    return Finding(clause=clause, subject=subject, sentence=sentence)
