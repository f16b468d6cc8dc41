"""Piles of paper: entered a line a form, checked by a second person, and told when in a hurry."""

import math
from datetime import date, timedelta

import pytest
from forms import CLOUD, ISLA, LEO, SIGNED, begin, desk, many, recorded
from office import Office, key

from graphsync.consent_findings import BURST, bursts
from graphsync.consent_lines import Entered, Entering, LineTold, Pile
from graphsync.consent_piles import (
    batches,
    close_batch,
    countersign,
    open_batch,
    reject,
    waiting,
)
from graphsync.consent_views import show
from graphsync.trouble import Refusal
from policies.consent_records import Method, State
from policies.people import PersonKey

MANY = 60


@pytest.fixture(autouse=True)
def school(office: Office) -> None:
    begin(office)


def entered(office: Office, *lines: str, **pile: object) -> tuple[list[LineTold], Entered]:
    given = {"edition": CLOUD, "signed_on": SIGNED, **pile}
    entering = Entering(desk(office, "clerk"), "oak", Pile(**given))  # type: ignore[arg-type]
    return list(entering.take(lines)), entering.summary()


def cloud(office: Office, pupil: PersonKey) -> State:
    return show(office.bench, pupil).today[0].state


def test_a_line_is_answered_with_form_group_initials_and_who_signed(office: Office) -> None:
    (leo, isla), whole = entered(office, "004512 Y\n", "4513,n\n", "\n")
    assert (leo.form_group, leo.check, leo.answer) == ("7B", "A.S.", "yes")
    assert (leo.signer, leo.trouble) == ("J.M. Mother", "")
    assert (isla.answer, isla.signer) == ("no", "J.M. Mother")
    assert (whole.kept, whole.answers, whole.not_kept) == (2, {"yes": 1, "no": 1}, ())
    assert "Amy" not in str(leo)
    assert "Marsh" not in str(leo)
    (row,) = office.store.consents.of(LEO)
    assert (row.batch, row.by, row.signed_on) == (whole.batch, "clerk", SIGNED)
    assert [one.pupil for one in office.store.provisions.open_of("oak")] == [ISLA]


def test_a_line_in_trouble_stops_no_other_and_the_summary_names_it(office: Office) -> None:
    lines = ("9999 Y", "4512", "4512 maybe", "elm:1 Y", "4514 Y", "4512 Y 2026-13-01", "4513 Y")
    told, whole = entered(office, *lines)
    for one, why in zip(
        told,
        (
            "no pupil of oak",
            "write the admission number and Y or N",
            "write the admission number",
            "of another school",
            "say who signed, after the answer: 1 A.M. Mother, 2 A.M. Mother",
            "2026-13-01 is no date",
            "",
        ),
        strict=True,
    ):
        assert why in one.trouble
    assert (whole.kept, whole.not_kept) == (1, (1, 2, 3, 4, 5, 6))


@pytest.mark.parametrize(
    ("words", "contact", "signed_on", "trouble"),
    [
        ("4512 Y 2", "78", SIGNED, ""),
        ("4512 Y Paul Marsh", "78", SIGNED, ""),
        ("4512 Y 78 2026-11-21", "78", date(2026, 11, 21), ""),
        ("4512 Y Uncle Bob", "", SIGNED, "no contact of the pupil"),
        ("4512 Y undated", "77", None, "the form is not dated"),
        ("4512 Y unsigned", "77", SIGNED, "the form is not signed"),
        ("4512 both", "77", SIGNED, "both Yes and No are ticked"),
    ],
)
def test_more_words_say_who_and_when(
    office: Office, words: str, contact: str, signed_on: date | None, trouble: str
) -> None:
    (told,), _ = entered(office, words)
    assert trouble in told.trouble
    assert bool(trouble) == bool(told.trouble)
    (row,) = office.store.consents.of(LEO)
    assert row.signer is not None
    assert (row.signer.contact_id, row.signed_on) == (contact, signed_on)


def test_a_line_typed_again_corrects_the_one_before_and_both_stay(office: Office) -> None:
    told, whole = entered(office, "4512 N", "4512 Y", "4512 Y")
    assert [bool(one.row) for one in told] == [True, True, False]
    assert "said already" in told[2].trouble
    assert (whole.kept, whole.answers, whole.corrected) == (1, {"yes": 1}, 1)
    acts = [str(row.act) for row in office.store.consents.of(LEO)]
    assert acts == ["answered", "rejected", "answered"]


def test_forms_on_file_need_their_place_and_each_its_date(office: Office) -> None:
    with pytest.raises(Refusal, match="need their place"):
        entered(office, "4512 Y", method=Method.ON_FILE)
    told, _ = entered(
        office,
        "4512 Y 2025-09-03",
        "4513 Y",
        method=Method.ON_FILE,
        place="cabinet 3",
        signed_on=None,
    )
    assert [one.trouble for one in told] == [
        "",
        "a form on file needs its place and the date on it: give both",
    ]


def test_nothing_counts_before_somebody_else_has_checked_it(office: Office) -> None:
    _, whole = entered(office, "4512 Y", "4513 Y 1")
    assert cloud(office, LEO) is State.PENDING
    head = desk(office, "head")
    (first, second) = (office.store.consents.of(one)[0].id for one in (LEO, ISLA))
    with pytest.raises(Refusal, match="still open: close it first"):
        countersign(head, "oak", [first])
    closed = close_batch(head, "oak", whole.batch)
    assert (closed.forms, closed.to_check, closed.waiting) == (2, 2, 2)
    with pytest.raises(Refusal, match="was closed on 2026-11-25"):
        close_batch(head, "oak", whole.batch)
    with pytest.raises(Refusal, match="was entered by the same person"):
        countersign(desk(office, "clerk"), "oak", [first])
    assert {one.row for one in waiting(head, "oak")} == {first, second}
    countersign(head, "oak", [first])
    assert cloud(office, LEO) is State.VERIFIED
    assert cloud(office, ISLA) is State.PENDING
    with pytest.raises(Refusal, match="was checked already"):
        countersign(head, "oak", [first])
    reject(head, "oak", second, "signed by somebody else")
    assert cloud(office, ISLA) is State.INVALID
    with pytest.raises(Refusal, match="was rejected already"):
        countersign(head, "oak", [second])
    assert [one.waiting for one in batches(head, "oak")] == [0]


def test_a_whole_pile_is_countersigned_at_once(office: Office) -> None:
    _, whole = entered(office, "4512 Y", "4513 Y")
    head = desk(office, "head")
    close_batch(head, "oak", whole.batch)
    assert len(countersign(head, "oak", [], whole.batch).rows) == 2
    assert cloud(office, ISLA) is State.VERIFIED
    with pytest.raises(Refusal, match="nothing waits"):
        countersign(head, "oak", [], whole.batch)
    with pytest.raises(Refusal, match="c-0: is no answer in the register of oak"):
        countersign(head, "oak", ["c-0"])
    with pytest.raises(Refusal, match="the reason is missing"):
        reject(head, "oak", "c-0", " ")


def test_of_a_sample_one_at_least_is_drawn_and_passes_the_whole_pile(office: Office) -> None:
    begin(office, "sample")
    many(office, MANY)
    _, whole = entered(office, *(f"{number} Y" for number in range(1, MANY + 1)))
    head = desk(office, "head")
    closed = close_batch(head, "oak", whole.batch)
    assert closed.to_check == math.ceil(0.05 * MANY) == 3
    countersign(head, "oak", [], whole.batch)
    assert {cloud(office, key(str(one))) for one in range(1, MANY + 1)} == {State.VERIFIED}


def test_one_rejected_form_makes_all_of_the_pile_wait(office: Office) -> None:
    begin(office, "sample")
    many(office, 4)
    _, whole = entered(office, *(f"{number} Y" for number in range(1, 5)))
    head = desk(office, "head")
    assert close_batch(head, "oak", whole.batch).to_check == 1
    (drawn,) = waiting(head, "oak")
    reject(head, "oak", drawn.row, "another date")
    assert len(waiting(head, "oak")) == 3
    countersign(head, "oak", [], whole.batch)
    states = sorted(cloud(office, key(str(one))) for one in range(1, 5))
    assert states == [State.INVALID, *[State.VERIFIED] * 3]


def test_a_pile_that_was_typed_again_is_not_spoilt_by_that(office: Office) -> None:
    begin(office, "sample")
    _, whole = entered(office, "4512 Y 2", "4512 Y 1", "4513 Y")
    head = desk(office, "head")
    assert close_batch(head, "oak", whole.batch).to_check == 1
    countersign(head, "oak", [], whole.batch)
    assert cloud(office, LEO) is State.VERIFIED


def test_an_open_pile_goes_on_and_no_other(office: Office) -> None:
    pile = open_batch(office.bench, "oak").batch
    _, whole = entered(office, "4512 Y", batch=pile)
    assert whole.batch == pile
    close_batch(office.bench, "oak", pile)
    for wrong, told in ((pile, "was closed"), ("b-0", "b-0 is no batch of oak")):
        with pytest.raises(Refusal, match=told):
            entered(office, "4513 Y", batch=wrong)
    assert office.store.consents.of(ISLA) == ()


def test_more_than_40_yes_within_an_hour_are_a_finding_until_checked(office: Office) -> None:
    many(office, BURST + 1)
    _, whole = entered(office, *(f"{number} Y" for number in range(1, BURST + 1)))
    since = office.now - timedelta(days=30)

    def found() -> list[str]:
        return [one.sentence for one in bursts(office.store.consents.of_school("oak"), since)]

    assert found() == []
    office.now += timedelta(minutes=59)
    recorded(office, str(BURST + 1), signer="77")
    (told,) = found()
    assert told.startswith("entered 41 times Yes within an hour from 2026-11-25 02:00")
    head = desk(office, "head")
    close_batch(head, "oak", whole.batch)
    countersign(head, "oak", [], whole.batch)
    assert found() == []


def test_40_and_40_in_two_hours_are_no_burst(office: Office) -> None:
    many(office, 2 * BURST)
    entered(office, *(f"{number} Y" for number in range(1, BURST + 1)))
    office.now += timedelta(hours=1)
    entered(office, *(f"{number} Y" for number in range(BURST + 1, 2 * BURST + 1)))
    register = office.store.consents.of_school("oak")
    assert bursts(register, office.now - timedelta(days=30)) == []
