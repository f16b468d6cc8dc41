"""The end of a hold takes two: one asks, another says yes; and how long nobody may forget one."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from forms import desk
from hypothesis import given, settings
from hypothesis import strategies as st
from office import PACK, TODAY, Office, a_pupil, key

from graphsync.hold_desk import Wish, add, listing
from graphsync.releasing import BY_MISTAKE, endings, keep, lift, purview_words, release, waiting
from graphsync.trouble import Refusal
from policies.holds import HoldMode

NO_WAIVER = re.sub("approval: .*\n", "", PACK)
UNTIL = TODAY + timedelta(days=300)


@pytest.fixture(autouse=True)
def held(office: Office) -> None:
    """Somebody whom the DSL put on hold an hour ago, at a school without a waiver."""
    (office.packs / "oak.yaml").write_text(NO_WAIVER, "utf-8")
    office.accept(a_pupil("1"), a_pupil("2"))
    put(office, "1")
    office.now += timedelta(hours=1)


def put(office: Office, mis_id: str) -> None:
    wish = Wish(
        person=key(mis_id), mode=HoldMode.FREEZE, reason="file 12", clause="A3.8", until=UNTIL
    )
    add(desk(office, "dsl"), wish)


def stands(office: Office) -> bool:
    return bool(office.store.holds.active("oak", TODAY))


def test_a_hold_stands_until_somebody_else_says_yes(office: Office) -> None:
    line = lift(desk(office, "dsl"), "oak:1", "the matter is closed")
    assert (line.lifted, line.state) == ("", "stands; its end is asked for")
    with pytest.raises(Refusal, match="asked for already"):
        lift(desk(office, "it"), "oak:1", "please")
    with pytest.raises(Refusal, match="dsl asked for the end of this hold and may not approve it"):
        release(desk(office, "dsl"), "oak:1")
    assert stands(office)
    assert release(desk(office, "head"), "oak:1").state == "lifted"
    assert not stands(office)
    asked, lifted = office.store.journal.of_person(key("1"))[-2:]
    assert (asked.operation, asked.result) == ("hold_end_asked", "dsl")
    assert (lifted.operation, lifted.result) == ("hold_lifted", "head")


def test_a_no_leaves_it_and_nobody_says_yes_to_what_was_not_asked_for(office: Office) -> None:
    with pytest.raises(Refusal, match="nobody asked for the end of h-"):
        release(desk(office, "head"), "oak:1")
    lift(desk(office, "dsl"), "oak:1", "over")
    with pytest.raises(Refusal, match="the reason is missing"):
        keep(desk(office, "head"), "oak:1", " ")
    assert keep(desk(office, "head"), "oak:1", "police asked").state == "stands"
    with pytest.raises(Refusal, match="nobody asked"):
        release(desk(office, "deputy"), "oak:1")
    assert [one.state for one in listing(office.bench)] == ["stands"]
    assert lift(desk(office, "dsl"), "oak:1", "now it is").state.endswith("asked for")


def test_what_was_put_by_mistake_is_taken_back_by_who_put_it_and_at_once_only(
    office: Office,
) -> None:
    put(office, "2")
    with pytest.raises(Refusal, match="the reason is missing"):
        lift(desk(office, "dsl"), "oak:2", "")
    office.now += BY_MISTAKE
    assert lift(desk(office, "dsl"), "oak:2", "wrong pupil").state == "lifted"
    put(office, "2")
    assert lift(desk(office, "it"), "oak:2", "not mine").lifted == ""
    keep(desk(office, "head"), "oak:2", "no")
    # Somebody has looked at it: from here on it takes two, whatever the time.
    assert lift(desk(office, "dsl"), "oak:2", "mine").lifted == ""


def test_a_small_schools_waiver_lets_one_person_do_both_and_the_journal_says_so(
    office: Office,
) -> None:
    office.pack()
    lift(desk(office, "head"), "oak:1", "over")
    release(desk(office, "head"), "oak:1")
    row = office.store.journal.of_person(key("1"))[-1]
    after = row.after or {}
    assert (after["asked_by"], after["waiver"].startswith("test (named by head")) == ("head", True)


def test_a_hold_is_looked_at_again_every_so_many_days(office: Office) -> None:
    office.days(29)
    assert waiting(office.bench, ["oak"]).due == ()
    office.days(1)
    (due,) = waiting(office.bench, ["oak", "elm"]).due
    assert due.person == key("1")
    assert waiting(office.bench, ["elm"]).due == ()
    keep(desk(office, "dsl"), "oak:1", "it goes on")
    assert waiting(office.bench, ["oak"]).due == ()
    assert endings(office.bench, [due])[due.id].review == TODAY + timedelta(days=60)
    office.days(30)
    lift(desk(office, "dsl"), "oak:1", "over")
    found = waiting(office.bench, ["oak"])
    assert ([one.by for one in found.asked], found.due) == (["dsl"], ())


def test_the_words_for_purview_name_the_account_and_no_reason(office: Office) -> None:
    with pytest.raises(Refusal, match="oak:1 has no account that we know"):
        purview_words(office.bench, "oak:1")
    office.sees(office.link("1"))
    words = purview_words(office.bench, "oak:1")
    (hold,) = office.store.holds.list()
    for told in (
        "25smith1a@oak.example",
        "Object id: o-1",
        f"From: {TODAY}",
        hold.id,
        "2026-12-25",
    ):
        assert told in words
    assert not re.search("file 12|A3.8|Amy|dsl", words)


def test_the_commands_ask_refuse_and_end_it_for_somebody_else_alone(
    office: Office, command: Callable[..., tuple[int, str, str]]
) -> None:
    office.now = datetime.now(UTC) - timedelta(hours=1)  # the commands have the machine's clock
    office.accept(a_pupil("1"), a_pupil("2"))
    put(office, "2")
    code, out, _ = command("hold", "lift", "oak:2", "--reason", "over")
    assert (code, "graphsync hold release h-" in out) == (2, True)
    code, _, err = command("hold", "release", "oak:2")
    assert (code, "another person must" in err) == (2, True)
    code, _, err = command("hold", "purview", "oak:2")  # of another tenant than the office's
    assert (code, "oak:2 has no account that we know" in err) == (2, True)
    assert command("hold", "keep", "oak:2", "--reason", "it goes on")[0] == 0
    office.now = datetime.now(UTC)
    lift(desk(office, "dsl"), "oak:2", "over")
    code, out, _ = command("hold", "release", "oak:2", "--json")
    assert (code, json.loads(out)["state"]) == (0, "lifted")


ACTS = st.tuples(st.sampled_from(["lift", "release", "keep"]), st.sampled_from(["a", "b", "dsl"]))


def test_no_order_of_acts_ends_a_hold_by_one_persons_word(office: Office) -> None:
    @settings(max_examples=25, deadline=None)
    @given(st.lists(ACTS, max_size=6))
    def ends_by_two(acts: list[tuple[str, str]]) -> None:
        for one in office.store.holds.active("oak", TODAY):
            office.store.holds.lift(one.id, "test", office.now)
        put(office, "1")
        office.now += timedelta(hours=1)
        asker = ""
        for what, who in acts:
            before = stands(office)
            try:
                if what == "release":
                    release(desk(office, who), "oak:1")
                else:
                    (lift if what == "lift" else keep)(desk(office, who), "oak:1", "because")
            except Refusal:
                assert stands(office) == before
                continue
            asker = who if what == "lift" else asker
            assert stands(office) or (what == "release" and who != asker)

    ends_by_two()
