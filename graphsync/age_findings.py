"""Where the tenant says otherwise of pupils' ages and consents than roster and register (law A10).

Told by number, so that a school in which School Data Sync marked everyone has one line, not a
thousand.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache

from graphsync.accounts import AGE_GROUP, CONSENT, Account
from policies.age_claims import ConsentWord, Told, contradicted, reads
from policies.desired import Desired
from policies.findings import Finding
from policies.people import Kind, PersonKey
from policies.rules import Rules

MANY = 5  # fewer alike are no sign that something marks everyone
NEARLY_ALL = 0.9
NAMED = 10
ALONE = "find out who set it"
EVERYONE = (
    "School Data Sync{also} can mark every student as a minor with consent: take that setting off"
    " there"
)
_CLAIMING = {ConsentWord.GRANTED.casefold(), ConsentWord.NOT_REQUIRED.casefold()}


class Claim(StrEnum):
    """What the tenant says wrongly; the names are the law's (A10.4, A10.11)."""

    CONSENT_CLAIM_FALSE = "consent_claim_false"
    AGE_DRIFT = "age_drift"


Found = Mapping[Claim, Collection[PersonKey]]


def false_claims(told: Told, account: Account, *, consented: bool, asks: bool) -> tuple[Claim, ...]:
    """What one pupil's account says wrongly; an account that says nothing says nothing wrong.

    `asks` says whether the school keeps a register of consent with us at all.
    """
    said = (
        account.age_group,
        account.consent_provided_for_minor,
        account.legal_age_group_classification,
    )
    return _wrong(told, said, consented or not asks)


@lru_cache(maxsize=256)
def _wrong(
    told: Told,
    said: tuple[str | None, str | None, str | None],
    may_claim: bool,  # noqa: FBT001 - by place, for the cache
) -> tuple[Claim, ...]:
    """Of few different things that are said, and thousands of pupils."""
    group, word, legal = said
    found = []
    if not may_claim and (word or "").casefold() in _CLAIMING:
        found.append(Claim.CONSENT_CLAIM_FALSE)
    differs = group is not None and told.age_group is not None and not reads(group, told.age_group)
    if differs or contradicted(group, word, legal):
        found.append(Claim.AGE_DRIFT)
    return tuple(found)


def age_findings(
    desired: Iterable[Desired],
    account_of: Callable[[PersonKey], Account | None],
    rules: Rules,
    *,
    asks: bool,
    marked: bool,
    named: int = 0,
) -> tuple[Finding, ...]:
    """What is wrong in a school: one finding of each claim.

    `marked` says that School Data Sync has made groups in the tenant. Up to `named` keys are told.
    """
    found: defaultdict[Claim, list[PersonKey]] = defaultdict(list)
    accounts = claiming = 0
    for wanted in desired:
        if wanted.kind is not Kind.PUPIL or wanted.person is None or wanted.person.shared:
            continue
        account = account_of(wanted.key)
        if account is None:
            continue
        accounts += 1
        if account.age_group or account.consent_provided_for_minor:
            claiming += account.consent_provided_for_minor is not None
            consented = wanted.gate.open
            for claim in false_claims(wanted.told, account, consented=consented, asks=asks):
                found[claim].append(wanted.key)
    also = ", which is in this tenant," if marked else ""
    everyone = EVERYONE.format(also=also) if claiming >= NEARLY_ALL * accounts else ""
    return tuple(_findings(found, accounts, rules, everyone, named))


def _findings(
    found: Found, accounts: int, rules: Rules, everyone: str, named: int
) -> Iterator[Finding]:
    clause = rules.consent.clauses[0] if rules.consent.clauses else ""
    if people := found.get(Claim.CONSENT_CLAIM_FALSE, ()):
        mend = everyone if everyone and len(people) >= MANY else ALONE
        yield Finding(
            clause=clause,
            subject=CONSENT,
            sentence=f"{Claim.CONSENT_CLAIM_FALSE}: the tenant says that a parent consented for"
            f" {len(people):,} of {accounts:,} pupils with an account, and the register has no live"
            f" consent{_who(people, named)}; {mend}; no licence is given on it",
        )
    if people := found.get(Claim.AGE_DRIFT, ()):
        yield Finding(
            clause="",
            subject=AGE_GROUP,
            sentence=f"{Claim.AGE_DRIFT}: the age group of {len(people):,} of {accounts:,} pupils"
            f" with an account is not the one of the roster{_who(people, named)}; let graphsync"
            " write it (consent.write_age_group), or find out who does",
        )


def _who(people: Collection[PersonKey], named: int) -> str:
    if not named:
        return ""
    shown = ", ".join(map(str, sorted(people)[:named]))
    more = len(people) - named
    return f" ({shown} and {more:,} more)" if more > 0 else f" ({shown})"
