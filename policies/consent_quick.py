"""The plain case, decided quickly: one good Yes of a parent to a form, checked, and nothing since.

Nearly every pupil is such a case, every night. The answer is that of `policies.consent`, or None
where a look at all the rules is needed; a law of the tests holds the two together.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from policies.ages import decides_from
from policies.consent_editions import (
    Circumstances,
    coverage,
    edition_of,
    last_day,
    newer_editions,
)
from policies.consent_records import (
    BY_HAND,
    Act,
    Answer,
    Ask,
    Channel,
    Consent,
    Consents,
    Countersign,
    Entry,
    Form,
    FormVersion,
    Method,
    State,
    Variant,
    Why,
)
from policies.consent_sentences import sentence_of
from policies.key_stages import YEARS, key_stage
from policies.people import Contact, Person

MISSING, NO_ANSWER = (
    Consent(state=state, why=(why,), sentence=sentence_of((why,), state))
    for state, why in ((State.MISSING, Why.NOT_ASKED), (State.PENDING, Why.NO_ANSWER))
)
# Members of an enumeration are looked up slowly; these are asked for 20,000 pupils a night.
_ANSWERED, _COUNTERSIGNED = Act.ANSWERED, Act.COUNTERSIGNED
_ASKED, _REMINDED = Act.ASKED, Act.REMINDED
_CLOUD, _ICT, _YES, _VERIFIED = Form.CLOUD, Form.ICT, Answer.YES, State.VERIFIED
_YOUNG = frozenset(year for year in YEARS if key_stage(year) in {"EYFS", "KS1"})
_Wanted = tuple[FormVersion, frozenset[str], tuple[Why, ...], str] | None


class Plain:
    """What is worked out once for a school and a day, and once for each date and edition."""

    def __init__(self, circumstances: Circumstances) -> None:
        self._here = circumstances
        self._editions: dict[tuple[str, str], list[tuple[tuple[str, ...], _Wanted]]] = {}
        self._ends: dict[tuple[date, date | None], date] = {}
        self._births: dict[date | None, date | None] = {None: None}
        self._parts: dict[str, str] = {}
        self._odd: set[str] = set()
        self._pairs: dict[tuple[str, str], bool] = {}

    def consents(
        self, pupil: Person, entries: Iterable[Entry], contacts: Iterable[Contact]
    ) -> Consents | None:
        """What stands for this pupil; None where the case is not plain."""
        if self._here.rules.ask is Ask.ALL:
            return None
        answers: list[Entry] = []
        asked: list[Form] = []
        checked: dict[str, str] = {}
        for entry in entries:
            act = entry.act
            if act is _ANSWERED:
                answers.append(entry)
            elif act is _COUNTERSIGNED:
                checked[entry.about] = entry.by
            elif act is _ASKED or act is _REMINDED:
                asked.append(entry.form)
            else:
                return None
        cloud = NO_ANSWER if _CLOUD in asked else MISSING
        ict = NO_ANSWER if _ICT in asked else MISSING
        for answer in answers:
            given = self._given(pupil, answer, contacts, checked)
            before = cloud if answer.form is _CLOUD else ict
            if given is None or before.entry:
                return None  # not plain, or a second answer
            if answer.form is _CLOUD:
                cloud = given
            else:
                ict = given
        return Consents(cloud, ict)

    def _given(
        self,
        pupil: Person,
        yes: Entry,
        contacts: Iterable[Contact],
        checked: Mapping[str, str],
    ) -> Consent | None:
        day, signed_on, signer = self._here.day, yes.signed_on, yes.signer
        said = yes.answer
        if said is not _YES and (said is not None or yes.form is not Form.ICT):
            return None
        if not yes.signed or signed_on is None or signed_on > day or signed_on > yes.at.date():
            return None
        if signer is None or signer.own or not signer.contact_id:
            return None
        if signer.responsible is not True or signer.court_order:
            return None
        wanted = self._edition(yes)
        if wanted is None or wanted[0].form is not yes.form or signed_on < wanted[0].published:
            return None
        if yes.form is _ICT and not self._fits(yes, wanted[0], pupil):
            return None
        end = self._end(signed_on, yes.valid_until)
        born = pupil.born
        alone_before = self._births[born] if born in self._births else self._birth(born)
        if alone_before is not None and alone_before < end:
            end = alone_before
        if day > end or not _entitled(signer.contact_id, contacts):
            return None
        if not self._made_sure(yes, checked):
            return None
        return Consent(
            state=_VERIFIED,
            services=wanted[1],
            why=wanted[2],
            sentence=wanted[3],
            entry=yes.id,
            until=end,
        )

    def _edition(self, yes: Entry) -> _Wanted:
        """The edition with what a Yes to it covers; None where it is not plain that it counts."""
        # Services that were read anew are compared more quickly than hashed.
        known = self._editions.setdefault((yes.version, yes.words_sha256), [])
        for told, found in known:
            if told == yes.services:
                return found
        here = self._here
        wanted: _Wanted = None
        edition = edition_of(yes, here.forms)
        if edition and not any(one.renew for one in newer_editions(edition, here)):
            services, offered = coverage(yes, here)
            why = (Why.SUPERSEDED,) if offered - services else ()
            if services or yes.form is _ICT:
                wanted = edition, services, why, sentence_of(why, State.VERIFIED)
        known.append((yes.services, wanted))
        return wanted

    def _fits(self, yes: Entry, edition: FormVersion, pupil: Person) -> bool:
        variant = edition.variant
        if yes.variant is not variant and yes.variant is not Variant.NONE:
            return False
        if variant is Variant.KS2:
            return yes.pupil_signed and pupil.year not in _YOUNG
        on, day = yes.discussed_on, self._here.day
        return pupil.year in _YOUNG and bool(yes.discussed_by) and on is not None and on <= day

    def _end(self, signed_on: date, valid_until: date | None) -> date:
        key = signed_on, valid_until
        if key not in self._ends:
            self._ends[key] = last_day(signed_on, valid_until, self._here.rules)
        return self._ends[key]

    def _birth(self, born: date | None) -> date | None:
        alone_from = decides_from(born, self._here.rules.required_below_age)
        self._births[born] = alone_from - timedelta(days=1) if alone_from else None
        return self._births[born]

    def _made_sure(self, yes: Entry, checked: Mapping[str, str]) -> bool:
        method = yes.method
        if method is None or method is Method.HINT:
            return False
        if method is Method.KNOWN_MAILBOX and yes.channel is Channel.LINK:
            return True
        second = checked.get(yes.id, "")
        if not second:
            paper = method in BY_HAND or yes.batch
            if paper and self._here.rules.countersign is not Countersign.NONE:
                batch = self._here.batches.get(yes.batch)
                passed = batch is not None and batch.passed
                if not passed or self._here.rules.countersign is not Countersign.SAMPLE:
                    return False
                name = _surname(yes)
                return self._other(yes.by, name) and self._other(yes.verified_by, name)
            second = yes.verified_by
        return bool(second) and self._another(second, yes.by) and self._other(second, _surname(yes))

    def _another(self, one: str, by: str) -> bool:
        """Whether it is plain that two accounts are not one person's: not even their beginnings."""
        key = one, by
        if key not in self._pairs:
            self._pairs[key] = self._part(one) != self._part(by)
        return self._pairs[key]

    def _other(self, account: str, surname: str) -> bool:
        """Whether it is plain that an account is not of this surname, nor the key of a person."""
        part = self._part(account)
        return bool(surname) and surname not in part and account not in self._odd

    def _part(self, account: str) -> str:
        """The small letters that an account has before its domain."""
        part = self._parts.get(account)
        if part is None:
            bare = account.strip().casefold().partition("@")[0]
            part = "".join(one for one in bare if one.isalpha())
            self._parts[account] = part
            if ":" in account or not account.isascii():
                self._odd.add(account)
        return part


def _entitled(contact_id: str, contacts: Iterable[Contact]) -> bool:
    """Whether the roster takes nothing back of what it said of who signed."""
    told = False
    for contact in contacts:
        if contact.contact_id == contact_id:
            return contact.parental_responsibility is not False and not contact.court_order
        told = True
    return not told


def _surname(yes: Entry) -> str:
    """The last word of the signer's name where it is of plain letters, else empty."""
    name = yes.signer.name if yes.signer else ""
    last = name[name.rfind(" ") + 1 :]
    return last.lower() if last.isascii() and last.isalpha() else ""
