"""The clauses of the trust's two forms, each by its example in the register."""

from datetime import date

import pytest
from consent_rows import (
    CLOUD,
    FATHER,
    FORMS,
    KS1,
    MOTHER,
    OWN,
    RULES,
    a_contact,
    an_answer,
    stands,
)
from msgspec.structs import replace

from policies.consent_records import Answer, Evidence, Form, Method, Signer, State, Why
from policies.licensing import gate_of, plans_off
from policies.people import Kind, PersonKey


def test_snmat_f1_1_a_form_without_date_or_signature_is_invalid():
    form = an_answer(form=Form.ICT, version="ict-ks2", answer=None, pupil_signed=True)
    assert stands(form, form=Form.ICT).live
    for blank, why in (({"signed_on": None}, Why.UNDATED), ({"signed": False}, Why.UNSIGNED)):
        found = stands(replace(form, **blank), form=Form.ICT)
        assert (found.state, found.why) == (State.INVALID, (why,))
    assert "not dated" in stands(replace(form, signed_on=None), form=Form.ICT).sentence


def test_snmat_f1_2_the_half_fits_the_year_and_waits_for_the_pupils_signature():
    form = an_answer(form=Form.ICT, version="ict-ks1", answer=None)
    discussed = replace(form, discussed_by="T. Reed", discussed_on=date(2026, 9, 14))
    assert stands(discussed, year="3", form=Form.ICT).state is State.INVALID
    assert stands(discussed, year="2", form=Form.ICT).live
    assert stands(form, year="2", form=Form.ICT).state is State.PENDING
    second = replace(form, version="ict-ks2")
    assert stands(second, year="3", form=Form.ICT).state is State.PENDING
    assert stands(replace(second, pupil_signed=True), year="3", form=Form.ICT).live
    assert KS1.services == ()


@pytest.mark.parametrize("answer", [Answer.BOTH, Answer.NEITHER, None])
def test_snmat_f2_2_an_unclear_answer_is_invalid(answer: Answer | None):
    found = stands(an_answer(answer=answer))
    assert found.state is State.INVALID
    assert "ticked" in found.sentence


def test_snmat_f2_3_a_contact_without_responsibility_does_not_consent():
    signer = replace(MOTHER, responsible=False)
    found = stands(an_answer(signer=signer), contacts=(a_contact(signer),))
    assert (found.state, found.why) == (State.INVALID, (Why.NO_RESPONSIBILITY,))
    stranger = Signer(name="J. Marsh")
    assert stands(an_answer(signer=stranger)).why == (Why.UNKNOWN_SIGNER,)
    row = an_answer(evidence=Evidence("e" * 64, "cabinet 2"))
    assert (row.method, row.verified_by, row.evidence) == (
        *(Method.PAPER_SEEN, "deputy"),
        Evidence("e" * 64, "cabinet 2"),
    )
    assert stands(row).live
    assert stands(replace(row, verified_by=row.by)).why == (Why.VERIFIER_IS_ENTERER,)


def test_snmat_f2_4_a_plan_outside_the_list_is_off_and_a_new_service_needs_a_new_consent():
    newer = replace(CLOUD, id="cloud-2026", published=date(2026, 9, 1))
    newer = replace(newer, services=("mail", "calendar", "teams"))
    rules = replace(RULES, services=frozenset(newer.services))
    found = stands(an_answer(), forms=FORMS | {"cloud-2026": newer}, rules=rules)
    assert found.services == {"mail", "teams"}
    plans = ("EXCHANGE_S_STANDARD", "TEAMS1", "YAMMER_EDU", "AAD_BASIC_EDU")
    off = plans_off(plans, found.services, {})
    assert off == {"EXCHANGE_S_STANDARD", "YAMMER_EDU"}  # mail cannot be had without calendar
    again = stands(
        an_answer(version="cloud-2026"), forms=FORMS | {"cloud-2026": newer}, rules=rules
    )
    assert plans_off(plans, again.services, {}) == {"YAMMER_EDU"}


def test_snmat_f2_8_only_a_verified_consent_licenses_and_changes_are_seen_overnight():
    yes, gate = an_answer(), lambda consent: gate_of(Kind.PUPIL, consent, enforced=True)
    assert gate(stands(yes, contacts=(a_contact(MOTHER),))).open
    flipped = (a_contact(MOTHER, parental_responsibility=False), a_contact(FATHER))
    contested = stands(yes, contacts=flipped)
    assert contested.state is State.CONTESTED
    eighteen = stands(yes, born=date(2008, 11, 26))
    assert eighteen.state is State.EXPIRED
    renewed = replace(CLOUD, id="cloud-2026", published=date(2026, 9, 1), renew=True)
    superseded = stands(yes, forms=FORMS | {"cloud-2026": renewed})
    assert superseded.state is State.SUPERSEDED
    waiting, refused = stands(replace(yes, verified_by="")), stands(replace(yes, answer=Answer.NO))
    for closed in (contested, eighteen, superseded, waiting, refused, stands()):
        assert not gate(closed).open
    assert stands(replace(yes, signer=OWN), born=date(2008, 9, 1)).live
    assert PersonKey("elm", "1") != PersonKey("oak", "1")  # rows stay with the school
