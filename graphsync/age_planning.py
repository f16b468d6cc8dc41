"""What of a pupil's age and consent goes to the account, where the pack says so (decision 24)."""

from graphsync import sentences
from graphsync.accounts import AGE_GROUP, CONSENT, Account
from graphsync.changes import Held
from graphsync.reasons import Reason
from policies.age_claims import FOR_MINORS, ConsentWord, Told, reads
from policies.ages import AgeGroup
from policies.desired import Desired
from policies.rules import Rules

CLAIMS = frozenset({AGE_GROUP, CONSENT})
NOBODY = Account(id="")


def due(wanted: Desired, account: Account, rules: Rules) -> dict[str, str | None]:
    """What the account has to be told, by Graph property name; nothing where it says so already.

    Both go in one request: a consent is nothing without an age group (law A10.6), and Graph takes
    `Granted` and `Denied` with `Minor` alone, so that they go when a pupil gets older. An age group
    that would need a change of consent waits where the pack does not let us write one.
    """
    told, writes = wanted.told, rules.consent
    speaks = writes.write_age_group or writes.write_consent_provided
    if not speaks or told.age_group is None or _says(account, told):
        return {}
    new: dict[str, str | None] = {}
    if writes.write_age_group and not reads(account.age_group, told.age_group):
        new[AGE_GROUP] = str(told.age_group)
    will_fit = AGE_GROUP in new or reads(account.age_group, told.age_group)
    word = account.consent_provided_for_minor
    if told.age_group is AgeGroup.MINOR:
        if not will_fit or told.consent is None or reads(word, told.consent):
            return new
        return new | {CONSENT: str(told.consent)} if writes.write_consent_provided else new
    if (word or "").casefold() in FOR_MINORS:
        return new | {CONSENT: None} if will_fit and writes.write_consent_provided else {}
    return new


def _says(account: Account, told: Told) -> bool:
    """The quick answer for the many that are told already."""
    said = account.age_group == told.age_group
    return said and account.consent_provided_for_minor == told.consent


def born_with(wanted: Desired, rules: Rules) -> dict[str, str | None]:
    """What a new account is told; never `Denied`, which waits for a person."""
    return without_denied(due(wanted, NOBODY, rules))


def without_denied(new: dict[str, str | None]) -> dict[str, str | None]:
    """The same values without `Denied`."""
    return {n: v for n, v in new.items() if n != CONSENT or v != ConsentWord.DENIED}


def denied(wanted: Desired, account: Account) -> Held:
    """A No that the tenant is not told until a person asks for it and another approves."""
    return Held(
        person=wanted.key,
        reason=Reason.CONSENT_DENIED,
        sentence=sentences.deny(account, wanted.gate.sentence, wanted.key),
        what="update_user",
        clauses=wanted.gate.clauses,
    )
