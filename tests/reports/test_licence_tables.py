"""Licences as text and as a page: totals first, names of groups as they are, nothing unescaped."""

from datetime import date

from graphsync.licence_desk import ForecastDocument
from graphsync.licence_views import Holding, LicenceList, SkuTotals
from graphsync.licence_waste import Waste, WasteList, WasteTotals, Why
from policies.forecasting import NOT_THERE, Claim, Pool, forecasts
from policies.people import Kind, PersonKey
from reports.licence_tables import forecast_json, forecast_text, list_text, waste_text
from reports.licences_page import page

DAY = date(2026, 9, 1)
TOTALS = SkuTotals(
    sku="A1",
    bought=1000,
    used=1004,
    people=1,
    direct=0,
    our_groups=0,
    other_groups=1,
    live=0,
    contested=1,
    no_consent=0,
    beyond=1,
    unlinked=2,
)
HOLDING = Holding(
    person=PersonKey("oak", "1"),
    kind=Kind.PUPIL,
    account="id",
    enabled=True,
    sku="A1",
    direct=False,
    our_groups=(),
    other_groups=("<b>Everyone</b>",),
    consent="contested",
    why="they disagree",
    until=None,
    beyond=("SWAY",),
)
LIST = LicenceList(school="oak", as_of=DAY, totals=(TOTALS,), without=3, items=(HOLDING,))


def a_forecast(*pools: Pool, left_out: tuple[str, ...] = ()) -> ForecastDocument:
    claims = [Claim(school="oak", sku="A1", takes=DAY), Claim(school="oak", sku="A1")]
    return ForecastDocument(as_of=DAY, left_out=left_out, items=forecasts(pools, claims, DAY))


def test_totals_come_before_people() -> None:
    text = list_text(LIST)
    assert text.index("A1: 1,000 bought, 1,004 used in the tenant") < text.index("oak:1")
    assert "consent: 0 live, 1 contested, 0 none; 1 with plans on beyond it" in text
    assert "2 accounts of nobody" in text
    assert "3 linked people without any licence" in text
    row = " ".join(text.splitlines()[-1].split())
    assert row == "oak:1 group <b>Everyone</b>, not ours contested: they disagree SWAY"


def test_a_school_without_licences_says_so() -> None:
    nothing = LicenceList(school="oak", as_of=DAY, totals=(), without=0, items=())
    assert "Nobody holds a licence." in list_text(nothing)


def test_the_page_escapes_what_others_wrote() -> None:
    told = page(LIST)
    assert "&lt;b&gt;Everyone&lt;/b&gt;" in told
    assert "<b>Everyone" not in told
    assert "<script" not in told


def test_a_forecast_says_the_day_and_what_it_cannot_count() -> None:
    text = forecast_text(
        a_forecast(
            Pool(sku="A1", bought=5, consumed=5, warning=20, status="Warning"),
            Pool(sku="A3", bought=0, consumed=0, status=NOT_THERE),
            left_out=("elm",),
        )
    )
    assert "A1: 5 bought, 5 used, 0 free" in text
    assert "Microsoft calls the subscription Warning" in text
    assert "20 more units are of a subscription that has ended" in text
    assert "as known                    runs out on 2026-09-01: 1 person without" in text
    assert "the tenant has no such subscription" in text
    assert "not within 400 days" in text
    assert "Held by others: 4" in text
    assert text.endswith("no accepted roster: elm\n")


def test_programs_are_told_what_is_free() -> None:
    document = forecast_json(a_forecast(Pool(sku="A1", bought=5, consumed=7)))
    (item,) = document["items"]
    assert item["pool"]["free"] == -2
    assert item["outlooks"][0] == {
        "scenario": "as known",
        "runs_out": "2026-09-01",
        "refused": 1,
        "nights": [{"day": "2026-09-01", "wanted": 1, "taken_back": 0, "free": -2}],
    }


def test_waste_is_counted_by_reason_and_says_what_is_not_known() -> None:
    row = Waste(subject="oak:1", sku="A1", why=Why.NEVER_SIGNED_IN, by="direct", sentence="never")
    totals = WasteTotals(sku="A1", units=1, never_signed_in=1)
    told = WasteList(school="oak", as_of=DAY, over=(), untold="", totals=(totals,), items=(row,))
    assert "A1: 1 licence: 1 never signed in" in waste_text(told)
    assert waste_text(told).splitlines()[-1].split() == ["oak:1", "direct", "never"]
    nothing = WasteList(
        school="oak",
        as_of=DAY,
        over=("A1: over by 4",),
        untold="cannot tell",
        totals=(),
        items=(),
    )
    assert "\n\nA1: over by 4\ncannot tell\n\n" in waste_text(nothing)
    assert "No licence is wasted." in waste_text(nothing)
