"""What changes a consent that was given: taken back, called in question, settled.

Taking back is as easy as giving: no reason is asked for (UK GDPR Article 7(3)). A dispute is not
the office's to decide: both parents agree, a court has ordered, or the head decides (law A8.6).
"""

from enum import StrEnum

from graphsync.bench import Bench
from graphsync.breach_drafts import Trigger, draft_for
from graphsync.consent_desk import Receipt, keep, new_row, of_form
from graphsync.consent_school import ConsentSchool, as_signer
from graphsync.trouble import Refusal
from policies.consent_records import (
    Act,
    Answer,
    Channel,
    Entry,
    Evidence,
    Form,
    Method,
    Outcome,
    Signer,
    State,
)
from policies.people import PersonKey

ENTERED = frozenset({Act.ANSWERED, Act.WITHDRAWN, Act.CHALLENGED})  # what a dispute is made of
CONSULTED = " (the safeguarding lead was asked)"


class Doubt(StrEnum):
    """Why an answer is called in question.

    Another contact says so; a letter or mail came back; or somebody questions that who signed
    holds parental responsibility, which touches later answers of theirs too (PB-7.5.9).
    """

    CONTACT = "contact"
    BOUNCE = "bounce"
    RESPONSIBILITY = "parental_responsibility_questioned"


def withdraw(
    bench: Bench,
    pupil: PersonKey,
    signer: str = "",
    form: Form = Form.CLOUD,
    channel: Channel = Channel.OFFICE,
    method: Method | None = None,
) -> Receipt:
    """Take an answer back, by a contact (id or name) or, with no signer, by the pupil.

    `method` is how the school made sure who said so, where it is noted. It is in the register at
    once. Raises Refusal where nothing was ever answered.
    """
    at = ConsentSchool(bench, pupil.school)
    person, rows = at.pupil(str(pupil)), bench.store.consents.of(pupil)
    who = at.signer(pupil, signer) if signer.strip() else Signer(own=True)
    answers = _answers(rows, form)
    if not answers:
        raise Refusal(f"{pupil} has no answer to take back: record the answer no instead")
    theirs = [row for row in answers if row.signer and _same(row.signer, who)]
    about = (theirs or answers)[-1]
    return keep(at, person, _row(at, Act.WITHDRAWN, about, channel, signer=who, method=method))


def challenge(
    bench: Bench, pupil: PersonKey, doubt: Doubt, signer: str = "", form: Form = Form.CLOUD
) -> Receipt:
    """Call an answer in question (law A9.16): this contact's, or with none named the newest.

    Raises Refusal where there is none.
    """
    at = ConsentSchool(bench, pupil.school)
    person, answers = at.pupil(str(pupil)), _answers(bench.store.consents.of(pupil), form)
    if signer.strip():
        who = at.signer(pupil, signer)
        answers = [row for row in answers if row.signer and _same(row.signer, who)]
    if not answers:
        raise Refusal(f"{pupil} has no such answer that could be doubted")
    return keep(
        at, person, _row(at, Act.CHALLENGED, answers[-1], Channel.OFFICE, reason=str(doubt))
    )


def settle(
    bench: Bench,
    pupil: PersonKey,
    outcome: Outcome,
    answer: Answer,
    reason: str,
    reference: str = "",
    form: Form = Form.CLOUD,
    *,
    consulted: bool = False,
) -> Receipt:
    """Settle a dispute: yes or no, by whose word, and why; of a court order its reference.

    `consulted` says that the safeguarding lead was asked. Raises Refusal where nothing is in
    dispute, without a reason, for a court order without a reference, for somebody who entered any
    of what is in dispute, and where a court order restricts a contact and the safeguarding lead was
    not asked (law B3).
    """
    at = ConsentSchool(bench, pupil.school)
    person, rows = at.pupil(str(pupil)), bench.store.consents.of(pupil)
    stands = of_form(at.standing(person, rows), form)
    if stands.state is not State.CONTESTED:
        raise Refusal(f"nothing is in dispute for {pupil}: its state is {stands.state}")
    _demand_settled(bench, rows, form, outcome, answer, reason, reference)
    if is_restricted(at, pupil) and not consulted:
        raise Refusal("a court order restricts a contact: ask the safeguarding lead first, say so")
    about = next((row for row in rows if row.id == stands.entry), _answers(rows, form)[-1])
    entry = _row(
        at,
        Act.SETTLED,
        about,
        Channel.OFFICE,
        signer=_as_today(at, pupil, about),
        outcome=outcome,
        answer=answer,
        reason=f"{reason.strip()}{CONSULTED if consulted else ''}",
        evidence=Evidence(place=reference.strip()) if reference.strip() else None,
    )
    with bench.store.transaction():
        if answer is Answer.NO and about.answer is Answer.YES:
            draft_for(bench, pupil.school, Trigger.FALSE_CONSENT, f"consent:{about.id}")
        return keep(at, person, entry)


def is_restricted(at: ConsentSchool, pupil: PersonKey) -> bool:
    """Whether a court order restricts any contact of this pupil."""
    return any(one.court_order for one in at.adults.get(pupil, []))


def _demand_settled(
    bench: Bench,
    rows: tuple[Entry, ...],
    form: Form,
    outcome: Outcome,
    answer: Answer,
    reason: str,
    reference: str,
) -> None:
    entered = (row for row in rows if row.form is form and row.act in ENTERED)
    if any(row.by == bench.requester for row in entered):
        raise Refusal("who entered what is in dispute does not settle it: let somebody else")
    if answer not in {Answer.YES, Answer.NO}:
        raise Refusal("a dispute ends with yes or no")
    if not reason.strip():
        raise Refusal("say why: the reason is missing")
    if outcome is Outcome.COURT_ORDER and not reference.strip():
        raise Refusal("name the court order by its reference; its text is not kept")


def _answers(rows: tuple[Entry, ...], form: Form) -> list[Entry]:
    return [row for row in rows if row.act is Act.ANSWERED and row.form is form]


def _same(one: Signer, other: Signer) -> bool:
    if one.own or other.own:
        return one.own and other.own
    return (one.contact_id or one.name) == (other.contact_id or other.name)


def _as_today(at: ConsentSchool, pupil: PersonKey, about: Entry) -> Signer | None:
    """Who signed, as the roster has them on the day of the settlement: that much was known."""
    contact_id = about.signer.contact_id if about.signer else ""
    mine = at.adults.get(pupil, [])
    return next((as_signer(one) for one in mine if one.contact_id == contact_id), about.signer)


def _row(at: ConsentSchool, act: Act, about: Entry, channel: Channel, **fields: object) -> Entry:
    return Entry(
        id=new_row(at.bench),
        act=act,
        at=at.bench.now(),
        by=at.bench.requester,
        form=about.form,
        version=about.version,
        variant=about.variant,
        channel=channel,
        basis=about.basis,
        about=about.id,
        **fields,  # type: ignore[arg-type]
    )
