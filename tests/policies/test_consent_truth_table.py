"""The truth table of consent: every combination, against a table written from the documents.

The documents are the trust policy's two forms (SNMAT-F1, F2), PB-7.5.9 and the law (A7 to A9). The
table below says for each thing that can be so what they make of it; nothing of the product decides
here. Only the values that name things (acts, reasons, states) are the product's.
"""

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import NamedTuple

from consent_rows import (
    CLOUD,
    FATHER,
    MOTHER,
    OWN,
    a_contact,
    a_row,
    an_answer,
    stands,
)
from msgspec.structs import replace

from policies.consent_records import Act, Answer, Channel, Entry, Method, Outcome, State, Why

Reason = tuple[State, Why] | None
INVALID, EXPIRED, PENDING = State.INVALID, State.EXPIRED, State.PENDING
SUPERSEDED, CONTESTED = State.SUPERSEDED, State.CONTESTED
# A Yes with several things wrong is what the worst of them makes it.
WORST_FIRST = (INVALID, EXPIRED, SUPERSEDED, PENDING, CONTESTED)

SIGNERS = {
    "mother": MOTHER,
    "aunt": replace(MOTHER, responsible=False),
    "roster silent": replace(MOTHER, responsible=None),
    "restricted": replace(MOTHER, court_order=True),
    "stranger": replace(MOTHER, contact_id="", responsible=None),
    "own": OWN,
}
# Below the pack's age (18) a parent answers; an unknown birth date is a child's.
WRONG_SIGNER: dict[str, Reason] = {
    "mother": None,
    "aunt": (INVALID, Why.NO_RESPONSIBILITY),
    "roster silent": (INVALID, Why.NO_RESPONSIBILITY),
    "restricted": (INVALID, Why.COURT_ORDER),
    "stranger": (INVALID, Why.UNKNOWN_SIGNER),
}
MAY_REFUSE = {"mother", "roster silent", "stranger"}  # a No counts unless somebody may not decide

NOW = {
    "as then": (a_contact(MOTHER), a_contact(FATHER)),
    "no contacts told": (),
    "responsibility lost": (a_contact(MOTHER, parental_responsibility=False), a_contact(FATHER)),
    "order since": (a_contact(MOTHER, court_order=True), a_contact(FATHER)),
    "gone": (a_contact(FATHER),),
}
CHANGED = {
    "as then": None,
    "no contacts told": None,
    "responsibility lost": (CONTESTED, Why.RESPONSIBILITY_CHANGED),
    "order since": (CONTESTED, Why.COURT_ORDER_SINCE),
    "gone": (CONTESTED, Why.RESPONSIBILITY_CHANGED),
}

LINK = {"method": Method.KNOWN_MAILBOX, "channel": Channel.LINK, "verified_by": ""}
CHECKS = {
    "seen by another": {},
    "link": LINK,
    "not checked": {"method": Method.PHONE_CALL_BACK, "verified_by": ""},
    "by the enterer": {"method": Method.IN_PERSON, "verified_by": " Clerk "},
    "by the signer": {"method": Method.ON_FILE, "verified_by": "j.marsh@oak.example"},
    "hint": {"method": Method.HINT},
    "no method": {"method": None},
}
UNCHECKED: dict[str, Reason] = {
    "seen by another": None,
    "link": None,
    "not checked": (PENDING, Why.NOT_VERIFIED),
    "by the enterer": (PENDING, Why.VERIFIER_IS_ENTERER),
    "by the signer": (PENDING, Why.VERIFIER_IS_SIGNER),
    "hint": (PENDING, Why.NOT_VERIFIED),
    "no method": (PENDING, Why.NOT_VERIFIED),
}

DATES = {
    "good": {},
    "undated": {"signed_on": None},
    "unsigned": {"signed": False},
    "tomorrow": {"signed_on": date(2026, 11, 27)},
    "after its entry": {"signed_on": date(2026, 10, 6)},
    "before the form": {"signed_on": date(2023, 11, 30), "valid_until": date(2030, 1, 1)},
    "run out": {"valid_until": date(2026, 11, 25)},
}
MISDATED: dict[str, Reason] = {
    "good": None,
    "undated": (INVALID, Why.UNDATED),
    "unsigned": (INVALID, Why.UNSIGNED),
    "tomorrow": (INVALID, Why.IN_FUTURE),
    "after its entry": (INVALID, Why.IN_FUTURE),
    "before the form": (INVALID, Why.BEFORE_FORM),
    "run out": (EXPIRED, Why.EXPIRED),
}

AGES = {"child": date(2016, 5, 1), "unknown": None, "adult": date(2008, 10, 1)}
DISPUTES = ("none", "challenged", "questioned", "upheld", "closed", "withdrawn", "other says no")


class Case(NamedTuple):
    answer: Answer
    signer: str
    now: str
    check: str
    dated: str
    age: str
    dispute: str


def cases() -> Iterator[Case]:
    for one in product(Answer, SIGNERS, NOW, CHECKS, DATES, AGES, DISPUTES):
        case = Case(*one)
        if (
            case.now == "as then"
            or (case.signer, case.now) == ("own", "gone")
            or case.signer == "mother"
        ):
            yield case


def rows_of(case: Case) -> Iterator[Entry]:
    told = CHECKS[case.check] | DATES[case.dated]
    yield an_answer(answer=case.answer, signer=SIGNERS[case.signer], **told)
    if case.dispute in {"challenged", "upheld"}:
        yield a_row(Act.CHALLENGED, about="a", reason="bounced_mail")
    if case.dispute == "questioned":
        yield a_row(Act.CHALLENGED, about="a", reason="parental_responsibility_questioned")
    if case.dispute in {"upheld", "closed"}:
        said = Answer.YES if case.dispute == "upheld" else Answer.NO
        yield a_row(Act.SETTLED, about="a", outcome=Outcome.HEAD, answer=said)
    if case.dispute == "withdrawn":
        yield a_row(Act.WITHDRAWN, about="a")
    if case.dispute == "other says no":
        yield an_answer("b", answer=Answer.NO, signer=FATHER)


def wrong(case: Case) -> set[tuple[State, Why]]:
    """Everything that keeps a Yes from being a verified consent."""
    alone = case.age == "adult"
    found = {MISDATED[case.dated]}
    if case.signer != "own" or case.check != "by the signer":  # j.marsh is the mother
        found.add(UNCHECKED[case.check])
    if case.signer == "own":
        # Eighteen since 1 October 2026; who was not when signing was too young to.
        signed_as_child = case.dated in {"undated", "before the form"}
        found.add(None if alone and not signed_as_child else (INVALID, Why.TOO_YOUNG))
    else:
        found |= {WRONG_SIGNER[case.signer], (EXPIRED, Why.OF_AGE) if alone else None}
    if case.signer == "mother":
        found.add(CHANGED[case.now])
    found = {one for one in found if one}
    months_over = case.dated == "before the form"  # signed more than 24 months ago
    return found | ({(EXPIRED, Why.EXPIRED)} if months_over else set())  # type: ignore[arg-type]


def expected(case: Case) -> State:
    alone, own = case.age == "adult", case.signer == "own"
    counts = own if alone else case.signer in MAY_REFUSE
    lapsed = EXPIRED if alone and not own else INVALID
    states = {state for state, _ in wrong(case)}
    yes = case.answer is Answer.YES and case.check != "hint"
    stands_yes = yes and states <= {CONTESTED}
    if case.dispute == "closed":
        return State.REFUSED
    if case.dispute == "withdrawn" and (counts or (stands_yes and not alone)):
        return State.WITHDRAWN
    if case.dispute == "other says no" and not alone:
        # Two who may decide differ; one who may decide no more is not one of two.
        return CONTESTED if yes and not states else State.REFUSED
    if case.check == "hint":
        return PENDING
    if case.dispute == "withdrawn":
        return lapsed
    if case.answer is Answer.NO:
        return State.REFUSED if counts else lapsed
    if case.answer is not Answer.YES:
        return lapsed if alone and case.dispute == "other says no" else INVALID
    if not states:
        return CONTESTED if case.dispute in {"challenged", "questioned"} else State.VERIFIED
    return next(one for one in WORST_FIRST if one in states)


def test_every_combination_is_what_the_documents_say():
    seen = set()
    for case in cases():
        consent = stands(*rows_of(case), born=AGES[case.age], contacts=NOW[case.now])
        assert consent.state is expected(case), (case, consent)
        assert consent.live == (expected(case) is State.VERIFIED)
        assert consent.services == (frozenset(CLOUD.services) if consent.live else frozenset())
        assert bool(consent.sentence) != consent.live
        seen.add(consent.state)
    assert seen == set(State) - {State.MISSING, State.SUPERSEDED}


def test_every_reason_is_told_and_no_other():
    for case in cases():
        if case.answer is Answer.YES and case.dispute == "none" and case.check != "hint":
            consent = stands(*rows_of(case), born=AGES[case.age], contacts=NOW[case.now])
            assert set(consent.why) == {why for _, why in wrong(case)}, case
