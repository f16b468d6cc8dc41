"""Smaller tables of consent: two parents, editions, ages, second persons, the ICT form."""

from datetime import UTC, date, datetime

import pytest
from consent_rows import (
    CLOUD,
    DAY,
    FATHER,
    FORMS,
    MOTHER,
    OWN,
    RULES,
    a_contact,
    a_row,
    an_answer,
    stands,
)
from msgspec.structs import replace

from policies.consent import checked_batches
from policies.consent_records import (
    Act,
    Answer,
    Ask,
    Batch,
    Countersign,
    Entry,
    Form,
    Signer,
    State,
    Variant,
    Why,
)
from policies.people import PersonKey

BOTH = (a_contact(MOTHER), a_contact(FATHER))
SAID = {
    "yes": {},
    "no": {"answer": Answer.NO},
    "waiting": {"verified_by": ""},
    "silent": None,
    "withdrawn": {},
}


def said_by(signer: Signer, what: str) -> list[Entry]:
    told, name = SAID[what], signer.contact_id
    if told is None:
        return []
    rows = [an_answer(name, signer=signer, **told)]
    if what == "withdrawn":
        rows.append(a_row(Act.WITHDRAWN, f"{name} back", about=name))
    return rows


# law A8.4, A8.5: mother's word, father's word, what stands where one is asked and where all are.
TWO_PARENTS = [
    ("yes", "yes", "verified", "verified"),
    ("yes", "no", "contested", "contested"),
    ("yes", "waiting", "verified", "pending"),
    ("yes", "silent", "verified", "pending"),
    ("yes", "withdrawn", "contested", "contested"),
    ("no", "no", "refused", "refused"),
    ("no", "waiting", "refused", "refused"),
    ("no", "silent", "refused", "refused"),
    ("no", "withdrawn", "withdrawn", "withdrawn"),
    ("waiting", "waiting", "pending", "pending"),
    ("waiting", "silent", "pending", "pending"),
    ("waiting", "withdrawn", "withdrawn", "withdrawn"),
    ("silent", "silent", "missing", "missing"),
    ("silent", "withdrawn", "withdrawn", "withdrawn"),
    ("withdrawn", "withdrawn", "withdrawn", "withdrawn"),
]


@pytest.mark.parametrize(("mother", "father", "one", "all_"), TWO_PARENTS)
def test_two_parents_are_one_word_only_where_they_agree(
    mother: str, father: str, one: str, all_: str
):
    for first, second in ((mother, father), (father, mother)):
        rows = [*said_by(MOTHER, first), *said_by(FATHER, second)]
        if (first, second) == ("withdrawn", "no"):
            continue  # of two that end it the later names it
        for ask, state in ((Ask.ANY, one), (Ask.ALL, all_)):
            rules = replace(RULES, ask=ask)
            assert stands(*rows, contacts=BOTH, rules=rules).state == state, (first, second, ask)


def test_where_all_are_asked_nobody_without_a_say_is_waited_for():
    rules = replace(RULES, ask=Ask.ALL)
    aunt = a_contact(replace(FATHER, contact_id="A"), parental_responsibility=False)
    barred = a_contact(FATHER, court_order=True)
    assert stands(an_answer(), contacts=(BOTH[0], aunt, barred), rules=rules).live
    assert stands(an_answer(), rules=rules).live  # the roster tells of no contact
    found = stands(an_answer(), contacts=BOTH, rules=rules)
    assert found.why == (Why.OTHER_PARENT_PENDING,)


NEWER = replace(
    CLOUD, id="cloud-2026", published=date(2026, 9, 1), services=("mail", "teams", "forms")
)
OFFERED = replace(RULES, services=frozenset({"mail", "teams", "forms"}))
# edition answered, the newest renews, services of the pack, of the answer -> state, covered, why
EDITIONS = [
    ("cloud-2023", None, "mail teams", "", "verified", "mail teams", ""),
    ("cloud-2023", None, "mail", "", "verified", "mail", ""),
    ("cloud-2023", None, "mail teams forms", "", "verified", "mail teams", ""),
    ("cloud-2023", None, "mail teams", "mail", "verified", "mail", ""),
    ("cloud-2023", None, "mail teams", "mail forms", "verified", "mail", ""),
    ("cloud-2023", None, "forms", "", "superseded", "", "superseded"),
    ("cloud-2023", None, "", "", "superseded", "", "superseded"),
    ("cloud-2023", False, "mail teams", "", "verified", "mail teams", ""),
    ("cloud-2023", False, "mail teams forms", "", "verified", "mail teams", "superseded"),
    ("cloud-2023", True, "mail teams", "", "superseded", "", "superseded"),
    ("cloud-2026", True, "mail teams forms", "", "verified", "mail teams forms", ""),
    ("cloud-1999", None, "mail teams", "", "invalid", "", "unknown_form"),
    ("ict-ks2", None, "mail teams", "", "invalid", "", "unknown_form"),
]


@pytest.mark.parametrize(
    ("version", "renew", "offered", "named", "state", "services", "why"), EDITIONS
)
def test_an_answer_covers_what_its_edition_names_and_the_pack_offers(
    *,
    version: str,
    renew: bool | None,
    offered: str,
    named: str,
    state: str,
    services: str,
    why: str,
):
    forms = FORMS | ({"cloud-2026": replace(NEWER, renew=renew)} if renew is not None else {})
    found = stands(
        an_answer(version=version, services=tuple(named.split())),
        rules=replace(RULES, services=frozenset(offered.split())),
        forms=forms,
    )
    assert (found.state, found.services) == (state, set(services.split()))
    assert found.why == tuple(why.split())


def test_an_edition_renews_from_the_day_it_is_out():
    forms = FORMS | {"cloud-2026": replace(NEWER, renew=True, published=date(2026, 11, 27))}
    assert stands(an_answer(), forms=forms).live
    later = stands(an_answer(), forms=forms, day=date(2026, 11, 27))
    assert (later.state, later.entry) == (State.SUPERSEDED, "a")


def test_a_newer_form_that_waits_leaves_the_older_answer_standing():
    forms = FORMS | {"cloud-2026": NEWER}
    waiting = an_answer("b", version="cloud-2026", verified_by="")
    first = stands(an_answer(), waiting, forms=forms, rules=OFFERED)
    assert (first.services, first.why) == ({"mail", "teams"}, (Why.SUPERSEDED,))
    checked = a_row(Act.COUNTERSIGNED, about="b", by="deputy")
    then = stands(an_answer(), waiting, checked, forms=forms, rules=OFFERED)
    assert (then.services, then.entry) == ({"mail", "teams", "forms"}, "b")


def test_words_that_were_changed_after_the_answer_are_not_what_was_answered():
    assert stands(an_answer(words_sha256=CLOUD.sha256)).live
    assert stands(an_answer(words_sha256="0" * 64)).why == (Why.UNKNOWN_FORM,)


# pack's age, age today -> what a parent's and what the student's own answer of this week amount to
AGES = [
    (13, 12, "verified", "invalid"),
    (13, 13, "expired", "verified"),
    (13, 18, "expired", "verified"),
    (16, 13, "verified", "invalid"),
    (16, 15, "verified", "invalid"),
    (16, 16, "expired", "verified"),
    (18, 16, "verified", "invalid"),
    (18, 17, "verified", "invalid"),
    (18, 18, "expired", "verified"),
    (18, None, "verified", "invalid"),
    (13, None, "verified", "invalid"),
]


@pytest.mark.parametrize(("threshold", "age", "parents", "own"), AGES)
def test_from_the_packs_age_on_the_student_alone_answers(
    threshold: int, age: int | None, parents: str, own: str
):
    rules = replace(RULES, required_below_age=threshold)
    signed = date(2026, 11, 23)
    born = date(2026 - age, 11, 23) if age else None  # this age since the day of the signature
    told = {"signed_on": signed, "at": datetime(2026, 11, 24, tzinfo=UTC)}
    for signer, state in ((MOTHER, parents), (OWN, own)):
        found = stands(an_answer(signer=signer, **told), born=born, rules=rules)
        assert found.state == state, signer


def test_a_parents_yes_ends_with_the_day_before_the_birthday():
    answer, born = an_answer(), date(2008, 11, 27)
    assert stands(answer, born=born).until == DAY
    lapsed = stands(answer, born=born, day=date(2026, 11, 27))
    assert (lapsed.state, lapsed.why) == (State.EXPIRED, (Why.OF_AGE,))


def test_what_a_child_said_does_not_become_a_consent_by_growing_up():
    own = an_answer(signer=OWN, signed_on=date(2026, 10, 1))
    assert stands(own, born=date(2008, 10, 2)).why == (Why.TOO_YOUNG,)
    assert stands(own, born=date(2008, 10, 1)).live


def test_a_parents_no_does_not_bind_an_adult():
    own = an_answer(signer=OWN, at=datetime(2026, 11, 20, tzinfo=UTC))
    no = an_answer("b", signer=MOTHER, answer=Answer.NO)
    assert stands(own, no, born=date(2008, 1, 1)).live


@pytest.mark.parametrize(
    ("signed", "months", "last"),
    [
        (date(2025, 11, 26), 12, date(2026, 11, 26)),
        (date(2025, 11, 25), 12, date(2026, 11, 25)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
    ],
)
def test_a_yes_holds_to_the_corresponding_date(signed: date, months: int, last: date):
    answer, rules = an_answer(signed_on=signed), replace(RULES, valid_months=months)
    on_the_day = stands(answer, rules=rules, day=last)
    assert (on_the_day.live, on_the_day.until) == (True, last)
    after = date.fromordinal(last.toordinal() + 1)
    assert stands(answer, rules=rules, day=after).why == (Why.EXPIRED,)


# what the pack asks of paper, who is named in the row, who countersigned it -> why not
SECOND_PERSONS = [
    (Countersign.NONE, "deputy", "", ""),
    (Countersign.NONE, "", "", "not_verified"),
    (Countersign.NONE, "CLERK", "", "verifier_is_enterer"),
    (Countersign.NONE, "clerk@oak.example", "", "verifier_is_enterer"),
    (Countersign.NONE, "", "deputy", ""),
    (Countersign.NONE, "clerk", "deputy", ""),
    (Countersign.NONE, "oak:M", "", "verifier_is_signer"),
    (Countersign.NONE, "oak:7", "", ""),
    (Countersign.NONE, "marshj", "", "verifier_is_signer"),
    (Countersign.NONE, "janemarsh@oak.example", "", "verifier_is_signer"),
    (Countersign.NONE, "marsh", "", "verifier_is_signer"),
    (Countersign.NONE, "k.marsh", "", ""),
    (Countersign.ALL, "deputy", "", "not_countersigned"),
    (Countersign.ALL, "", "deputy", ""),
    (Countersign.ALL, "", "clerk", "not_countersigned verifier_is_enterer"),
    (Countersign.ALL, "", "j.marsh", "not_countersigned verifier_is_signer"),
    (Countersign.ALL, "", "j.marsh deputy", ""),
    (Countersign.SAMPLE, "deputy", "", "not_countersigned"),  # in no batch it is its own sample
    (Countersign.SAMPLE, "", "deputy", ""),
]


@pytest.mark.parametrize(("pack", "named", "signed_by", "why"), SECOND_PERSONS)
def test_a_second_person_is_neither_who_entered_nor_who_signed(
    pack: Countersign, named: str, signed_by: str, why: str
):
    rows = [a_row(Act.COUNTERSIGNED, by, about="a", by=by) for by in signed_by.split()]
    found = stands(an_answer(verified_by=named), *rows, rules=replace(RULES, countersign=pack))
    assert (found.why, found.live) == (tuple(why.split()), not why)


def test_what_a_second_person_rejects_is_no_consent_whoever_countersigns_it():
    checked = a_row(Act.COUNTERSIGNED, about="a", by="deputy")
    rejected = a_row(Act.REJECTED, about="a", by="deputy")
    for rows in ((checked, rejected), (rejected, checked)):
        found = stands(an_answer(), *rows)
        assert (found.state, found.why) == (State.INVALID, (Why.REJECTED,))


def batch_of(drawn: str, *, closed: bool, marks: dict[str, str]) -> dict[str, Batch]:
    """Batch B of the rows 1 to 3 of three pupils; `marks` says who checked which, or rejected."""
    register = {}
    for number in "123":
        rows = [an_answer(number, batch="B", verified_by="")]
        if mark := marks.get(number):
            act = Act.REJECTED if mark == "rejected" else Act.COUNTERSIGNED
            rows.append(a_row(act, f"c{number}", about=number, by=mark))
        register[PersonKey("oak", number)] = tuple(rows)
    moment = datetime(2026, 10, 6, tzinfo=UTC)
    batch = Batch(
        id="B",
        school="oak",
        opened_by="clerk",
        opened_at=moment,
        closed_at=moment if closed else None,
        sample=frozenset(drawn.split()) if closed else None,
    )
    return checked_batches(register, {"B": batch})


# drawn, closed, who did what -> whether row 3, which nobody looked at, counts
BATCHES = [
    ("1 2", True, {"1": "deputy", "2": "deputy"}, True),
    ("1 2", True, {"1": "deputy"}, False),
    ("1 2", True, {"1": "deputy", "2": "clerk"}, False),
    ("1 2", True, {"1": "deputy", "2": "j.marsh"}, False),
    ("1 2", True, {"1": "deputy", "2": "rejected"}, False),
    ("1", True, {"1": "deputy", "2": "rejected"}, False),
    ("1", True, {"1": "deputy"}, True),
    ("1 3", True, {"1": "deputy"}, False),
    ("", True, {}, False),
    ("1", False, {"1": "deputy"}, False),
]


@pytest.mark.parametrize(("drawn", "closed", "marks", "counts"), BATCHES)
def test_a_row_that_was_not_drawn_counts_once_the_sample_is_checked(
    *, drawn: str, closed: bool, marks: dict[str, str], counts: bool
):
    batches = batch_of(drawn, closed=closed, marks=marks)
    rules = replace(RULES, countersign=Countersign.SAMPLE)
    row = an_answer("3", batch="B", verified_by="")
    found = stands(row, rules=rules, batches=batches)
    assert found.live is counts
    assert counts or found.why == (Why.NOT_COUNTERSIGNED,)
    own_child = replace(row, by="j.marsh")
    assert not stands(own_child, rules=rules, batches=batches).live
    assert not stands(row, rules=replace(RULES, countersign=Countersign.ALL), batches=batches).live


def an_ict_form(**more: object) -> Entry:
    told = {"form": Form.ICT, "version": "ict-ks2", "answer": None, "pupil_signed": True}
    return an_answer(**told | more)  # type: ignore[arg-type]


DISCUSSED = {
    "version": "ict-ks1",
    "pupil_signed": False,
    "discussed_by": "T. Reed",
    "discussed_on": date(2026, 9, 14),
}
# year, what is on the form -> state, why (SNMAT-F1.1, F1.2)
ICT = [
    ("5", {}, "verified", ""),
    ("3", {"variant": Variant.KS2}, "verified", ""),
    ("5", {"answer": Answer.YES}, "verified", ""),
    ("5", {"answer": Answer.NO}, "refused", "refused"),
    ("5", {"answer": Answer.BOTH}, "invalid", "both_ticked"),
    ("5", {"signed": False}, "invalid", "unsigned"),
    ("5", {"signed_on": None}, "invalid", "undated"),
    ("5", {"pupil_signed": False}, "pending", "pupil_not_signed"),
    ("5", {"variant": Variant.KS1}, "invalid", "wrong_variant"),
    ("2", {}, "invalid", "wrong_variant"),
    ("R", {}, "invalid", "wrong_variant"),
    (None, {}, "verified", ""),
    ("2", DISCUSSED, "verified", ""),
    ("N1", DISCUSSED, "verified", ""),
    ("3", DISCUSSED, "invalid", "wrong_variant"),
    ("2", DISCUSSED | {"discussed_by": ""}, "pending", "not_discussed"),
    ("2", DISCUSSED | {"discussed_on": None}, "pending", "not_discussed"),
    ("2", DISCUSSED | {"discussed_on": date(2026, 11, 27)}, "pending", "not_discussed"),
]


@pytest.mark.parametrize(("year", "more", "state", "why"), ICT)
def test_the_ict_form_fits_the_year_and_its_signature_is_the_permission(
    year: str | None, more: dict[str, object], state: str, why: str
):
    found = stands(an_ict_form(**more), year=year, form=Form.ICT)
    assert (found.state, found.why) == (state, tuple(why.split()))
    assert stands(an_ict_form(**more), year=year).state is State.MISSING


def test_an_adult_signs_the_ict_form_once():
    own = an_ict_form(signer=OWN, pupil_signed=False)
    assert stands(own, born=date(2008, 1, 1), year="13", form=Form.ICT).live
