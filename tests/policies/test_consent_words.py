"""What later rows do to an answer: withdrawals, hints, challenges, the head's word."""

from datetime import UTC, date, datetime

import pytest
from consent_rows import (
    DAY,
    FATHER,
    FORMS,
    MOTHER,
    OWN,
    PUPIL,
    RULES,
    a_contact,
    a_row,
    an_answer,
    stands,
)
from msgspec.structs import replace

from policies.consent_records import (
    Act,
    Answer,
    Channel,
    Entry,
    Method,
    Outcome,
    Signer,
    State,
    Why,
)
from policies.people import PersonKey

BOTH = (a_contact(MOTHER), a_contact(FATHER))


def test_a_withdrawal_ends_it_at_once_and_an_older_signature_does_not_bring_it_back():
    back = a_row(Act.WITHDRAWN, about="a", at=datetime(2026, 10, 20, tzinfo=UTC))
    old = an_answer("b", signed_on=date(2026, 10, 19), at=datetime(2026, 11, 2, tzinfo=UTC))
    new = replace(old, id="c", signed_on=date(2026, 10, 21))
    assert stands(an_answer(), back).state is State.WITHDRAWN
    assert stands(an_answer(), back, old).state is State.WITHDRAWN
    assert stands(an_answer(), back, old, new).entry == "c"


@pytest.mark.parametrize(
    "back", [{"signer": MOTHER}, {"about": "a"}, {"about": "gone"}, {}, {"signer": FATHER}]
)
def test_whoever_may_withdraw_ends_it_however_the_row_says_so(back: dict[str, object]):
    assert not stands(an_answer(), a_row(Act.WITHDRAWN, **back), contacts=BOTH).live


def test_who_has_no_say_neither_refuses_nor_withdraws_for_others():
    aunt = Signer(contact_id="A", name="Ann Lee", responsible=False)
    for row in (
        an_answer("b", signer=aunt, answer=Answer.NO),
        a_row(Act.WITHDRAWN, signer=aunt, about="a"),
        an_answer("b", signer=OWN, answer=Answer.NO),
    ):
        assert stands(an_answer(), row, contacts=BOTH).live


def test_who_gave_it_may_take_it_back_without_responsibility_by_now():
    back = a_row(Act.WITHDRAWN, signer=replace(MOTHER, responsible=False))
    assert stands(an_answer(), back).state is State.WITHDRAWN


def test_an_unclear_answer_ends_an_earlier_yes_but_a_badly_filled_in_one_does_not():
    assert stands(an_answer(), an_answer("b", answer=Answer.BOTH)).why == (Why.BOTH_TICKED,)
    assert stands(an_answer(), an_answer("b", signed=False)).entry == "a"


def test_a_hint_takes_no_words_place():
    hint = an_answer("h", method=Method.HINT, signer=None, channel=Channel.MIS)
    assert stands(hint).why == (Why.NOT_VERIFIED,)
    assert stands(an_answer(), replace(hint, answer=Answer.NO)).live
    assert stands(an_answer(answer=Answer.NO), hint).state is State.REFUSED


def settled(answer: Answer, outcome: Outcome = Outcome.HEAD, **more: object) -> Entry:
    return a_row(Act.SETTLED, about="a", answer=answer, outcome=outcome, **more)


NO = an_answer("n", signer=FATHER, answer=Answer.NO)
LOST = (a_contact(MOTHER, parental_responsibility=False), a_contact(FATHER))


def test_the_head_opens_or_closes_until_a_newer_answer():
    opened = (an_answer(), NO, settled(Answer.YES))
    assert stands(*opened, contacts=BOTH).live
    again = stands(*opened, replace(NO, id="m"), contacts=BOTH)
    assert again.why == (Why.PARENTS_DISAGREE,)
    closed = (an_answer(), NO, settled(Answer.NO))
    assert stands(*closed, contacts=BOTH).why == (Why.SETTLED_NO,)
    late = replace(an_answer("l"), at=datetime(2026, 11, 2, tzinfo=UTC))  # signed before
    assert stands(*closed, late, contacts=BOTH).why == (Why.SETTLED_NO,)
    newer = replace(late, signed_on=date(2026, 11, 2))
    assert stands(an_answer(), settled(Answer.NO), newer, contacts=BOTH).live
    assert stands(*closed, newer, contacts=BOTH).state is State.CONTESTED


def test_the_heads_yes_mends_no_flaw_and_revives_nothing():
    assert stands(an_answer(signed=False), settled(Answer.YES)).why == (Why.UNSIGNED,)
    back = a_row(Act.WITHDRAWN, about="a")
    assert stands(an_answer(), back, settled(Answer.YES)).state is State.WITHDRAWN


def test_what_the_head_knew_is_settled_and_what_changed_since_is_not():
    knew = replace(MOTHER, responsible=False)
    assert stands(an_answer(), settled(Answer.YES, signer=knew), contacts=LOST).live
    for signer in (None, MOTHER, replace(FATHER, responsible=False)):
        found = stands(an_answer(), settled(Answer.YES, signer=signer), contacts=LOST)
        assert found.why == (Why.RESPONSIBILITY_CHANGED,)


def test_a_challenge_ends_with_a_newer_answer_unless_responsibility_is_in_question():
    bounced = a_row(Act.CHALLENGED, about="a", reason="bounced_mail")
    asked = replace(bounced, reason="parental_responsibility_questioned")
    newer = an_answer("b")
    assert stands(an_answer(), bounced, newer).live
    assert stands(an_answer(), asked, newer).why == (Why.CHALLENGED,)
    assert stands(an_answer(), asked, newer, an_answer("f", signer=FATHER)).entry == "f"
    all_of_them = replace(asked, about="")
    assert not stands(an_answer(), an_answer("f", signer=FATHER), all_of_them).live


def test_nothing_recorded_and_nothing_answered_are_told_apart():
    assert stands().why == (Why.NOT_ASKED,)
    assert stands().sentence == "no consent is recorded"
    asked = stands(a_row(Act.ASKED), a_row(Act.REMINDED))
    assert (asked.state, asked.why) == (State.PENDING, (Why.NO_ANSWER,))


def test_a_consent_of_another_school_never_counts():
    from policies.consent import consents_of_school
    from policies.people import Kind, Person, Roster

    moved = Person(key=PersonKey("elm", "1"), kind=Kind.PUPIL, given_name="Amy", surname="Marsh")
    found = consents_of_school(
        Roster.of("elm", [moved]), {PUPIL: (an_answer(),)}, FORMS, {}, RULES, DAY
    )
    assert found[moved.key].cloud.state is State.MISSING


STANDING = {
    "nothing": (),
    "a yes": (an_answer(),),
    "a no": (an_answer(answer=Answer.NO),),
    "both boxes": (an_answer(answer=Answer.BOTH),),
    "a yes taken back": (an_answer(), a_row(Act.WITHDRAWN, about="a")),
    "a head's no": (an_answer(), a_row(Act.SETTLED, about="a", answer=Answer.NO)),
    "a father's no": (an_answer(answer=Answer.NO, signer=FATHER),),
}


@pytest.mark.parametrize("rows", STANDING.values(), ids=STANDING)
@pytest.mark.parametrize("answer", Answer)
@pytest.mark.parametrize("signer", [MOTHER, FATHER])
def test_a_row_that_a_second_person_rejected_counts_as_not_entered(
    rows: tuple[Entry, ...], answer: Answer, signer: Signer
):
    wrong = an_answer("w", answer=answer, signer=signer, signed_on=date(2026, 11, 20))
    rejected = a_row(Act.REJECTED, about="w", by="deputy")
    without = stands(*rows, contacts=BOTH)
    found = stands(*rows, wrong, rejected, contacts=BOTH)
    if rows:
        assert (found.state, found.services) == (without.state, without.services)
        assert found.why[0] is without.why[0] if without.why else found.why == ()
    else:
        assert (found.state, found.why) == (State.INVALID, (Why.REJECTED,)), "to be entered again"
