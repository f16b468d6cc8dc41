"""What a parent's link lets its holder do: be asked about the child, answer, and take it back.

Before the question about the child is answered nothing of anyone is shown, and a link that is dead,
used, over or was never made gives the same answer: nobody learns whether a pupil exists (law B8).
What one parent said is never shown to another (A8.8).
"""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from graphsync.bench import Bench
from graphsync.consent_desk import new_row
from graphsync.consent_links import ANSWER, CHANGE, current_form, digest, new_link, point_of
from graphsync.consent_school import ConsentSchool, as_signer
from graphsync.intake import latest_roster
from graphsync.provision_desk import open_for
from graphsync.roster_memory import RosterMemory
from graphsync.sealing import SealProblem
from graphsync.store.consent_links import ConsentLink
from graphsync.trouble import Refusal
from policies.asking import is_here, may_answer
from policies.consent_forms import filled
from policies.consent_records import (
    Act,
    Answer,
    Channel,
    Entry,
    Form,
    FormVersion,
    Method,
)
from policies.naming import folded
from policies.people import Contact, Person, PersonKey
from policies.rules import Rules

MISSES = 5  # wrong answers about the child before a link dies
PROOF_MINUTES = 15  # how long an answer about the child opens the page (law B8)
_METHOD = {"mail": Method.KNOWN_MAILBOX, "letter": Method.LETTER}


class DeadLink(Exception):
    """The link cannot be used; the reason is never told."""


class NotTheChild(Exception):
    """What was said about the child does not fit."""


class Misfilled(Exception):
    """What is missing in an answer, in words for a parent."""


class Child(Struct, frozen=True, kw_only=True):
    """A pupil as the parent sees them.

    `last` is what this contact said last, `active` whether a consent stands for the pupil now.
    """

    number: int
    name: str
    last: Answer | None
    active: bool

    def __repr__(self) -> str:
        return f"Child({self.number})"


class Opened(Struct, frozen=True, kw_only=True):
    """What stands behind a link whose holder knows the child."""

    use: str
    school: str
    contact_point: str
    form: FormVersion
    children: tuple[Child, ...]
    proof: str


class Receipt(Struct, frozen=True, kw_only=True):
    """What a parent keeps: each child's name and answer, when, and the link that takes it back."""

    school: str
    contact_point: str
    form: FormVersion
    answers: tuple[tuple[str, Answer], ...]
    signed_by: str
    at: datetime
    token: str
    mail: str

    def __repr__(self) -> str:
        return f"Receipt({self.school})"


class Schools:
    """The schools as parents meet them; a roster is decoded once, not at every request."""

    def __init__(self, bench: Bench) -> None:
        self.bench = dataclasses.replace(bench, rosters=bench.rosters or RosterMemory())

    def at(self, school: str) -> ConsentSchool:
        """A school at this moment; raises Refusal and PackRefused."""
        roster = latest_roster(self.bench, school)
        if roster is None:
            raise Refusal(f"{school} has no accepted roster yet")
        return ConsentSchool(self.bench, school, roster)


class _Behind(Struct, frozen=True):
    """A living link with the roster's word on everyone it is about, today."""

    link: ConsentLink
    at: ConsentSchool
    form: FormVersion
    contacts: Mapping[PersonKey, Contact]
    children: tuple[Person, ...]

    @property
    def contact(self) -> Contact:
        """The contact's row, of any of the children."""
        return self.contacts[self.children[0].key]

    @property
    def rules(self) -> Rules:
        """The school's."""
        return self.at.rules


class _Proof(Struct, frozen=True):
    """That somebody with this link knew the child, sealed."""

    token: str
    at: datetime


def look(schools: Schools, token: str) -> None:
    """Whether the link lives; raises DeadLink."""
    _behind(schools, token)


def knock(schools: Schools, token: str, forename: str, born: date | None, form: str) -> Opened:
    """Open the link for somebody who knows one of the children; raises DeadLink or NotTheChild.

    The forename is compared without case and accents. The second fact is the birth date where the
    roster holds one, else the form group. The fifth wrong answer ends the link.
    """
    behind = _behind(schools, token)
    if not any(_knows(child, forename, born, form) for child in behind.children):
        schools.bench.store.consent_links.miss(behind.link.token_sha256, MISSES)
        raise NotTheChild
    return _opened(schools, token, behind)


def reopened(schools: Schools, token: str, proof: str) -> Opened:
    """The same page again for whoever holds the proof; raises DeadLink when it is over or false."""
    _check(schools.bench, token, proof)
    return _opened(schools, token, _behind(schools, token))


def answer(
    schools: Schools,
    token: str,
    proof: str,
    answers: Sequence[Answer | None],
    *,
    signed_by: str,
    responsible: bool,
) -> Receipt:
    """Record what a parent said about each child, in the order of `Opened.children`.

    Raises DeadLink, or Misfilled when an answer, the signature or the tick is missing: then nothing
    is recorded and the link may be used again.
    """
    _check(schools.bench, token, proof)
    behind = _behind(schools, token)
    if len(answers) != len(behind.children):
        raise DeadLink
    _check_filled(behind, answers, signed_by, responsible=responsible)
    bench = schools.bench
    now = bench.now()
    said_now = {
        child: said
        for child, said in zip(behind.children, answers, strict=True)
        if said is not None and (behind.link.use == ANSWER or said is not _said_last(behind, child))
    }
    rows = [(child, _answered(behind, child, said, signed_by)) for child, said in said_now.items()]
    keys = [child.key for child in behind.children]
    until = now + timedelta(days=31 * behind.rules.consent.valid_months)
    later, link = new_link(
        bench,
        behind.link.school,
        behind.link.contact,
        keys,
        use=CHANGE,
        way=behind.link.way,
        until=until,
    )
    with bench.store.transaction():
        if not bench.store.consent_links.use(behind.link.token_sha256, now):
            raise DeadLink
        bench.store.consent_links.end(_others(bench, behind), "another link was answered")
        bench.store.consent_links.add([link])
        bench.store.consents.add((child.key, row) for child, row in rows)
        for child, row in rows:
            if row.answer is Answer.NO:
                open_for(behind.at, child)
    names = (child.given_name for child in behind.children)
    return Receipt(
        school=behind.rules.name,
        contact_point=point_of(behind.rules),
        form=behind.form,
        answers=tuple(zip(names, [one for one in answers if one], strict=True)),
        signed_by=" ".join(signed_by.split()),
        at=now,
        token=later,
        mail=behind.contact.mail if behind.link.way == "mail" else "",
    )


def _behind(schools: Schools, token: str) -> _Behind:
    """Everything a link stands for, as the roster has it today; raises DeadLink."""
    bench = schools.bench
    link = bench.store.consent_links.of(digest(token))
    if link is None or link.used_at or link.ended or link.expires_at <= bench.now():
        raise DeadLink
    try:
        at = schools.at(link.school)
        form = current_form(at.editions, link.school, at.day)
    except Refusal:
        raise DeadLink from None
    wanted = {PersonKey(link.school, one) for one in link.pupils}
    contacts = {
        one.pupil: one
        for one in at.roster.contacts
        if one.pupil in wanted and one.contact_id == link.contact and may_answer(one)
    }
    people = (one for one in at.roster.people if one.key in contacts)
    children = tuple(one for one in people if is_here(one, at.day))
    if not children:
        raise DeadLink
    return _Behind(link, at, filled(form, at.rules.name), contacts, children)


def _opened(schools: Schools, token: str, behind: _Behind) -> Opened:
    bench = schools.bench
    rows = [bench.store.consents.of(child.key) for child in behind.children]
    children = tuple(
        Child(
            number=number,
            name=child.given_name,
            last=_last(rows[number], behind.link.contact),
            active=behind.at.standing(child, rows[number]).cloud.live,
        )
        for number, child in enumerate(behind.children)
    )
    return Opened(
        use=behind.link.use,
        school=behind.rules.name,
        contact_point=point_of(behind.rules),
        form=behind.form,
        children=children,
        proof=_seal(bench, token),
    )


def _said_last(behind: _Behind, child: Person) -> Answer | None:
    rows = behind.at.bench.store.consents.of(child.key)
    return _last(rows, behind.link.contact)


def _last(rows: Sequence[Entry], contact: str) -> Answer | None:
    """What this contact said last of the cloud form, and nobody else."""
    said: Answer | None = None
    for row in rows:
        own = row.signer is not None and row.signer.contact_id == contact
        if own and row.form is Form.CLOUD and row.act is Act.ANSWERED:
            said = row.answer
        elif own and row.form is Form.CLOUD and row.act is Act.WITHDRAWN:
            said = Answer.NO
    return said


def _knows(child: Person, forename: str, born: date | None, form: str) -> bool:
    names = {folded(child.given_name), folded(child.legal_given_name)} - {""}
    if folded(forename) not in names:
        return False
    if child.born is not None:
        return born == child.born
    return bool(child.form) and folded(form) == folded(child.form or "")


def _check_filled(
    behind: _Behind, answers: Sequence[Answer | None], signed_by: str, *, responsible: bool
) -> None:
    if any(one is None for one in answers):
        raise Misfilled("Choose Yes or No for each child.")
    if behind.link.use == CHANGE and Answer.YES not in answers:
        return  # as easily taken back as given: no signature, no tick (UK GDPR Article 7(3))
    if not responsible:
        raise Misfilled("Tick that you have parental responsibility, or ask the school office.")
    surname = folded(behind.contact.surname)
    if not surname or surname not in folded(signed_by):
        raise Misfilled(
            "Write your full name as the school holds it. If it has changed, ask the school office."
        )


def _answered(behind: _Behind, child: Person, said: Answer, signed_by: str) -> Entry:
    bench, signer = behind.at.bench, as_signer(behind.contacts[child.key])
    name = " ".join(signed_by.split()) or signer.name
    withdrawn = behind.link.use == CHANGE and said is Answer.NO
    return Entry(
        id=new_row(bench),
        act=Act.WITHDRAWN if withdrawn else Act.ANSWERED,
        at=bench.now(),
        by="parent",
        form=Form.CLOUD,
        version=behind.form.id,
        words_sha256=behind.form.sha256,
        answer=said,
        services=behind.form.services,
        signer=replace(signer, name=name),
        signed_on=behind.at.day,
        channel=Channel.LINK,
        method=_METHOD[behind.link.way],
        basis=behind.rules.consent.basis,
    )


def _others(bench: Bench, behind: _Behind) -> list[str]:
    """This contact's other open links about these children: they have been answered."""
    return [
        one.token_sha256
        for one in bench.store.consent_links.of_school(behind.link.school)
        if one.contact == behind.link.contact
        and one.used_at is None
        and set(one.pupils) & set(behind.link.pupils)
    ]


def _seal(bench: Bench, token: str) -> str:
    if bench.sealer is None:
        raise Refusal("GRAPHSYNC_SEAL_KEY is missing: the parents' page needs it")
    return bench.sealer.seal(
        msgspec.json.encode(_Proof(digest(token), bench.now())).decode()
    ).decode()


def _check(bench: Bench, token: str, proof: str) -> None:
    """Raises DeadLink for a proof of another link, a changed one, or one that is too old."""
    if bench.sealer is None:
        raise DeadLink
    try:
        told = msgspec.json.decode(bench.sealer.open(proof.encode()), type=_Proof)
    except (SealProblem, msgspec.DecodeError, ValueError):
        raise DeadLink from None
    if told.token != digest(token) or bench.now() - told.at > timedelta(minutes=PROOF_MINUTES):
        raise DeadLink
