"""What a pupil's rows mean on a day: a pure function of rows, roster, editions and pack.

Every row given counts as known: whoever looks back at a day gives the rows added by then. States
are decided in the order of `_standing`, which docs/consent.md prints as a table.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from msgspec.structs import replace

from policies.asking import may_answer
from policies.consent_editions import Circumstances, coverage, last_day
from policies.consent_flaws import Case, case_of, doubt_of
from policies.consent_quick import MISSING, NO_ANSWER, Plain
from policies.consent_records import (
    Act,
    Ask,
    Batch,
    Consent,
    ConsentRules,
    Consents,
    Countersign,
    Entry,
    Form,
    FormVersion,
    State,
    Why,
)
from policies.consent_sentences import by_weight, sentence_of, state_of
from policies.consent_words import Said, Word, owns
from policies.people import Contact, Kind, Person, PersonKey, Roster


def consents_of_school(
    roster: Roster,
    register: Mapping[PersonKey, tuple[Entry, ...]],
    forms: Mapping[str, FormVersion],
    batches: Mapping[str, Batch],
    rules: ConsentRules,
    day: date,
) -> dict[PersonKey, Consents]:
    """What stands on `day` for every pupil of the roster."""
    contacts: defaultdict[PersonKey, list[Contact]] = defaultdict(list)
    for contact in roster.contacts:
        contacts[contact.pupil].append(contact)
    if rules.countersign is Countersign.SAMPLE:
        batches = checked_batches(register, batches)
    plain = Plain(Circumstances(forms, batches, rules, day))
    found = {}
    for person in roster.people:
        if person.kind is Kind.PUPIL:
            key = person.key
            entries, adults = register.get(key, ()), contacts.get(key, ())
            found[key] = plain.consents(person, entries, adults) or consents_of(
                person, entries, adults, forms, batches, rules, day
            )
    return found


def consents_of(
    pupil: Person,
    entries: tuple[Entry, ...],
    contacts: Iterable[Contact],
    forms: Mapping[str, FormVersion],
    batches: Mapping[str, Batch],
    rules: ConsentRules,
    day: date,
) -> Consents:
    """What stands on `day` for one pupil; the batches are those of `checked_batches`."""
    if not entries:
        return Consents(MISSING, MISSING)
    case = case_of(pupil, entries, contacts, Circumstances(forms, batches, rules, day))
    return Consents(_standing(Form.CLOUD, entries, case), _standing(Form.ICT, entries, case))


def checked_batches(
    register: Mapping[PersonKey, tuple[Entry, ...]], batches: Mapping[str, Batch]
) -> dict[str, Batch]:
    """The batches, each with whether its sample has passed.

    It has when the batch is closed, a second person has countersigned every row of the sample (one
    at least), and no row of the batch is rejected: one that is makes all of them be countersigned.
    """
    drawn = {one for batch in batches.values() for one in batch.sample or ()}
    if not drawn:
        return dict(batches)
    good: set[str] = set()
    spoilt: set[str] = set()
    for pupil, entries in register.items():
        rows = {entry.id: entry for entry in entries if entry.batch}
        for entry in entries:
            behind = rows.get(entry.about)
            if behind is None:
                continue
            if entry.act is Act.REJECTED:
                if entry.by != behind.by:  # who typed it again found no fault of the pile
                    spoilt.add(behind.batch)
            elif entry.act is Act.COUNTERSIGNED and not doubt_of(behind, entry.by, str(pupil)):
                good.add(behind.id)
    return {
        name: replace(
            batch,
            passed=batch.closed_at is not None
            and bool(batch.sample)
            and good.issuperset(batch.sample or ())
            and name not in spoilt,
        )
        for name, batch in batches.items()
    }


def _standing(form: Form, entries: Iterable[Entry], case: Case) -> Consent:
    """The state of one form, decided in this order.

    The head's No; parents who disagree; a No or a withdrawal; a good Yes, of everyone where the
    pack asks all; a Yes in doubt; what is wrong with the other answers; asked, or not.
    """
    said = Said(form, case)
    said.hear(entries)
    if case.alone:  # a parent's word has lapsed, whatever it was
        for signer, word in list(said.words.items()):
            if not owns(word):
                del said.words[signer]
                said.remarks.append(replace(word, reasons=(Why.OF_AGE,)))
    head = said.settlement
    words = list(said.words.values())
    flawed = list(said.flawed.values())
    if head and not head.yes:
        words = [word for word in words if not word.yes or _newer(word, head)]
        flawed = [word for word in flawed if _newer(word, head)]
        if not flawed and not any(_newer(word, head) for word in words):
            return _closed((Why.SETTLED_NO,), head)
    yes, no, unclear = _sorted(words, said)
    if head and head.yes:
        yes = [_upheld(word, head) for word in yes]
        if yes:
            no = [word for word in no if _newer(word, head)]
    return _decided(yes, no, [*unclear, *flawed], said, case)


def _decided(
    yes: list[Word], no: list[Word], others: list[Word], said: Said, case: Case
) -> Consent:
    waiting = {word.signer for word in others}
    good = [word for word in yes if not word.reasons]
    if no and (good or any(Why.CHALLENGED in word.reasons for word in yes)):
        doubts = (why for word in yes for why in word.reasons)
        return _closed((Why.PARENTS_DISAGREE, *doubts), max(no, key=_place))
    heard = [word for word in no if word.signer not in waiting]
    if heard:
        return _closed(max(heard, key=_place).reasons, max(heard, key=_place))
    if good:
        return _given(good, case)
    if yes:
        return _closed(tuple(why for word in yes for why in word.reasons), max(yes, key=_place))
    rest = [*others, *said.remarks]
    if rest:
        first = max(others or rest, key=_promising)
        return _closed(first.reasons, first, rest)
    return NO_ANSWER if said.asked else MISSING


def _sorted(words: list[Word], said: Said) -> tuple[list[Word], list[Word], list[Word]]:
    """The words that say Yes, with what was challenged since; those that say No; unclear ones."""
    settled = said.settlement.place if said.settlement else -1
    open_ = [one for one in said.challenges if one.place > settled]
    yes, no, unclear = [], [], []
    for word in words:
        if word.yes:
            challenged = any(one.touches(word) for one in open_)
            reasons = (Why.CHALLENGED, *word.reasons) if challenged else word.reasons
            yes.append(replace(word, reasons=reasons))
        elif word.reasons[0] in {Why.REFUSED, Why.WITHDRAWN}:
            no.append(word)
        else:
            unclear.append(word)
    return yes, no, unclear


def _upheld(word: Word, head: Word) -> Word:
    """A Yes as the head's Yes leaves it: what the head knew of the signer is no doubt any more.

    The settlement holds what the roster said of the signer that day; what it says since is new.
    """
    known = head.entry.signer
    if known is None or known.contact_id != word.signer or not word.reasons:
        return word
    settled = set()
    if known.responsible is not True:
        settled.add(Why.RESPONSIBILITY_CHANGED)
    if known.court_order:
        settled.add(Why.COURT_ORDER_SINCE)
    return replace(word, reasons=tuple(why for why in word.reasons if why not in settled))


def _newer(word: Word, head: Word) -> bool:
    """Whether something was said after the head decided; a Yes also signed no earlier."""
    said_since = word.entry.signed_on is None or word.said_on >= head.said_on
    return word.place > head.place and (said_since or not word.yes)


def _given(good: list[Word], case: Case) -> Consent:
    """A good Yes; where the pack asks all, that of everyone who is asked today."""
    here = case.circumstances
    if here.rules.ask is Ask.ALL and not case.alone:
        asked = {one.contact_id for one in case.adults.values() if may_answer(one)}
        if not asked.issubset(word.signer for word in good):
            return _closed((Why.OTHER_PARENT_PENDING,), max(good, key=_place))
    coverages = [coverage(word.entry, here) for word in good]
    united = frozenset.intersection if here.rules.ask is Ask.ALL else frozenset.union
    services = united(*(services for services, _ in coverages))
    newest = frozenset[str]().union(*(wanted for _, wanted in coverages))
    ends = [_until(word, case) for word in good]
    why = (Why.SUPERSEDED,) if newest - services else ()
    return Consent(
        state=State.VERIFIED,
        services=services,
        why=why,
        sentence=sentence_of(why, State.VERIFIED),
        entry=max(good, key=_place).entry.id,
        until=min(ends) if here.rules.ask is Ask.ALL else max(ends),
    )


def _until(word: Word, case: Case) -> date:
    end = last_day(word.said_on, word.entry.valid_until, case.circumstances.rules)
    if case.alone_from is None or owns(word):
        return end
    return min(end, case.alone_from - timedelta(days=1))


def _closed(reasons: tuple[Why, ...], word: Word, rest: Iterable[Word] = ()) -> Consent:
    """No consent, for these reasons; those of the rest are told after them."""
    more = (why for one in rest for why in one.reasons)
    why = by_weight(reasons)
    why = (*why, *(one for one in by_weight(tuple(more)) if one not in why))
    state = state_of(why)
    return Consent(state=state, why=why, sentence=sentence_of(why, state), entry=word.entry.id)


def _place(word: Word) -> int:
    return word.place


def _promising(word: Word) -> tuple[bool, int]:
    """What the school can still make good goes before what it cannot; then the latest."""
    return state_of(word.reasons) is State.PENDING, word.place
