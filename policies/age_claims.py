"""What the tenant is told of a pupil's age and of a parent's consent (law A10).

The age group and one word go to Entra, the birth date never (A16.2). Where the birth date or the
answer is not known, nothing is told.
"""

from collections.abc import Callable
from datetime import date
from enum import StrEnum

from msgspec import Struct

from policies.ages import ADULT, ALONE, AgeGroup, age_group
from policies.consent_records import Consent, State
from policies.people import Kind, Person


class ConsentWord(StrEnum):
    """Microsoft Graph's `consentProvidedForMinor`; `NotRequired` is never said of a UK pupil."""

    GRANTED = "Granted"
    DENIED = "Denied"
    NOT_REQUIRED = "NotRequired"


class Told(Struct, frozen=True, gc=False, cache_hash=True):
    """What the tenant should say of a pupil; None where nothing is known that it could say."""

    age_group: AgeGroup | None = None
    consent: ConsentWord | None = None


NOTHING = Told()
_WORDS = {
    State.VERIFIED: ConsentWord.GRANTED,
    State.REFUSED: ConsentWord.DENIED,
    State.WITHDRAWN: ConsentWord.DENIED,
}
# Graph takes these two with Minor alone (seen in the field); they say nothing of who is older.
FOR_MINORS = frozenset({ConsentWord.GRANTED.casefold(), ConsentWord.DENIED.casefold()})
_UNDEFINED = "undefined"  # a consent without an age group
# What Graph makes of the two (resource `user`). A minor's of whom none or Denied is said is not
# documented, so that only what is plainly another's contradicts it.
_CLASSES = {
    (AgeGroup.MINOR.casefold(), ConsentWord.GRANTED.casefold()): {"minorwithparentalconsent"},
    (AgeGroup.MINOR.casefold(), ConsentWord.NOT_REQUIRED.casefold()): {
        "minornoparentalconsentrequired"
    },
}
_MINOR_CLASSES = {
    "minorwithoutparentalconsent",
    "minorwithparentalconsent",
    "minornoparentalconsentrequired",
}


def told_of(group: AgeGroup | None, state: State | None) -> Told:
    """What is told of somebody of this age group whose cloud form stands so.

    A Yes that is live is `Granted`; a No or a withdrawal is `Denied`. Whatever else closes a
    consent (nobody answered, it ran out, the parents disagree) is nobody's No: nothing is said.
    """
    if group is not AgeGroup.MINOR or state is None:
        return Told(group)
    return Told(group, _WORDS.get(state))


# Members of an enumeration are looked up slowly; these are asked for 20,000 pupils a night.
_PUPIL, _VERIFIED = Kind.PUPIL, State.VERIFIED
_REFUSED, _WITHDRAWN = State.REFUSED, State.WITHDRAWN
_MINOR, _NOT_ADULT, _ADULT = AgeGroup.MINOR, AgeGroup.NOT_ADULT, AgeGroup.ADULT
_TOLD_YES, _TOLD_NO = told_of(_MINOR, _VERIFIED), told_of(_MINOR, _REFUSED)
_TOLD_MINOR = told_of(_MINOR, None)
_OLDER = {_NOT_ADULT: Told(_NOT_ADULT), _ADULT: Told(_ADULT), None: NOTHING}


def teller(day: date) -> Callable[[Person, Consent | None], Told]:
    """What is told of each pupil on a day, where most are told without working out a birthday."""
    thirteen, eighteen = day.year - ALONE, day.year - ADULT

    def group_of(born: date) -> AgeGroup | None:
        year = born.year
        if year in {thirteen, eighteen} or year >= day.year:
            return age_group(born, day)
        if year > thirteen:
            return _MINOR
        return _NOT_ADULT if year > eighteen else _ADULT

    def told(person: Person, cloud: Consent | None) -> Told:
        if person.born is None or person.kind is not _PUPIL or person.shared:
            return NOTHING
        group = group_of(person.born)
        state = cloud.state if cloud else None
        if group is not _MINOR:
            return _OLDER[group]
        if state is _VERIFIED:
            return _TOLD_YES
        return _TOLD_NO if state is _REFUSED or state is _WITHDRAWN else _TOLD_MINOR

    return told


def reads(value: str | None, word: StrEnum | None) -> bool:
    """Whether the tenant's value is this word; Graph has printed both cases (G21, UP24)."""
    return value == word or (value or "").casefold() == (word or "").casefold()


def contradicted(group: str | None, consent: str | None, legal: str | None) -> bool:
    """Whether the tenant's own classification says otherwise than the two it is made of (A10.4).

    Any case, and both spellings of `WithOut`, are read. None tells nothing: it may not be read yet.
    """
    if legal is None:
        return False
    age, word, found = ((one or "").casefold() for one in (group, consent, legal))
    if found == _UNDEFINED:
        return True
    if age != AgeGroup.MINOR.casefold():
        return found != age
    return found not in _CLASSES.get((age, word), _MINOR_CLASSES)
