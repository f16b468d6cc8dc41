"""The activity feed into the store: over outages, cuts, repetitions and a kill; nothing twice."""

import dataclasses
import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import started_ahead
from dlp_records import CANARY, TENANT, a_record, a_week, encoded, mail, shuffled
from feed_tenant import FeedTenant, feed_desk
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import select

from graphsync.bench import Bench
from graphsync.feed_findings import feed_findings
from graphsync.gap_desk import acknowledge, gaps
from graphsync.store import tables
from graphsync.store.dlp_items import Wanted
from graphsync.tenant.feed_problems import FeedDisabled, FeedRefused, FeedSilent
from graphsync.tenant.limits import Limits
from graphsync.tenant.problems import PermissionMissing, SettingsProblem
from graphsync.trouble import Usage
from policies.pack_loading import load_rules
from reports.dlp.importing import import_files
from reports.dlp.pull_text import as_text
from reports.dlp.pulling import LONGEST, OUTAGE, UNREADABLE, Pulled, windows

ROOT = Path(__file__).parents[2]
FEED = "/activity/feed/"
WEEK = a_week(60)


def accounted(pulled: Pulled) -> bool:
    others = sum(pulled.quarantined.values()) + sum(pulled.out_of_scope.values())
    return pulled.records == pulled.events + pulled.merged + others


def whole(bench: Bench, *pulls: Pulled) -> bool:
    """Whether every record of these pulls became what it was counted as, and none twice."""
    store = bench.store
    events = len(standing(bench))
    queued = sum(one.summary.exceptional for one in store.dlp_items.page(Wanted(), None, 1000))
    told = [sum(getattr(one, name) for one in pulls) for name in ("queued", "counted_only")]
    return all(map(accounted, pulls)) and told == [queued, events - queued]


def standing(bench: Bench) -> list[tuple[object, ...]]:
    """The events that are kept, without when each was seen."""
    events = tables.dlp_events
    columns = [column for column in events.c if column.name != "seen_at"]
    with bench.store.database.reading() as connection:
        rows = connection.execute(select(*columns).order_by(events.c.id)).all()
    return [tuple(row) for row in rows]


def imported(tenant: FeedTenant, folder: Path, records: list[bytes]) -> list[tuple[object, ...]]:
    """What an export of these records leaves in a store of its own."""
    with feed_desk(tenant, folder) as bench:
        ours = tenant.printed["TENANT_ID"].encode()
        (folder / "all.json").write_bytes(
            b"[" + b",".join(records).replace(TENANT.encode(), ours) + b"]"
        )
        import_files(bench, [folder / "all.json"])
        return standing(bench)


MOMENTS = st.datetimes(datetime(2026, 3, 1), datetime(2026, 12, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=UTC)
)


@given(begin=MOMENTS, length=st.timedeltas(timedelta(), timedelta(days=8)))
def test_windows_tile_the_time_without_a_hole_and_none_is_longer_than_a_day(begin, length):
    spans = list(windows(begin, begin + length))
    assert sum((end - start for start, end in spans), timedelta()) == length
    assert all(timedelta() < end - start <= LONGEST for start, end in spans)
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    assert not spans or (spans[0][0], spans[-1][1]) == (begin, begin + length)


def test_every_record_is_accounted_for_whatever_the_order_and_none_is_kept_twice(
    tenant: FeedTenant, pulling: Bench, tmp_path: Path
):
    records = shuffled([*WEEK, *WEEK[:9]], 7)
    for at in range(0, len(records), 12):
        tenant.post(records[at : at + 12])
    tenant.later(minutes=1)
    first = tenant.pull(pulling)
    assert accounted(first)
    assert (first.records, first.blobs, first.known) == (len(records), first.listed, 0)
    assert first.events > 0
    assert first.merged >= 9
    again = tenant.pull(pulling)
    assert (again.blobs, again.records, again.known) == (0, 0, first.listed)
    assert standing(pulling) == imported(tenant, tmp_path / "files", WEEK)
    text = as_text(first, {})
    assert f"{len(records)} records = {first.events} new + {first.merged} known already" in text


def test_pages_are_followed(tenant: FeedTenant, pulling: Bench):
    for number in range(27):
        own = f"9f2e3d4c-0000-4000-8000-{number:012}"
        tenant.post([encoded(a_record(Id=own))])
    tenant.later(minutes=1)
    tenant.control("DELETE", "requests")
    pulled = tenant.pull(pulling)
    assert (pulled.listed, pulled.events) == (27, 27)
    assert len(tenant.calls("subscriptions/content")) > pulled.windows


def test_an_outage_of_three_days_is_caught_up(tenant: FeedTenant, pulling: Bench, tmp_path: Path):
    tenant.pull(pulling)
    outage = {"kind": "status", "status": 503, "path": FEED, "count": None, "lasts": 3 * 86_400}
    tenant.faults(outage)
    for part in range(3):
        tenant.post(WEEK[part * 20 : part * 20 + 20])
        with pytest.raises(FeedSilent, match="HTTP 503"):
            tenant.pull(pulling)
        tenant.later(days=1)
    pulled = tenant.pull(pulling)
    assert (pulled.gaps, pulled.listed) == ((), 3)
    assert pulled.windows >= 4
    assert whole(pulling, pulled)
    assert pulled.records == len(WEEK)
    assert standing(pulling) == imported(tenant, tmp_path / "files", WEEK)


def test_an_outage_of_nine_days_is_caught_up_as_far_as_it_goes_and_the_rest_is_told_until_mended(
    tenant: FeedTenant, pulling: Bench
):
    tenant.pull(pulling)
    until = pulling.store.dlp_feeds.of(pulling.tenant.tenant_id).read_until
    tenant.later(hours=1)
    tenant.post(WEEK[:20])
    tenant.later(days=8)
    tenant.post(WEEK[20:])
    tenant.later(hours=23)
    pulled = tenant.pull(pulling)
    (gap,) = pulled.gaps
    assert (gap.begin, gap.why) == (until, OUTAGE)
    assert timedelta(days=1, hours=23) < gap.end - gap.begin < timedelta(days=2, hours=2)
    assert (pulled.listed, pulled.records) == (1, len(WEEK[20:]))
    again = tenant.pull(pulling)
    assert again.gaps == (gap,)
    assert whole(pulling, pulled, again)
    assert "LOST 1: " in as_text(pulled, {})
    assert "graphsync dlp import FILE" in as_text(pulled, {})
    (told,) = [one for one in findings(pulling) if one.subject == "dlp gaps"]
    assert "may be missing" in told.sentence
    with pytest.raises(Usage):
        acknowledge(pulling, gap.number, " ")
    acknowledge(pulling, gap.number, "imported the audit search")
    assert tenant.pull(pulling).gaps == ()
    (kept,) = gaps(pulling)
    assert (kept.acknowledged_by, kept.reason) == ("dpo", "imported the audit search")
    with pytest.raises(Usage, match="no gap 1 waits"):
        acknowledge(pulling, gap.number, "again")
    with pulling.store.database.reading() as connection:
        told = connection.scalars(select(tables.journal.c.operation)).all()
    assert told.count("lose_dlp_content") == 1
    assert told.count("acknowledge_dlp_gap") == 1


def findings(bench: Bench):
    return feed_findings(bench, load_rules(bench.packs_dir, "oak"))


def test_content_that_is_listed_late_is_found_behind_the_cursor(tenant: FeedTenant, pulling: Bench):
    tenant.post(WEEK[:10])
    tenant.later(hours=20)
    feeds = pulling.store.dlp_feeds
    row = feeds.of(pulling.tenant.tenant_id)
    # As if that content had been listed by nobody when the last pull read its window.
    feeds.put(replace(row, read_until=tenant.now()), tenant.now())
    assert tenant.pull(pulling).records == 10


def test_a_cursor_in_the_future_is_not_believed(tenant: FeedTenant, pulling: Bench):
    tenant.post(WEEK[:10])
    tenant.later(days=3)
    feeds = pulling.store.dlp_feeds
    row = feeds.of(pulling.tenant.tenant_id)
    wrong = tenant.now() + timedelta(days=300)  # the clock that the last pull went by
    feeds.put(replace(row, read_until=wrong), wrong)
    assert tenant.pull(pulling).records == 10
    assert feeds.of(pulling.tenant.tenant_id).read_until <= tenant.now()


def test_cut_and_foreign_answers_are_asked_for_again_and_then_counted_and_told_as_lost(
    tenant: FeedTenant, pulling: Bench
):
    tenant.post(WEEK[:10])
    tenant.post(WEEK[10:20])
    tenant.later(minutes=1)
    half = {"kind": "truncate", "path": f"{FEED}audit/"}
    # Five tries of ours, each of which aiohttp makes twice where the connection ends.
    tenant.faults(half, {"kind": "drop", "path": f"{FEED}audit/", "count": 10})
    pulled = tenant.pull(pulling)
    assert accounted(pulled)
    assert pulled.quarantined == {"cut off before its end": 2}
    assert (pulled.waiting, tenant.slept) == (2, [5.0, 10.0, 20.0, 40.0])
    assert 2 < pulled.records < 10
    assert "2 of them could not be read whole" in as_text(pulled, {})
    tenant.later(days=2)  # by then the cursor has long passed them
    again = tenant.pull(pulling)
    assert (again.waiting, again.records, again.quarantined) == (0, 20, {})
    assert again.merged >= pulled.events
    tenant.post(WEEK[20:30])
    tenant.later(minutes=1)
    tenant.faults({"kind": "truncate", "path": f"{FEED}audit/", "count": None})
    assert tenant.pull(pulling).waiting == 1
    tenant.later(days=6)
    tenant.pull(pulling)
    tenant.later(days=1)
    pulled = tenant.pull(pulling)
    assert (pulled.waiting, [gap.why for gap in pulled.gaps]) == (0, [UNREADABLE])


def test_expired_content_is_counted_and_hides_no_other(tenant: FeedTenant, pulling: Bench):
    tenant.post(WEEK[:10])
    tenant.later(minutes=1)
    down = {"kind": "status", "status": 500, "path": "subscriptions/content", "count": None}
    tenant.faults({"kind": "expire", "path": "subscriptions/list"}, down)
    with pytest.raises(FeedSilent, match="AF50000"):
        tenant.pull(pulling)
    tenant.faults()
    tenant.post(WEEK[10:20])
    tenant.later(minutes=1)
    pulled = tenant.pull(pulling)
    assert pulled.quarantined == {"content of the feed that expired before it was read": 1}
    assert (pulled.records, pulled.waiting, accounted(pulled)) == (11, 0, True)
    assert tenant.pull(pulling).blobs == 0


def test_an_answer_that_is_too_large_is_counted_and_hides_no_other(
    tenant: FeedTenant, pulling: Bench
):
    tenant.post(WEEK)
    tenant.post([encoded(a_record())])
    tenant.later(minutes=1)
    small = replace(pulling.tenant, limits=Limits(answer_bytes=8_000))
    pulled = tenant.pull(dataclasses.replace(pulling, tenant=small))
    assert pulled.quarantined == {"larger than a record can be": 1}
    assert (pulled.events, pulled.records, pulled.waiting) == (1, 2, 0)


def test_odd_records_in_a_blob_are_quarantined_and_the_rest_of_it_is_kept(
    tenant: FeedTenant, pulling: Bench
):
    tenant.post([b"7", b'{"Id": 1}', encoded(a_record()), b'"' + b"x" * 2_000_000 + b'"'])
    tenant.later(minutes=1)
    pulled = tenant.pull(pulling)
    assert accounted(pulled)
    assert pulled.events == 1
    assert sum(pulled.quarantined.values()) >= 2
    assert pulled.waiting == 0


def test_throttling_with_403_and_no_json_is_waited_out(tenant: FeedTenant, pulling: Bench):
    tenant.post(WEEK[:10])
    tenant.later(minutes=1)
    tenant.faults({"kind": "status", "status": 403, "path": FEED, "count": 2})
    assert tenant.pull(pulling).records == 10
    assert tenant.slept == [5.0, 10.0]
    tenant.faults({"kind": "status", "status": 403, "path": FEED, "count": None})
    with pytest.raises(FeedSilent, match="AF429"):
        tenant.pull(pulling)


def test_a_disabled_subscription_waits_for_a_person_and_what_it_missed_is_recorded(
    tenant: FeedTenant, pulling: Bench
):
    tenant.pull(pulling)
    tenant.control("POST", "dlp/service", {"disabledBy": "a tenant admin"})
    tenant.later(hours=2)
    with pytest.raises(FeedDisabled, match="--restart"):
        tenant.pull(pulling)
    pulled = tenant.pull(pulling, restart=True)
    assert pulled.started
    (gap,) = pulled.gaps
    assert "was off" in gap.why
    assert "Subscribed to DLP.All" in as_text(pulled, {})
    assert tenant.pull(pulling).started is False


def test_who_may_not_is_told_what_to_grant_and_a_tenant_by_domain_what_to_write(
    tenant: FeedTenant, tmp_path: Path
):
    with feed_desk(tenant, tmp_path / "a", **tenant.app("User.Read.All")) as bench:
        with pytest.raises(PermissionMissing, match=r"ActivityFeed\.Read") as missing:
            tenant.pull(bench)
        assert "Office 365 Management APIs" in str(missing.value)
        assert "Microsoft Graph" not in str(missing.value)
    with (
        feed_desk(tenant, tmp_path / "b", tenant_id="oak.example") as bench,
        pytest.raises(SettingsProblem, match="GUID"),
    ):
        tenant.pull(bench)
    tenant.control("POST", "dlp/service", {"auditing": False})
    with (
        feed_desk(tenant, tmp_path / "c", **tenant.app()) as bench,
        pytest.raises(FeedRefused, match="auditing is switched off"),
    ):
        tenant.pull(bench)
    tenant.control("POST", "dlp/service", {"auditing": True})


def test_nothing_listed_yet_is_not_nothing_happened_and_silence_is_a_finding(
    tenant: FeedTenant, pulling: Bench
):
    assert "does not mean that nothing happened" in as_text(tenant.pull(pulling), {})
    assert [one for one in findings(pulling) if one.subject != "dlp.test_sender"] == []
    tenant.later(days=8)
    late = {one.subject: one.sentence for one in findings(pulling)}
    assert "every day" in late["dlp pull"]
    assert "listed nothing yet" in late["dlp.silent_days"]
    tenant.post([encoded(a_record(CreationTime=f"{tenant.now():%Y-%m-%dT%H:%M:%S}"))])
    tenant.later(minutes=1)
    tenant.pull(pulling)
    assert [one for one in findings(pulling) if one.subject == "dlp.silent_days"] == []
    tenant.later(days=8)
    tenant.pull(pulling)
    (silent,) = [one for one in findings(pulling) if one.subject == "dlp.silent_days"]
    assert "longer than 7 days" in silent.sentence


def surroundings(bench: Bench) -> dict[str, str]:
    """The settings of a desk, for a process of its own."""
    settings, folder = bench.tenant, bench.packs_dir.parent
    return {
        "PYTHONPATH": str(ROOT),
        "PATH": "/usr/bin:/bin",
        "GRAPHSYNC_TENANT_ID": settings.tenant_id,
        "GRAPHSYNC_CLIENT_ID": settings.client_id,
        "GRAPHSYNC_CLIENT_SECRET": str(settings.client_secret),
        "GRAPHSYNC_AUTHORITY": settings.authority,
        "GRAPHSYNC_MANAGEMENT_URL": settings.management_url,
        "GRAPHSYNC_CA_FILE": str(settings.ca_file),
        "GRAPHSYNC_DATABASE_URL": f"sqlite:///{folder}/store.db",
        "GRAPHSYNC_PACKS_DIR": str(bench.packs_dir),
    }


def test_killed_in_the_middle_a_second_pull_loses_nothing_and_doubles_nothing(
    tenant: FeedTenant, pulling: Bench, tmp_path: Path
):
    made = tenant.now()
    for at in range(0, len(WEEK), 6):
        tenant.post(WEEK[at : at + 6])
    tenant.later(minutes=1)
    tenant.control("DELETE", "requests")
    tenant.faults({"kind": "slow", "seconds": 60, "path": f"{FEED}audit/", "skip": 4})
    environment = surroundings(pulling)
    command = [sys.executable, str(Path(__file__).parent / "pull_ahead.py")]
    seconds = str(tenant.ahead.total_seconds())
    with subprocess.Popen([*command, seconds], env=environment, cwd=tmp_path) as process:
        for _ in range(600):
            if len(standing(pulling)) > 0 and tenant.calls(f"{FEED}audit/")[4:]:
                break
            time.sleep(0.05)
        process.kill()
    kept = len(standing(pulling))
    assert pulling.store.dlp_feeds.of(pulling.tenant.tenant_id).read_until <= made
    tenant.control("DELETE", "faults")
    pulled = tenant.pull(pulling)
    assert 0 < kept < len(standing(pulling))
    assert pulled.known == 4
    assert accounted(pulled)
    assert standing(pulling) == imported(tenant, tmp_path / "files", WEEK)


def test_no_matched_text_reaches_the_store(tenant: FeedTenant, pulling: Bench):
    tenant.post([*WEEK, encoded(a_record(ExchangeMetaData=mail(Subject=f"{CANARY} 5")))])
    tenant.later(minutes=1)
    assert tenant.pull(pulling).events > 0
    folder = pulling.packs_dir.parent
    written = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert written
    assert not any(CANARY.encode() in text for text in written)
    assert json.dumps(findings(pulling), default=str)


def test_the_commands_tell_what_is_wrong_and_list_what_was_lost_and_tested(
    tenant: FeedTenant, pulling: Bench, tmp_path: Path
):
    feeds, own = pulling.store.dlp_feeds, pulling.tenant.tenant_id
    feeds.lose(own, tenant.now(), tenant.now(), OUTAGE, tenant.now())
    environment = surroundings(pulling)

    def dlp(*arguments: str) -> subprocess.CompletedProcess[str]:
        return started_ahead.command("dlp", *arguments, folder=tmp_path, environment=environment)

    def items(*arguments: str) -> list[dict[str, str]]:
        ended = dlp(*arguments, "--json")
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)["items"]

    tenant.later(days=9)  # this machine's clock is behind by as much as the tenant's went ahead
    late = dlp("pull")
    assert (late.returncode, late.stdout) == (1, "")
    assert "is this machine's clock right?" in late.stderr
    assert [one["why"] for one in items("gaps")][:1] == [OUTAGE]
    assert dlp("acknowledge", "1", "--reason", "export imported").returncode == 0
    assert dlp("acknowledge", "1", "--reason", "export imported").returncode == 64
    assert "999 000 0018" in dlp("prove", "oak", "--class", "medical").stdout
    assert [one["state"] for one in items("proofs", "oak")] == ["waiting"]
