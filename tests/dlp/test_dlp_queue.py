"""The queue at the desk: items from records, moves, many at once, looks, and changes of rules."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import msgspec
import pytest
from queue_desk import ANN, DPO, HEAD, WHY, QueueDesk, a_pupil, ann
from sqlalchemy import select

from graphsync.dlp_alike import EXCEPTED, MASKED, carry_out, preview
from graphsync.dlp_desk import (
    Actor,
    Move,
    Note,
    advise,
    answer,
    ask,
    assign,
    claim,
    close,
    decide,
    release,
    reopen,
)
from graphsync.dlp_queueing import NEW_RECORD
from graphsync.dlp_views import (
    HIDDEN,
    against_advice,
    counts,
    looks,
    page,
    rule_changes,
    show,
)
from graphsync.store import tables
from graphsync.store.dlp_items import Wanted
from graphsync.trouble import Refusal, Usage
from policies.mail import Kind, Severity
from policies.mail_effects import Fate
from policies.mail_events import Fullness, Said
from policies.mail_people import Party, Role
from policies.mail_queue import Advice, Office, Outcome, State, Step


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[QueueDesk]:
    made = QueueDesk(tmp_path)
    yield made
    made.store.close()


def summary(desk: QueueDesk, item: str):
    return desk.store.dlp_items.of([item])[item].summary


def test_an_item_is_all_of_an_incident_and_a_block_elsewhere_is_told_and_cancels_nothing(desk):
    let = desk.event("1", incident="i")
    overridden = desk.event("2", incident="i", said=Said(overridden=True))
    stopped = desk.event("3", "BlockAccess", incident="i", rule="r2")
    assert stopped.judgement.exceptions == ()
    taken = desk.take(stopped, let, overridden)
    assert (len(taken.new), taken.queued, taken.counted_only) == (3, 2, 1)
    (item,) = desk.items()
    found = summary(desk, item)
    assert found.kinds == (
        Kind.NOT_ENCRYPTED,
        Kind.OVERRIDDEN_UNJUSTIFIED,
        Kind.SPECIAL_CATEGORY,
    )
    assert (found.records, found.exceptional) == (3, 2)
    assert found.stopped_elsewhere
    assert found.fates == (Fate.STOPPED, Fate.LET_THROUGH)
    assert [rule.id for rule in found.rules] == ["r1"]
    assert [one.record for one in show(desk.bench, DPO, item).records] == ["1", "2", "3"]


def test_what_has_no_exception_is_counted_and_makes_no_item(desk):
    taken = desk.take(desk.event("1", "BlockAccess"))
    assert (taken.counted_only, desk.items()) == (1, [])


def test_a_fuller_record_moves_to_its_incident_in_any_order_and_leaves_no_item_behind(tmp_path):
    found = []
    for number, order in enumerate(permutations(range(3))):
        folder = tmp_path / str(number)
        folder.mkdir()
        desk = QueueDesk(folder)
        poor = desk.event("1", incident="", fullness=Fullness.ACTIVITY_EXPLORER)
        records = [poor, desk.event("1", incident="i"), desk.event("2", incident="i")]
        for one in order:
            desk.take(records[one])
        items = tables.dlp_items
        with desk.store.database.reading() as connection:
            found.append(tuple(map(tuple, connection.execute(select(items)).all())))
        desk.store.close()
    assert len(found[0]) == 1
    assert len(set(found)) == 1


def test_what_somebody_has_worked_on_stays_when_its_record_goes_elsewhere(desk):
    poor = desk.event("1", incident="", fullness=Fullness.ACTIVITY_EXPLORER)
    item = desk.item(poor)
    claim(desk.bench, DPO, [item])
    desk.take(desk.event("1", incident="i"))
    assert set(desk.items()) == {item, desk.event("1", incident="i").place.key.id}


def test_items_of_one_mail_stand_together_where_the_first_due_of_them_stands(desk):
    low = {"said": Said(false_positive=True), "counts": {Role.STAFF: 1}}
    mail = [
        desk.event("1", message="m", **low),
        desk.event("2", message="m", said=Said(overridden=True), counts={Role.STAFF: 1}),
        desk.event("3", incident="", message="m", **low),
    ]
    others = [desk.event(str(n), message=f"m{n}", **low) for n in range(4, 9)]
    desk.take(*others[:2], mail[0], *others[2:], mail[2])
    desk.now += timedelta(days=1)
    desk.take(mail[1])
    shown = page(desk.bench, DPO, Wanted()).items
    first = [one.item for one in shown[:3]]
    assert set(first) == {one.place.key.id for one in mail}
    assert len({one.mail for one in shown[:3]}) == 1
    assert {one.item for one in show(desk.bench, DPO, first[0]).siblings} == set(first[1:])


def test_a_new_record_reopens_a_closed_item_and_the_same_one_again_does_not(desk):
    item = desk.item(desk.event("1", incident="i"))
    desk.decided([item])
    close(desk.bench, DPO, [item])
    assert desk.items() == []
    desk.take(desk.event("1", incident="i"), desk.event("2", "BlockAccess", incident="i"))
    assert desk.states() == {item: "closed"}
    desk.now += timedelta(days=3)
    desk.take(desk.event("3", incident="i"))
    assert desk.states() == {item: "reopened"}
    last = desk.store.dlp_moves.of([item])[item][-1]
    assert (last.step, last.office, last.note) == (Step.REOPEN, Office.PROGRAM, NEW_RECORD)
    assert desk.store.dlp_items.of([item])[item].due == desk.now + timedelta(days=1)


def test_a_claimed_item_takes_a_new_record_in_and_stays_with_who_claimed_it(desk):
    item = desk.item(desk.event("1", incident="i"))
    claim(desk.bench, DPO, [item])
    desk.take(desk.event("2", incident="i"))
    found = desk.store.dlp_items.of([item])[item]
    assert (found.state, found.assignee, found.summary.records) == (State.CLAIMED, "dpo", 2)


def test_the_whole_way_of_an_item_and_what_the_journal_says_of_it(desk):
    item = desk.item(desk.event("1"))
    claim(desk.bench, DPO, [item])
    ask(desk.bench, DPO, [item], Note("was it expected"))
    answer(desk.bench, HEAD, [item], Note("it was not"))
    assign(desk.bench, HEAD, [item], "deputy")
    release(desk.bench, Actor(name="deputy", offices=frozenset({Office.DPO})), [item])
    (advised,) = advise(desk.bench, DPO, [item], Advice.DO_NOT, WHY)
    assert (advised.state, advised.assignee) == ("advised", "dpo")
    (decided,) = decide(desk.bench, HEAD, [item], Outcome.BREACH, WHY)
    assert desk.store.breaches.opened_for("oak", f"dlp:{item}") == decided.breach
    assert decided.breach in decided.then
    close(desk.bench, HEAD, [item])
    reopen(desk.bench, HEAD, [item], Note("a complaint came"))
    rows = [row for row in desk.store.journal.of_run("") if row.operation.startswith("dlp_")]
    assert [(row.operation, row.result) for row in rows] == [
        ("dlp_claim", "dpo"),
        ("dlp_ask", "dpo"),
        ("dlp_answer", "head"),
        ("dlp_assign", "head"),
        ("dlp_release", "deputy"),
        ("dlp_advise", "dpo"),
        ("dlp_decide", "head"),
        ("dlp_close", "head"),
        ("dlp_reopen", "head"),
    ]
    assert {(row.school, row.item, row.person) for row in rows} == {("oak", f"dlp:{item}", None)}
    assert "expected" not in repr(rows) + str([msgspec.to_builtins(row) for row in rows])


def test_a_move_with_several_items_is_made_with_all_or_none_and_tells_every_reason(desk):
    one, two, three = (desk.item(desk.event(n)) for n in "123")
    desk.decided([one])
    with pytest.raises(Refusal) as refused:
        claim(desk.bench, DPO, [two, one])
    assert str(refused.value) == f"{one}: it is decided: claim is for what is open or reopened"
    assert desk.states()[two] == "open"
    with pytest.raises(Usage, match="there is no item nobody"):
        claim(desk.bench, DPO, [three, "nobody"])
    elsewhere = Actor(name="dpo", offices=DPO.offices, schools=frozenset({"elm"}))
    with pytest.raises(Usage, match="there is no item"):
        claim(desk.bench, elsewhere, [three])
    with pytest.raises(Usage, match="there is no item"):
        show(desk.bench, elsewhere, three)


def test_the_dpo_decides_only_where_the_pack_lets_them(tmp_path):
    both = Actor(name="dpo", offices=frozenset({Office.DPO}))
    for name, more, lets in (("a", "", False), ("b", "  decision: approve\n", True)):
        (tmp_path / name).mkdir()
        desk = QueueDesk(tmp_path / name, more)
        item = desk.item(desk.event("1"))
        if lets:
            decide(desk.bench, both, [item], Outcome.ALLOWED, WHY)
        else:
            with pytest.raises(Refusal, match="decide is for what is advised"):
                decide(desk.bench, both, [item], Outcome.ALLOWED, WHY)
        assert (desk.states()[item] == "decided") == lets
        desk.store.close()


@pytest.mark.parametrize("name", ["ann", "Ann@oak.example"])
def test_a_sender_moves_nothing_of_their_own_mail(desk, name):
    desk.roster(ann())
    item = desk.item(desk.event("1"))
    own = Actor(name=name, offices=frozenset({Office.DPO, Office.HEAD}))
    with pytest.raises(Refusal, match="it is about your own mail"):
        claim(desk.bench, own, [item])
    claim(desk.bench, DPO, [item])
    ask(desk.bench, DPO, [item], WHY)
    answer(desk.bench, own, [item], WHY)


def test_a_decision_against_the_advice_is_listed_without_its_note(desk):
    one, two = (desk.item(desk.event(n)) for n in "12")
    desk.decided([one], Outcome.ALLOWED)
    (told,) = desk.decided([two], Outcome.TRAINING)
    assert told.contrary
    (line,) = against_advice(desk.bench, HEAD)
    assert (line.item, line.by, line.outcome) == (two, "head", str(Outcome.TRAINING))
    assert WHY.text not in repr(line)


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("about Kit's mail", "the name of a pupil"),
        ("the Brown family", "the name of a pupil"),
        ("see a.b@x.example", "a mail address"),
        ("lives in B76 1AA", "a postal address"),
        ("the number 943 476 5919", "a long number"),
    ],
)
def test_a_note_that_names_somebody_is_kept_only_with_the_warning(desk, text, sort):
    desk.roster(a_pupil("Kit", "Brown"))
    item = desk.item(desk.event("1"))
    with pytest.raises(Refusal, match=f"seems to hold {sort}") as refused:
        advise(desk.bench, DPO, [item], Advice.SUPPORT, Note(text))
    assert text not in str(refused.value)
    (told,) = advise(desk.bench, DPO, [item], Advice.SUPPORT, Note(text, anyway=True))
    assert told.warned == (sort,)
    assert desk.store.dlp_moves.of([item])[item][0].warned == (sort,)


def test_a_plain_note_is_no_warning_and_a_long_one_is_refused(desk):
    desk.roster(a_pupil("Kit", "Brown"))
    one, two = (desk.item(desk.event(n)) for n in "12")
    advise(desk.bench, DPO, [one], Advice.SUPPORT, Note("a kit list of 12 brown bags"))
    with pytest.raises(Refusal, match="at most 500 characters"):
        advise(desk.bench, DPO, [two], Advice.SUPPORT, Note("x" * 501, anyway=True))


def test_many_alike_are_shown_first_and_decided_all_or_none(desk):
    alike = [desk.item(desk.event(str(n))) for n in range(5)]
    masked = desk.item(desk.event("8", labels=("personal",)))
    other_rule = desk.item(desk.event("9", rule="r2"))
    other_school = desk.item(desk.event("7", school="elm", sender=Party(Role.STAFF)))
    move = Move(step=Step.ADVISE, word=Advice.SUPPORT, note=WHY)
    shown = preview(desk.bench, DPO, alike[0], move, [alike[1]])
    assert set(shown.items) == {*alike} - {alike[1]}
    assert {(one.item, one.why) for one in shown.left_out} == {
        (alike[1], EXCEPTED),
        (masked, MASKED),
    }
    assert set(desk.states().values()) == {"open"}
    with pytest.raises(Refusal, match="not what was shown"):
        carry_out(desk.bench, DPO, alike[0], move, shown.digest)
    desk.take(desk.event("6"))
    with pytest.raises(Refusal, match="not what was shown"):
        carry_out(desk.bench, DPO, alike[0], move, shown.digest, [alike[1]])
    assert set(desk.states().values()) == {"open"}
    shown = preview(desk.bench, DPO, alike[0], move, [alike[1]])
    moved = carry_out(desk.bench, DPO, alike[0], move, shown.digest, [alike[1]])
    assert {one.item for one in moved} == set(shown.items)
    assert len(moved) == 5
    batches = {desk.store.dlp_moves.of([one.item])[one.item][0].batch for one in moved}
    assert batches == {shown.digest}
    states = desk.states()
    assert {states[one] for one in (alike[1], masked, other_rule, other_school)} == {"open"}
    again = preview(desk.bench, DPO, alike[0], move, [alike[1]])
    assert again.items == ()
    with pytest.raises(Refusal, match="nothing to do"):
        carry_out(desk.bench, DPO, alike[0], move, again.digest, [alike[1]])


def test_eic_pers_2_a_mail_marked_personal_hides_its_details_until_a_reason_is_given(desk):
    item = desk.item(desk.event("1", labels=("personal",)))
    (line,) = page(desk.bench, DPO, Wanted()).items
    assert (line.sender, line.recipients, line.rules) == ("", {}, ())
    assert (line.classes, line.fates) != ((), ())
    hidden = show(desk.bench, DPO, item)
    assert (hidden.hidden, hidden.records, hidden.senders) == (HIDDEN, (), ())
    shown = show(desk.bench, DPO, item, WHY)
    assert (shown.hidden, shown.senders) == ("", (str(ANN),))
    assert shown.line.recipients == {"outsider": 1}


def test_each_page_and_each_item_looked_at_is_written_down_and_counts_are_not(desk):
    item = desk.item(desk.event("1"))
    counts(desk.bench, HEAD)
    assert looks(desk.bench, HEAD) == ()
    page(desk.bench, HEAD, Wanted(severities=(Severity.HIGH,), assignee="dpo"))
    show(desk.bench, DPO, item, WHY)
    newest, first = looks(desk.bench, HEAD)
    assert (newest.by, newest.item, newest.reason) == ("dpo", item, WHY.text)
    assert (first.by, first.item, first.filter) == ("head", "", "severity=high assignee=dpo")
    assert first.shown == 0


def test_a_filter_finds_what_it_says_and_nothing_else(desk):
    one = desk.item(desk.event("1", school="elm", sender=Party(Role.STAFF)))
    two = desk.item(desk.event("2", rule="r2", said=Said(overridden=True)))
    three = desk.item(desk.event("3", "EncryptRMSTemplate", said=Said(false_positive=True)))
    claim(desk.bench, DPO, [two])
    desk.decided([three])
    close(desk.bench, DPO, [three])
    assert desk.items(schools=("elm",)) == [one]
    assert desk.items(rules=("r2",)) == [two]
    assert desk.items(kinds=(Kind.OVERRIDDEN, Kind.OVERRIDDEN_UNJUSTIFIED)) == [two]
    assert desk.items(kinds=(Kind.OVERRIDDEN,)) == []
    assert set(desk.items(classes=("medical",))) == {one, two}
    assert desk.items(classes=("%",)) == []
    assert desk.items(assignee="dpo") == [two]
    assert desk.items(states=(State.CLOSED,)) == [three]
    assert set(desk.items(closed=True)) == {one, two, three}
    assert desk.items(due_before=desk.now) == []
    desk.now += timedelta(days=4)
    assert set(desk.items(due_before=desk.now)) == {one, two}
    tallies = counts(desk.bench, DPO)
    assert [(t.school, str(t.state), t.items, t.overdue) for t in tallies] == [
        ("elm", "open", 1, 1),
        ("oak", "claimed", 1, 1),
        ("oak", "closed", 1, 0),
    ]


def test_pages_follow_each_other_and_each_item_stands_on_one_of_them(desk):
    for number in range(23):
        desk.now += timedelta(minutes=number % 3)
        desk.take(desk.event(str(number), message=f"m{number % 7}"))
    seen, place = [], ""
    while True:
        shown = page(desk.bench, DPO, Wanted(), place, 5)
        seen += [one.item for one in shown.items]
        if not (place := shown.next):
            break
    assert seen == desk.items()
    assert len(set(seen)) == 23
    for wrong in ("x", "1~2~3", "2026-11-25T09:00:00~a~b"):
        with pytest.raises(Usage, match="not the place of a page"):
            page(desk.bench, DPO, Wanted(), wrong)
    with pytest.raises(Usage, match="1 to 200"):
        page(desk.bench, DPO, Wanted(), "", 201)


def test_three_decisions_that_a_rule_is_too_wide_speak_for_narrowing_it(desk):
    items = [desk.item(desk.event(str(n))) for n in range(3)]
    desk.decided(items[:2], Outcome.TOO_WIDE)
    assert rule_changes(desk.bench, DPO) == ()
    desk.decided(items[2:], Outcome.TOO_WIDE)
    (found,) = rule_changes(desk.bench, DPO)
    assert (found.rule, str(found.change), found.speak_for_it) == ("r1", "narrow it", 3)
    assert found.why == "3 of 3 decisions say that the rule is too wide"
    reopen(desk.bench, HEAD, items[:1], WHY)
    assert rule_changes(desk.bench, DPO) == ()
