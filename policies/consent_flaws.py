"""What is wrong with a Yes on a day: every reason why it is no verified consent.

The rules are those of the two forms (SNMAT-F1.1, F1.2, F2.2 to F2.4, F2.8) and of the ICO on who
may consent, how it is made sure and how long it holds (law A7 to A9).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from policies.ages import decides_from
from policies.consent_editions import (
    Circumstances,
    covered,
    edition_of,
    last_day,
    newer_editions,
)
from policies.consent_records import (
    BY_HAND,
    Act,
    Answer,
    Channel,
    Countersign,
    Entry,
    Form,
    FormVersion,
    Method,
    Variant,
    Why,
)
from policies.consent_signers import may_be_signer, same_person
from policies.key_stages import key_stage
from policies.people import Contact, Person
from policies.school_days import school_day

_VARIANT_OF = {"EYFS": Variant.KS1, "KS1": Variant.KS1}


class Case(Struct, frozen=True):
    """A pupil on a day: today's adults by contact id, and what was said of their rows.

    From `alone_from` on the student answers alone; None: a parent does.
    """

    pupil: Person
    adults: Mapping[str, Contact]
    countersigned: Mapping[str, tuple[str, ...]]
    rejected: frozenset[str]
    alone_from: date | None
    circumstances: Circumstances

    @property
    def alone(self) -> bool:
        """Whether the student alone answers today."""
        return self.alone_from is not None and self.alone_from <= self.circumstances.day


def case_of(
    pupil: Person,
    entries: Iterable[Entry],
    contacts: Iterable[Contact],
    circumstances: Circumstances,
) -> Case:
    """The case of a pupil with these rows."""
    countersigned: dict[str, tuple[str, ...]] = {}
    rejected = set()
    for entry in entries:
        if entry.act is Act.COUNTERSIGNED:
            countersigned[entry.about] = (*countersigned.get(entry.about, ()), entry.by)
        elif entry.act is Act.REJECTED:
            rejected.add(entry.about)
    return Case(
        pupil,
        {contact.contact_id: contact for contact in contacts},
        countersigned,
        frozenset(rejected),
        decides_from(pupil.born, circumstances.rules.required_below_age),
        circumstances,
    )


def flaws(yes: Entry, case: Case) -> tuple[Why, ...]:
    """Every reason why this Yes is no verified consent today; none for one that is."""
    return (
        *_filled_in(yes, case),
        *_words(yes, case),
        *_signed_by(yes, case),
        *_made_sure(yes, case),
        *_since(yes, case),
    )


def _filled_in(yes: Entry, case: Case) -> Iterator[Why]:
    here = case.circumstances
    if not yes.signed:
        yield Why.UNSIGNED
    if yes.signed_on is None:
        yield Why.UNDATED
    elif in_future(yes, yes.signed_on, here.day):
        yield Why.IN_FUTURE
    elif case.circumstances.day > last_day(
        yes.signed_on, yes.valid_until, case.circumstances.rules
    ):
        yield Why.EXPIRED


def in_future(entry: Entry, signed_on: date, day: date) -> bool:
    """Whether a signature is dated after today, or after the day of its entry."""
    return signed_on > day or (signed_on > entry.at.date() and signed_on > school_day(entry.at))


def _words(yes: Entry, case: Case) -> Iterator[Why]:
    edition = edition_of(yes, case.circumstances.forms)
    if edition is None:
        yield Why.UNKNOWN_FORM
        return
    if yes.signed_on is not None and yes.signed_on < edition.published:
        yield Why.BEFORE_FORM
    newer = newer_editions(edition, case.circumstances)
    if any(one.renew for one in newer):
        yield Why.SUPERSEDED
    if yes.form is Form.CLOUD:
        if not covered(yes, edition, case.circumstances.rules):
            yield Why.SUPERSEDED
    else:
        yield from _variant(yes, edition, case)


def _variant(yes: Entry, edition: FormVersion, case: Case) -> Iterator[Why]:
    """The half for key stage 1 and below, or for the others; a year nobody knows fits both."""
    stage = key_stage(case.pupil.year) if case.pupil.year else None
    unlike = yes.variant not in {Variant.NONE, edition.variant}
    if unlike or (stage and edition.variant is not _VARIANT_OF.get(stage, Variant.KS2)):
        yield Why.WRONG_VARIANT
    own = yes.signer is not None and yes.signer.own
    if edition.variant is Variant.KS2 and not (yes.pupil_signed or own):
        yield Why.PUPIL_NOT_SIGNED
    if edition.variant is Variant.KS1 and not _discussed(yes, case.circumstances.day):
        yield Why.NOT_DISCUSSED


def _discussed(yes: Entry, day: date) -> bool:
    return bool(yes.discussed_by) and yes.discussed_on is not None and yes.discussed_on <= day


def _signed_by(yes: Entry, case: Case) -> Iterator[Why]:
    signer = yes.signer
    if signer is not None and signer.own:
        if case.alone_from is None or (yes.signed_on or date.min) < case.alone_from:
            yield Why.TOO_YOUNG
        return
    if case.alone:
        yield Why.OF_AGE
    if signer is None or not signer.contact_id:
        yield Why.UNKNOWN_SIGNER
        return
    if signer.responsible is not True:
        yield Why.NO_RESPONSIBILITY
    if signer.court_order:
        yield Why.COURT_ORDER


def _made_sure(yes: Entry, case: Case) -> Iterator[Why]:
    """How it was made sure who signed (SNMAT-F2.3; law A9.8).

    A parent's link is sent to the address in the roster and asks a fact about the child: it needs
    nobody. A hint never suffices. Everything else needs a second person, neither who entered the
    row nor who signed: named in it, or by a row of their own. Paper needs that row, as far as the
    pack's `countersign` says.
    """
    if yes.method is None or yes.method is Method.HINT:
        yield Why.NOT_VERIFIED
        return
    if yes.method is Method.KNOWN_MAILBOX and yes.channel is Channel.LINK:
        return
    pupil = str(case.pupil.key)
    doubts = [doubt_of(yes, by, pupil) for by in case.countersigned.get(yes.id, ())]
    if None in doubts:
        return
    if yes.method in BY_HAND or yes.batch:
        needed = case.circumstances.rules.countersign
        batch = case.circumstances.batches.get(yes.batch)
        if needed is Countersign.SAMPLE and batch and batch.passed:
            if any(may_be_signer(by, yes.signer, pupil) for by in (yes.by, yes.verified_by)):
                yield Why.VERIFIER_IS_SIGNER
            return
        if needed is not Countersign.NONE:
            yield Why.NOT_COUNTERSIGNED
            yield from filter(None, doubts)
            return
    doubt = doubt_of(yes, yes.verified_by, pupil) if yes.verified_by else None
    if doubt or not yes.verified_by:
        yield doubt or Why.NOT_VERIFIED


def doubt_of(entry: Entry, by: str, pupil: str) -> Why | None:
    """Why this account or key is no second person for a row of this pupil; None for one who is."""
    if may_be_signer(by, entry.signer, pupil):
        return Why.VERIFIER_IS_SIGNER
    if same_person(by, entry.by) or not by.strip():
        return Why.VERIFIER_IS_ENTERER
    return None


def _since(yes: Entry, case: Case) -> Iterator[Why]:
    """What the roster says today of who signed (SNMAT-F2.8).

    Where it tells of no contact at all, what it said that day stands.
    """
    signer = yes.signer
    if signer is None or signer.own or not case.adults or signer.responsible is not True:
        return
    now = case.adults.get(signer.contact_id)
    if now is None or now.parental_responsibility is False:
        yield Why.RESPONSIBILITY_CHANGED
    if now is not None and now.court_order and not signer.court_order:
        yield Why.COURT_ORDER_SINCE


def says(entry: Entry) -> Answer:
    """What an answer says: on the ICT form, which has no boxes, a signature is a Yes (F1.1)."""
    if entry.answer is None:
        return Answer.YES if entry.form is Form.ICT else Answer.NEITHER
    return entry.answer
