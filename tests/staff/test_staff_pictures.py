"""Today in one look and the pictures: each number once, each by permission, none of a person."""

import html
import re
import xml.etree.ElementTree as ET
from datetime import date, datetime, timedelta

import msgspec
import pytest
from mail_records import a_match, kept
from msgspec.structs import replace
from rooms_of_consents import begun, disputed
from rooms_of_leavers import left_to_do
from sqlalchemy import event
from staff_side import StaffSide

from api.permissions import AppRole
from api.staff.drawing import Scheme, described, rows, svg
from graphsync import pictures
from graphsync.consent_report import Funnel
from graphsync.dlp_months import Mails, lately, months
from graphsync.dlp_trends import trends
from graphsync.pictures import Picture
from graphsync.store.dlp_items import Item
from graphsync.store.journal import Entry
from graphsync.store.proposals import Proposal
from graphsync.store.runs import State
from graphsync.store.worklist import Row as WorkRow
from graphsync.store.worklist import Task
from policies.forecasting import Certainty, Claim, Pool, forecasts
from policies.mail import Kind, MailException, Severity
from policies.mail_effects import Fate
from policies.mail_items import ItemKey, Summary
from policies.mail_people import Parties, Party, Role
from policies.mail_queue import State as MailState
from policies.people import PersonKey

SVG = "{http://www.w3.org/2000/svg}"
TONIGHT = date(2026, 11, 25)


def of_licences() -> Picture:
    claims = [
        Claim(school="oak", sku="A3", takes=TONIGHT + timedelta(days=day)) for day in range(1, 8)
    ]
    claims.append(Claim(school="oak", sku="A3", takes=TONIGHT, certainty=Certainty.OPEN))
    (found,) = forecasts([Pool(sku="A3", bought=105, consumed=100)], claims, TONIGHT)
    return pictures.licences(found, TONIGHT)


def of_mails() -> Picture:
    return pictures.mails(
        [
            Mails(month="2026-10", blocked=1240, not_blocked=7),
            Mails(month="2026-11", blocked=None, not_blocked=None),
        ]
    )


def of_consents() -> Picture:
    return pictures.consents(Funnel(pupils=1200, asked=1100, answered=900, verified=850))


def of_hostile_names() -> Picture:
    series = pictures.Series("<script>alert(1)</script>", (1.5, 2))
    return msgspec.structs.replace(of_consents(), labels=('"><b>', "]]>"), series=(series,))


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize(
    "picture",
    [of_licences(), of_mails(), of_consents(), of_hostile_names(), pictures.no_licences()],
    ids=["licences", "mails", "consents", "hostile", "nothing"],
)
def test_an_image_is_quiet_xml_and_says_what_the_table_says(
    picture: Picture, scheme: Scheme
) -> None:
    drawn = svg(picture, scheme)
    root = ET.fromstring(drawn)  # noqa: S314 - our own image
    told = root.findtext(f"{SVG}desc") or ""
    assert root.findtext(f"{SVG}title") == picture.title
    assert told == described(picture)
    for label, numbers in rows(picture):
        names = [one.name for one in picture.series]
        line = ", ".join(f"{name} {n}" for name, n in zip(names, numbers, strict=True))
        assert f"{label}: {line}" in told
    tags = {one.tag.lower().removeprefix(SVG) for one in root.iter() if isinstance(one.tag, str)}
    assert not tags & {"script", "image", "foreignobject", "use", "a"}
    for one in root.iter():
        assert not [name for name in one.attrib if name.startswith("on") or "href" in name]
    style = "".join(root.itertext())
    assert "@import" not in style
    assert not re.search(r"url\((?!#)", style)


def test_text_in_an_image_is_twelve_pixels_at_least() -> None:
    style = svg(of_mails(), Scheme.DARK).decode()
    sizes = [int(one) for one in re.findall(r"\.(?:axis|legends) [^{]*\{[^}]*size:(\d+)px", style)]
    assert sizes
    assert min(sizes) >= 12


def test_bars_differ_by_pattern_and_lines_by_dashes() -> None:
    assert b'<pattern id="p1"' in svg(of_mails(), Scheme.LIGHT)
    assert b"stroke-dasharray" in svg(of_licences(), Scheme.LIGHT)


def test_licences_are_drawn_up_to_the_night_that_lacks_one() -> None:
    picture = of_licences()
    known, everyone, bought = picture.series
    assert picture.found == "100 of 105 used. It runs out on 01 Dec 2026."
    assert known.values[0] == 100
    assert max(one for one in known.values if one is not None) == 105
    assert set(bought.values) == {105}
    assert everyone.values[-1] is None


def test_the_funnel_leaves_out_what_only_the_tenant_knows() -> None:
    assert of_consents().labels == ("on roll", "asked", "answered", "verified")
    with_it = pictures.consents(Funnel(pupils=9, asked=8, answered=7, verified=6, licensed=5))
    assert with_it.series[0].values == (9, 8, 7, 6, 5)


def test_accounts_are_counted_by_night_from_the_journal(side: StaffSide) -> None:
    office = side.office
    done = ("create_user", "create_user", "disable_user")
    office.store.journal.append(
        [
            Entry(
                school="oak",
                run="r-20261125-0001",
                item=f"{number}",
                what="outcome",
                operation=operation,
                result="done" if number < 3 else "refused",
            )
            for number, operation in enumerate((*done, "create_user"))
        ]
    )
    picture = pictures.accounts(office.bench, ["oak"])
    last = {one.name: one.values[-1] for one in picture.series}
    assert last == {"new": 2, "opened again": 0, "blocked": 1, "deleted": 0}
    assert picture.labels[-1] == "25 Nov"
    assert pictures.accounts(office.bench, ["elm"]).empty


def test_a_run_takes_from_its_first_entry_to_its_last(side: StaffSide) -> None:
    office, report = side.office, side.parked()
    for state in (State.APPROVED, State.APPLYING, State.APPLIED):
        office.store.runs.move(report.run, state)
    begun_at = office.now
    for seconds, what in ((0, "intent"), (42, "outcome")):
        office.now = begun_at + timedelta(seconds=seconds)
        office.store.journal.append(
            [
                Entry(
                    school="oak",
                    run=report.run,
                    item="1",
                    what=what,
                    operation="create_user",
                    result="done" if what == "outcome" else "",
                )
            ]
        )
    picture = pictures.durations(office.bench, ["oak"])
    assert picture.series[0].values == (42.0,)
    assert report.run in picture.found


def an_item(number: int, now: datetime, kind: Kind, state: MailState = MailState.OPEN) -> Item:
    key = ItemKey("oak", "o", f"incident {number}")
    summary = Summary(
        exceptions=(MailException(kind=kind, severity=Severity.HIGH),),
        severity=Severity.HIGH,
        records=1,
        exceptional=1,
        workloads=("Exchange",),
        fates=(),
        stopped_elsewhere=False,
        overridden=False,
        called_wrong=False,
        masked=False,
        classes=(),
        rules=(),
        sender_role=Role.STAFF,
        senders=(),
        recipients={},
        people=(),
        values=1,
        first=now,
        last=now,
        sent=None,
        message=f"m{number}",
        evidence="",
    )
    return Item(
        item=key.id,
        key=key,
        school="oak",
        state=state,
        assignee="",
        due_from=now,
        due=now - timedelta(hours=1),
        thread=f"t{number}",
        thread_due=now,
        summary=summary,
    )


def mailed(side: StaffSide, number: int, fate: Fate = Fate.LET_THROUGH, **fields: object) -> None:
    """A record of today, of an incident of its own."""
    parties = Parties(sender=Party(Role.OUTSIDER), school="oak")
    made = kept(a_match(str(number), side.office.now, **fields), parties, fate=fate)
    side.office.store.dlp_events.put([made], side.office.now)


def test_small_numbers_of_mail_are_hidden_from_whoever_only_assures(side: StaffSide) -> None:
    office = side.office
    assert lately(office.bench, ["oak"], suppressed=True) is None
    for number in range(6):
        mailed(side, number, Fate.LET_THROUGH if number < 4 else Fate.STOPPED)
    since = office.now.date() - timedelta(days=40)
    (shown,) = months(office.bench, ["oak"], since, suppressed=False)
    assert (shown.month, shown.blocked, shown.not_blocked) == ("2026-11", 2, 4)
    (hidden,) = months(office.bench, ["oak"], since, suppressed=True)
    assert (hidden.blocked, hidden.not_blocked) == (None, None)
    assert lately(office.bench, ["oak"], suppressed=True) == replace(hidden, month="")
    assert months(office.bench, ["elm"], since, suppressed=False) == ()


def test_a_picture_counts_the_mail_as_the_report_does(side: StaffSide) -> None:
    office = side.office
    earlier = office.now - timedelta(days=30)
    mailed(side, 1, Fate.STOPPED, incident="long", created=earlier)
    mailed(side, 2, incident="long")
    mailed(side, 3, incident="short")
    mailed(side, 4, incident="old", created=office.now - timedelta(days=41))
    since, today = earlier.date() - timedelta(days=10), office.now.date()
    told = trends(office.bench, ["oak"], since, today, suppressed=False)
    shown = months(office.bench, ["oak"], since, suppressed=False)
    assert [one.month for one in shown] == [f"{first:%Y-%m}" for first in told.periods]
    assert [one.not_blocked for one in shown] == list(told.unblocked) == [0, 1]
    assert [one.blocked for one in shown] == [1, 0]


async def test_the_viewer_reads_that_numbers_are_hidden_and_the_dpo_reads_them(
    side: StaffSide,
) -> None:
    mailed(side, 1)
    viewer = await side.ask("GET", "/api/v1/series/mails", headers=side.bearer("Viewer"))
    assert viewer.json()["series"][1]["values"] == [None]
    dpo = await side.ask("GET", "/api/v1/series/mails", headers=side.bearer("DPO"))
    assert dpo.json()["series"][1]["values"] == [1]
    drawn = await side.ask("GET", "/plots/mails.svg", side.session(AppRole.VIEWER))
    assert "2026-11: blocked hidden, not blocked hidden" in drawn.text


async def test_an_image_has_a_policy_of_its_own_and_the_page_keeps_the_strict_one(
    side: StaffSide,
) -> None:
    begun(side)
    cookie = side.session(AppRole.HEAD)
    drawn = await side.ask("GET", "/plots/consents.svg?scheme=dark", cookie)
    assert drawn.headers["content-type"] == "image/svg+xml"
    policy = drawn.headers["content-security-policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    page = await side.ask("GET", "/pictures", cookie)
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "<script" not in page.text
    assert " style=" not in page.text


async def test_the_page_shows_each_picture_with_the_numbers_of_its_image(side: StaffSide) -> None:
    disputed(side, "oak")
    cookie = side.session(AppRole.HEAD)
    page = (await side.ask("GET", "/pictures", cookie)).text
    told = (await side.ask("GET", "/api/v1/series/consents", headers=side.bearer("Head"))).json()
    drawn = (await side.ask("GET", "/plots/consents.svg", cookie)).text
    for label, number in zip(told["labels"], told["series"][0]["values"], strict=True):
        assert f'<tr><th scope="row">{label}</th><td class="number">{number}</td></tr>' in page
        assert f"{label}: pupils {number}" in html.unescape(drawn)


async def test_today_says_first_what_this_role_may_do(side: StaffSide) -> None:
    disputed(side, "oak")
    side.office.plan()
    left_to_do(side, "oak")
    store, now = side.office.store, side.office.now
    states = (MailState.OPEN, MailState.OPEN, MailState.ADVISED)
    store.dlp_items.put([an_item(n, now, Kind.BULK, state) for n, state in enumerate(states)])
    pupil = PersonKey("oak", "1")
    store.worklist.put(
        [
            WorkRow(
                id="w-1",
                person=pupil,
                task=Task.DISABLE,
                why="left",
                created_at=now,
                due=now.date() - timedelta(days=1),
            )
        ]
    )
    store.proposals.put_open(
        "oak", [Proposal(person=pupil, object_id="o-1", strength=1, evidence=(), at=now)]
    )
    waiting: dict[str, dict[str, tuple[int, bool]]] = {}
    for role in AppRole:
        asked = await side.ask("GET", "/api/v1/today", headers=side.bearer(str(role)))
        side.app.state.counted.settle()
        asked = await side.ask("GET", "/api/v1/today", headers=side.bearer(str(role)))
        found = asked.json()["waiting"]
        assert [one["mine"] for one in found] == sorted(
            (one["mine"] for one in found), reverse=True
        )
        waiting[str(role)] = {one["one"]: (one["number"], one["mine"]) for one in found}
    assert waiting["Head"]["plan needs a yes or a no"] == (1, True)
    assert waiting["ITManager"]["plan needs a yes or a no"] == (1, False)
    assert waiting["Head"]["disputed answer"] == (1, True)
    assert waiting["Office"]["disputed answer"] == (1, False)
    assert waiting["DPO"]["mail to look at"] == (2, True)
    assert waiting["Head"]["mail to decide, with advice"] == (1, True)
    assert waiting["ITManager"]["departure to finish by hand"] == (1, True)
    assert waiting["ITManager"]["row for Active Directory"] == (1, True)
    assert waiting["ITManager"]["account to match"] == (1, True)
    assert "mail to look at" not in waiting["ITManager"]
    assert waiting["Viewer"] == waiting["HeadOfYear"] == {}
    empty = await side.ask("GET", "/", side.session(AppRole.VIEWER))
    assert "Nothing waits for you" in empty.text


async def test_today_of_another_school_tells_nothing_of_this_one(side: StaffSide) -> None:
    disputed(side, "oak")
    side.parked()
    side.office.store.dlp_items.put([an_item(1, side.office.now, Kind.BULK)])
    side.reach("[elm]")
    for role in (AppRole.HEAD, AppRole.DPO):
        asked = await side.ask("GET", "/api/v1/today", headers=side.bearer(str(role)))
        told = asked.json()
        assert (told["waiting"], told["gauges"]) == ([], [])
        assert "oak" not in asked.text


async def test_gauges_come_when_they_are_counted_and_nobody_waits(side: StaffSide) -> None:
    disputed(side, "oak")
    token = side.bearer("Office")
    first = (await side.ask("GET", "/api/v1/today", headers=token)).json()
    side.app.state.counted.settle()
    then = (await side.ask("GET", "/api/v1/today", headers=token)).json()
    assert (first["counting"], first["gauges"]) == (True, [])
    assert not then["counting"]
    assert [(one["name"], one["of"]) for one in then["gauges"]] == [("Consents", 4)]


async def test_today_asks_as_much_of_the_store_with_thirty_rows_as_with_three(
    side: StaffSide,
) -> None:
    store, now = side.office.store, side.office.now
    token = side.bearer("Head")

    async def statements() -> int:
        seen = []
        event.listen(store.database.engine, "before_cursor_execute", lambda *_: seen.append(1))
        await side.ask("GET", "/api/v1/today", headers=token)
        return len(seen)

    await side.ask("GET", "/api/v1/today", headers=token)
    side.app.state.counted.settle()
    store.dlp_items.put([an_item(n, now, Kind.BULK) for n in range(3)])
    few = await statements()
    store.dlp_items.put([an_item(n, now, Kind.BULK) for n in range(3, 30)])
    side.parked(requester="somebody")
    assert await statements() == few
