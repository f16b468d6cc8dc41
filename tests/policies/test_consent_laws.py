"""Laws of consent over any sequence of rows."""

from datetime import UTC, date, datetime
from typing import Any

from consent_rows import (
    CLOUD,
    DAY,
    FATHER,
    FORMS,
    MOTHER,
    OWN,
    PUPIL,
    RULES,
    a_contact,
    a_pupil,
    a_row,
    an_answer,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from policies.consent import consents_of, consents_of_school
from policies.consent_records import (
    Act,
    Answer,
    Ask,
    Batch,
    Channel,
    Consents,
    Countersign,
    Entry,
    Form,
    Method,
    Signer,
    State,
    Variant,
)
from policies.people import PersonKey, Roster

NEWER = replace(CLOUD, id="cloud-2026", published=date(2026, 9, 1), services=("mail", "forms"))
EDITIONS = FORMS | {"cloud-2026": NEWER}
BATCH = Batch(
    id="B",
    school="oak",
    opened_by="clerk",
    opened_at=datetime(2026, 10, 1, tzinfo=UTC),
    closed_at=datetime(2026, 10, 2, tzinfo=UTC),
    sample=frozenset({"0"}),
)
AUNT = Signer(contact_id="A", name="Ann Márquez", responsible=False)
SIGNERS = (MOTHER, MOTHER, FATHER, FATHER, AUNT, OWN, replace(MOTHER, name="Jané O'Dell-Marsh"))
ACCOUNTS = ("deputy", "deputy", "clerk", "Clerk@oak.example", "j.marsh", "dellmarsh", "oak:M", "")


def mostly(good: object, *others: object) -> st.SearchStrategy[Any]:
    """Few things are wrong at once, so that good answers come up too."""
    return st.sampled_from([good] * 6 + list(others))


ANSWERS = st.fixed_dictionaries(
    {
        "act": st.just(Act.ANSWERED),
        "form": st.sampled_from((Form.CLOUD, Form.CLOUD, Form.ICT)),
        "version": mostly("cloud-2023", "cloud-2026", "ict-ks2", "ict-ks2", "gone"),
        "answer": mostly(Answer.YES, *Answer, None),
        "signer": st.sampled_from(SIGNERS),
        "signed": mostly(True, False),
        "signed_on": mostly(date(2026, 10, 1), None, date(2026, 11, 27), date(2023, 1, 1), DAY),
        "method": mostly(Method.PAPER_SEEN, *Method, None),
        "channel": mostly(Channel.OFFICE, Channel.LINK),
        "verified_by": st.sampled_from(ACCOUNTS),
        "batch": mostly("", "B"),
        "services": mostly((), ("mail",)),
        "valid_until": mostly(None, date(2026, 11, 25), date(2027, 1, 1)),
        "pupil_signed": mostly(True, False),
        "variant": mostly(Variant.NONE, *Variant),
    }
)
LATER = st.fixed_dictionaries(
    {
        "act": mostly(Act.COUNTERSIGNED, *(one for one in Act if one is not Act.ANSWERED)),
        "form": mostly(Form.CLOUD, Form.ICT),
        "about": st.sampled_from(("0", "0", "1", "2", "")),
        "by": st.sampled_from(ACCOUNTS),
        "answer": st.sampled_from((Answer.YES, Answer.NO, None)),
        "signer": mostly(None, *SIGNERS),
        "reason": st.sampled_from(("", "parental_responsibility_questioned")),
    }
)


@st.composite
def registers(draw: st.DrawFn) -> tuple[Entry, ...]:
    told = [draw(ANSWERS), *draw(st.lists(st.one_of(ANSWERS, LATER), max_size=4))]
    told = draw(st.permutations(told))
    return tuple(a_row(name=str(place), **one) for place, one in enumerate(told))


RULE_SETS = st.builds(
    lambda countersign, ask, age: replace(
        RULES,
        countersign=countersign,
        ask=ask,
        required_below_age=age,
        services=frozenset({"mail", "teams", "forms"}),
    ),
    mostly(Countersign.NONE, *Countersign),
    mostly(Ask.ANY, Ask.ALL),
    st.sampled_from((13, 16, 18)),
)
BORN = mostly(date(2016, 5, 1), None, date(2010, 10, 2), date(2008, 9, 30), date(2008, 11, 27))
CONTACTS = st.sampled_from(
    [
        (a_contact(MOTHER), a_contact(FATHER)),
        (a_contact(MOTHER), a_contact(FATHER)),
        (),
        (a_contact(MOTHER, parental_responsibility=False), a_contact(FATHER)),
        (a_contact(MOTHER, court_order=True), a_contact(AUNT)),
        (a_contact(FATHER),),
    ]
)
SCENES = st.fixed_dictionaries(
    {"rules": RULE_SETS, "born": BORN, "contacts": CONTACTS, "passed": st.booleans()}
)


def found(rows: tuple[Entry, ...], scene: dict[str, Any], day: date = DAY) -> Consents:
    return consents_of(
        a_pupil(scene["born"]),
        rows,
        scene["contacts"],
        EDITIONS,
        {"B": replace(BATCH, passed=scene["passed"])},
        scene["rules"],
        day,
    )


def flawless(row: Entry, rows: tuple[Entry, ...], scene: dict[str, Any]) -> bool:
    """What no live consent can rest on, whatever else was said: told again from the forms."""
    edition, signer = EDITIONS.get(row.version), row.signer
    if not (row.signed and row.signed_on and signer and edition and edition.form is row.form):
        return False
    said = Answer.YES if row.answer is None and row.form is Form.ICT else row.answer
    ends = row.valid_until or DAY
    dated = edition.published <= row.signed_on <= row.at.date() and ends >= DAY
    adult = scene["born"] and (scene["born"].year + scene["rules"].required_below_age) <= 2026
    entitled = bool(adult) if signer.own else signer.responsible is True
    checked = row.method not in {None, Method.HINT}
    link = row.method is Method.KNOWN_MAILBOX and row.channel is Channel.LINK
    seconds = {row.verified_by} | {
        one.by for one in rows if one.act is Act.COUNTERSIGNED and one.about == row.id
    }
    others = seconds - {"", "clerk", "Clerk@oak.example"}
    drawn = row.batch == "B" and scene["rules"].countersign is Countersign.SAMPLE
    second = link or bool(others) or (drawn and scene["passed"])
    kept = not any(one.act is Act.REJECTED and one.about == row.id for one in rows)
    return said is Answer.YES and dated and entitled and checked and second and kept


@settings(max_examples=150, deadline=None)
@given(registers(), SCENES)
def test_a_live_consent_rests_on_an_answer_without_a_flaw(rows: tuple[Entry, ...], scene: Any):
    both = found(rows, scene)
    for form, one in ((Form.CLOUD, both.cloud), (Form.ICT, both.ict)):
        assert one.live or (not one.services and one.why and one.sentence)
        if one.live:
            (row,) = (row for row in rows if row.id == one.entry)
            assert row.form is form
            assert flawless(row, rows, scene)
            assert one.services <= set(EDITIONS[row.version].services) | {"teams", "forms"}
            assert one.until is not None
            assert one.until >= DAY


@settings(max_examples=150, deadline=None)
@given(registers(), SCENES)
def test_the_quick_way_answers_as_the_whole_way(rows: tuple[Entry, ...], scene: Any):
    if scene["rules"].countersign is Countersign.SAMPLE:
        scene["passed"] = False  # the register of one pupil cannot show more
        rows = tuple(replace(row, batch="") for row in rows)
    pupil = a_pupil(scene["born"])
    school = consents_of_school(
        Roster.of("oak", [pupil], contacts=scene["contacts"]),
        {PUPIL: rows},
        EDITIONS,
        {},
        scene["rules"],
        DAY,
    )
    assert school == {PUPIL: found(rows, scene)}


@settings(max_examples=50, deadline=None)
@given(registers(), SCENES, st.sampled_from(("", "gone")))
def test_a_withdrawal_ends_every_consent_to_its_form(
    rows: tuple[Entry, ...], scene: Any, about: str
):
    back = a_row(Act.WITHDRAWN, "back", about=about)
    assert not found((*rows, back), scene).cloud.live


@settings(max_examples=50, deadline=None)
@given(registers(), SCENES)
def test_who_gave_it_ends_it_by_taking_it_back(rows: tuple[Entry, ...], scene: Any):
    scene["rules"] = replace(scene["rules"], ask=Ask.ALL)
    first = found(rows, scene).cloud
    if first.live:
        back = a_row(Act.WITHDRAWN, "back", about=first.entry)
        assert not found((*rows, back), scene).cloud.live


@settings(max_examples=50, deadline=None)
@given(registers(), SCENES, st.integers(0, 4))
def test_an_answer_entered_twice_means_what_it_means_once(
    rows: tuple[Entry, ...], scene: Any, place: int
):
    last = rows[-1]
    if last.act is Act.ANSWERED:
        again = replace(last, id="again")
        checks = tuple(
            replace(row, id=f"again {row.id}", about="again")
            for row in rows
            if row.about == last.id and row.act in {Act.COUNTERSIGNED, Act.REJECTED}
        )
        once, twice = found(rows, scene), found((*rows, again, *checks), scene)
        for one, other in ((once.cloud, twice.cloud), (once.ict, twice.ict)):
            assert (one.state, one.services, one.until) == (
                other.state,
                other.services,
                other.until,
            )


@settings(max_examples=30, deadline=None)
@given(registers(), registers(), SCENES)
def test_rows_of_another_pupil_change_nothing(
    rows: tuple[Entry, ...], others: tuple[Entry, ...], scene: Any
):
    rules = replace(scene["rules"], countersign=Countersign.ALL)
    pupil, other = a_pupil(scene["born"]), replace(a_pupil(), key=PersonKey("oak", "2"))
    roster = Roster.of("oak", [pupil, other], contacts=scene["contacts"])
    alone = consents_of_school(roster, {PUPIL: rows}, EDITIONS, {}, rules, DAY)
    both = {PUPIL: rows, other.key: others}
    together = consents_of_school(roster, both, EDITIONS, {}, rules, DAY)
    assert together[PUPIL] == alone[PUPIL]


@settings(max_examples=40, deadline=None)
@given(registers(), SCENES)
def test_rows_about_neither_form_do_not_touch_it(rows: tuple[Entry, ...], scene: Any):
    cloud = tuple(row for row in rows if row.form is Form.CLOUD and row.act is Act.ANSWERED)
    ict = tuple(row for row in rows if row.form is Form.ICT and row.act is Act.ANSWERED)
    assert found((*cloud, *ict), scene).cloud == found(cloud, scene).cloud
    assert found((*ict, *cloud), scene).ict == found(ict, scene).ict


@settings(max_examples=40, deadline=None)
@given(registers(), SCENES)
def test_a_refusal_of_the_other_parent_leaves_no_childs_consent_live(
    rows: tuple[Entry, ...], scene: Any
):
    scene["born"] = date(2016, 5, 1)
    no = an_answer("no", signer=FATHER, answer=Answer.NO, signed=False, method=None)
    assert found((*rows, no), scene).cloud.state in {
        State.REFUSED,
        State.WITHDRAWN,
        State.CONTESTED,
    }
