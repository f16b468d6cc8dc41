"""Holds as the office puts them: each with clause and end, a file whole or not at all."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from forms import desk
from office import TODAY, Office, a_pupil, key

from graphsync.ending_holds import ending, state_of
from graphsync.hold_desk import Wish, add, add_file, listing
from graphsync.notices import notices
from graphsync.releasing import lift, release
from graphsync.store.holds import Hold
from graphsync.trouble import Refusal
from policies.holds import HoldMode

AT = datetime(2026, 11, 1, tzinfo=UTC)
HEADER = "person,reason,clause,until,kind\n"


def a_wish(mis_id: str = "1", **fields: object) -> Wish:
    usual = {"mode": HoldMode.FREEZE, "reason": "head asks", "clause": "PB-2"}
    return Wish(person=key(mis_id), **(usual | fields))  # type: ignore[arg-type]


def states(office: Office) -> list[str]:
    return [line.state for line in sorted(listing(office.bench), key=lambda line: line.person)]


@pytest.fixture(autouse=True)
def pupils(office: Office) -> None:
    office.accept(*(a_pupil(str(number)) for number in (1, 2, 3)))


def refusal(office: Office, text: str) -> str:
    with pytest.raises(Refusal) as refused:
        add_file(office.bench, office.file(text))
    assert office.store.holds.list() == []
    return str(refused.value)


def test_a_hold_without_an_end_gets_the_packs_number_of_days(office: Office) -> None:
    assert add(office.bench, a_wish()).until == TODAY + timedelta(days=30)
    office.pack("holds: {days: 10}\n")
    line = add(office.bench, a_wish("2"))
    assert (line.until, line.state) == (TODAY + timedelta(days=10), "stands")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (
            {"clause": " "},
            r"the clause is missing \(--clause ID, or the column clause\): name the clause",
        ),
        ({"reason": ""}, "the reason is missing"),
        ({"until": TODAY - timedelta(days=1)}, "its last day 2026-11-24 is over already"),
        ({"person": key("9")}, "oak:9 is neither on the last accepted roster nor linked"),
    ],
)
def test_a_hold_that_is_not_whole_is_refused_with_the_mend(
    office: Office, fields: dict[str, object], told: str
) -> None:
    with pytest.raises(Refusal, match=told):
        add(office.bench, msgspec.structs.replace(a_wish(), **fields))
    assert office.store.holds.list() == []


def test_a_file_of_holds_is_put_at_once(office: Office) -> None:
    rows = "oak:1,head asks,PB-2,2026-12-18,suspend\noak:2,'-court,order 4,18/12/2026,\n"
    added = add_file(office.bench, office.file(HEADER + rows))
    assert (added.added, added.people) == (2, ("oak:1", "oak:2"))
    kept = {str(one.person): one for one in office.store.holds.list()}
    assert [one.until for one in kept.values()] == [date(2026, 12, 18)] * 2
    assert (kept["oak:1"].mode, kept["oak:2"].mode) == ("suspend", "freeze")
    assert kept["oak:2"].reason == "-court"
    journalled = [row.operation for row in office.store.journal.of_person(key("1"))]
    assert journalled == ["hold_suspend"]


def test_the_kind_may_be_left_out_of_a_file(office: Office) -> None:
    text = "until,person,clause,reason\n2026-12-18,oak:1,PB-2,head\n"
    add_file(office.bench, office.file(text))
    assert [line.mode for line in listing(office.bench)] == ["freeze"]


def test_every_bad_row_is_named_with_its_mend_and_nobody_is_put_on_hold(office: Office) -> None:
    rows = (
        "oak:1,head asks,PB-2,2026-12-18,\n"
        "oak:2,head asks,,,\n"
        "nobody,head asks,PB-2,2026-12-18,\n"
        "oak:3,head asks,PB-2,next week,forbid\n"
        "oak:9,,PB-2,2026-11-01,\n"
        "oak:1,head asks,PB-2,2026-12-18,freeze\n"
    )
    told = refusal(office, HEADER + rows)
    for row, words in (
        (3, "the clause is missing (--clause ID"),
        (3, "the end is missing: write its last day, such as 2026-12-18"),
        (4, "the column person must be SCHOOL:ID"),
        (5, "the column until is no day: write it as 2026-12-18"),
        (5, "the column kind is none of freeze, suspend"),
        (6, "the reason is missing"),
        (6, "its last day 2026-11-01 is over already"),
        (6, "oak:9 is neither on the last accepted roster"),
        (7, "such a hold is asked for in filled.csv, row 2 already"),
    ):
        assert f"filled.csv, row {row}: {words}" in told
    assert "row 2: " not in told
    assert office.store.journal.of_person(key("1")) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("person,reason\noak:1,x\n", "must name the columns person, reason, clause and until"),
        ("", "must name the columns"),
        (HEADER, "filled.csv holds no row"),
    ],
)
def test_a_file_of_another_shape_is_refused(office: Office, text: str, told: str) -> None:
    assert told in refusal(office, text)


def test_a_file_given_twice_puts_nobody_on_hold_twice(office: Office) -> None:
    file = office.file(f"{HEADER}oak:1,head,PB-2,2026-12-18,\n")
    add_file(office.bench, file)
    with pytest.raises(Refusal, match="row 2: such a hold stands already as h-"):
        add_file(office.bench, file)
    assert len(office.store.holds.list()) == 1


def test_the_list_says_how_each_hold_stands(office: Office) -> None:
    for mis_id, days in (("1", 0), ("2", 1), ("3", 8)):
        add(office.bench, a_wish(mis_id, until=TODAY + timedelta(days=days)))
    assert states(office) == ["ends today", "ends in 1 day", "stands"]
    office.days(1)
    assert states(office) == ["ended", "ends today", "ends in 7 days"]
    with pytest.raises(Refusal, match="no standing hold"):
        lift(office.bench, "oak:1", "over")
    assert lift(office.bench, "oak:2", "over").state == "ends today; its end is asked for"
    assert states(office)[1] == "ends today; its end is asked for"
    assert release(desk(office, "deputy"), "oak:2").state == "lifted"
    endless = Hold(id="h", person=key("1"), mode="freeze", reason="", by="", at=office.now)
    assert state_of(endless, TODAY) == "stands, without an end"


def test_a_suspension_that_ended_lets_in_again_and_the_night_says_so(office: Office) -> None:
    account = office.link("1")
    add(office.bench, a_wish(mode=HoldMode.SUSPEND, until=TODAY))
    night = office.plan(account)
    assert [one.kind for one in night.changes if one.person == "oak:1"][:1] == ["disable_user"]
    (soon,) = night.holds_ending
    assert (soon.person, soon.until, soon.ended) == ("oak:1", TODAY, False)

    link = office.store.links.of("oak")[key("1")]
    office.store.links.put(msgspec.structs.replace(link, blocked_by_us_at=office.now))
    office.days(1)
    night = office.plan(msgspec.structs.replace(account, account_enabled=False))
    (back,) = [one for one in night.changes if one.kind == "enable_user"]
    assert back.sentence.endswith("sign in again: the suspension ended on 2026-11-25")
    assert back.clauses == ("PB-2",)
    assert [one.ended for one in night.holds_ending] == [True]
    lines = {"oak": ("breach b-1 is due",), "elm": ("breach b-2 is due",)}
    (mail,) = notices([night], {"oak": ("ict@oak.example",)}, {"oak": ""}, lines)
    assert "  breach b-1 is due\n" in mail.text
    assert "b-2" not in mail.text
    assert "holds: ended lately 1: graphsync hold list" in mail.text


def test_of_two_holds_the_suspension_counts_and_then_the_freeze(office: Office) -> None:
    account = office.link("1")
    add(office.bench, a_wish(mode=HoldMode.SUSPEND, until=TODAY))
    add(office.bench, a_wish(until=TODAY + timedelta(days=1)))
    assert "disable_user" in office.plan(account).counts
    office.days(1)
    night = office.plan(account)
    assert "disable_user" not in night.counts
    assert [one.reason for one in night.held if one.person == "oak:1"] == ["hold"]


def test_only_holds_within_a_week_of_their_end_are_told() -> None:
    def ends(days: int) -> Hold:
        until = TODAY + timedelta(days=days)
        return Hold(
            id=f"h{days}", person=key("1"), mode="freeze", reason="", by="", at=AT, until=until
        )

    told = ending([ends(days) for days in (9, 8, 7, 0, -1, -7, -8)], TODAY)
    assert [one.hold for one in told] == ["h-7", "h-1", "h0", "h7"]
    assert [one.ended for one in told] == [True, True, False, False]
    lifted = msgspec.structs.replace(ends(0), lifted_at=AT, lifted_by="head")
    assert ending([lifted], TODAY) == ()


def test_whoever_left_and_came_back_is_not_told_of_an_old_suspension(office: Office) -> None:
    account = office.link("1", account_enabled=False)
    add(office.bench, a_wish(mode=HoldMode.SUSPEND, until=TODAY))
    office.days(100)
    link = office.store.links.of("oak")[key("1")]
    left = msgspec.structs.replace(link, blocked_by_us_at=office.now, left_on=TODAY)
    office.store.links.put(left)
    (back,) = [one for one in office.plan(account).changes if one.kind == "enable_user"]
    assert back.sentence.endswith("back in the roster")
