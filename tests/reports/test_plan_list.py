"""A plan as a list: by risk, filtered, in pages that lose nobody."""

from datetime import date

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from graphsync.report import ChangeReport, RunReport, VerdictReport
from reports.plan_list import PER_PAGE, RISK_OF, Looking, Place, Plan, risk_of
from reports.words import KINDS


def a_change(number: int, kind: str) -> ChangeReport:
    return ChangeReport(
        kind=kind,
        person=f"oak:{number}",
        account=f"{number}@oak.example",
        sentence=f"Amy{number} Smith: {kind}",
        origin="roster",
        clauses=(),
        before={},
        after={},
    )


def a_run(*changes: ChangeReport) -> RunReport:
    return RunReport(
        run="r-20261125-1a2b",
        school="oak",
        name="Oak School",
        state="parked",
        requester="schedule",
        digest="d",
        as_of=date(2026, 11, 25),
        roster_sha256="",
        counts={},
        changes=changes,
        held=(),
        unchanged=0,
        verdict=VerdictReport(passes=True),
    )


CHANGES = st.lists(
    st.builds(a_change, st.integers(1, 400), st.sampled_from(list(KINDS))), max_size=350
)
PLACES = {
    f"oak:{number}": Place(str(7 + number % 5), f"{7 + number % 5}B") for number in range(401)
}


def test_every_kind_that_has_a_title_has_a_risk_and_a_new_one_counts_as_high() -> None:
    assert set(RISK_OF) == set(KINDS)
    assert risk_of("purge_user") == "high"


@given(CHANGES, st.sampled_from(["", *KINDS]), st.sampled_from(["", "high", "low"]))
def test_the_pages_together_are_what_was_looked_for_and_the_worst_comes_first(
    changes: list[ChangeReport], kind: str, risk: str
) -> None:
    run, looking = a_run(*changes), Looking(kind=kind, risk=risk)
    first = Plan(run).page(looking, PLACES)
    rows = []
    for number in range(1, first.pages + 1):
        page = Plan(run).page(msgspec.structs.replace(looking, page=number), PLACES)
        assert len(page.rows) <= PER_PAGE
        rows += page.rows
    wanted = [one for one in changes if kind in {"", one.kind} and risk in {"", risk_of(one.kind)}]
    assert sorted(map(repr, (row.change for row in rows))) == sorted(map(repr, wanted))
    order = ["high", "medium", "low"]
    assert [order.index(row.risk) for row in rows] == sorted(order.index(r.risk) for r in rows)
    assert set(first.people) == {one.person for one in wanted}
    assert sum(number for _, _, number in first.kinds) == len(changes)


def test_a_search_is_for_every_word_and_a_place_is_a_year_or_a_form() -> None:
    run = a_run(*(a_change(number, "disable_user") for number in range(1, 30)))
    found = Plan(run).page(Looking(search="AMY7 smith"), PLACES)
    assert [row.change.person for row in found.rows] == ["oak:7"]
    for place in ("9", "9B"):
        page = Plan(run).page(Looking(place=place), PLACES)
        assert {row.place for row in page.rows} == {Place("9", "9B")}
    assert Plan(run).page(Looking(), PLACES).places[:5] == ("7", "8", "9", "10", "11")
    assert Plan(run).page(Looking(page=99), {}).page == 1
