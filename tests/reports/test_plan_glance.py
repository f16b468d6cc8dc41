"""A plan in one look: totals, the same ten changes for everybody, and all staff who are blocked."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from graphsync.report import ChangeReport, RunReport, VerdictReport
from reports.plan_glance import SAMPLE, glance

KINDS = ("disable_user", "create_user", "add_to_group", "update_user")
SEEN = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(("pupil", "staff"))), max_size=60)


def a_run(seen: list[tuple[str, str]], digest: str = "3f2a91bc0d4e5f60") -> RunReport:
    changes = tuple(
        ChangeReport(
            kind=kind,
            person=f"oak:{number}",
            account=None,
            sentence=f"change {number}",
            origin="roster",
            clauses=(),
            before={},
            after={},
            population=population,
        )
        for number, (kind, population) in enumerate(seen)
    )
    return RunReport(
        run="r-20261125-1a2b",
        school="oak",
        name="Oak School",
        state="parked",
        requester="schedule",
        digest=digest,
        as_of=date(2026, 11, 25),
        roster_sha256="a",
        counts={},
        changes=changes,
        held=(),
        unchanged=0,
        verdict=VerdictReport(passes=False),
    )


def sampled(run: RunReport) -> list[str]:
    return [str(one.change.person) for one in glance(run).sample]


@given(SEEN)
def test_ten_different_changes_are_sampled_and_every_kind_before_any_twice(
    seen: list[tuple[str, str]],
) -> None:
    run = a_run(seen)
    found = glance(run).sample
    people = [one.change.person for one in found]
    assert len(set(people)) == len(people) == min(SAMPLE, len(seen))
    drawn = {kind: sum(one.change.kind == kind for one in found) for kind in KINDS}
    there = {kind: sum(one == kind for one, _ in seen) for kind in KINDS}
    for kind in KINDS:
        fewest = min((drawn[one] for one in KINDS if there[one] > drawn[one]), default=SAMPLE)
        assert drawn[kind] <= fewest + 1


def test_the_digest_alone_draws_the_sample() -> None:
    seen = [("disable_user", "pupil")] * 200
    assert sampled(a_run(seen)) == sampled(a_run(seen))
    others = [sampled(a_run(seen, digest=f"{number:016x}")) for number in range(5)]
    assert len({tuple(one) for one in others}) == 5


@given(SEEN)
def test_all_staff_who_are_blocked_are_there(seen: list[tuple[str, str]]) -> None:
    told = [one.person for one in glance(a_run(seen)).staff]
    expected = [
        f"oak:{number}" for number, one in enumerate(seen) if one == ("disable_user", "staff")
    ]
    assert told == expected
