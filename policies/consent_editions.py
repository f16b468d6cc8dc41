"""What an edition of a form says on a day: which is meant, what it covers, how long a Yes holds."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from policies.consent_records import Batch, ConsentRules, Entry, FormVersion
from policies.periods import months_after


class Circumstances(Struct, frozen=True):
    """What holds for every pupil of a school on a day."""

    forms: Mapping[str, FormVersion]
    batches: Mapping[str, Batch]
    rules: ConsentRules
    day: date


def edition_of(entry: Entry, forms: Mapping[str, FormVersion]) -> FormVersion | None:
    """The edition that was answered; None where the pack names none of that id, form and words."""
    edition = forms.get(entry.version)
    if edition is None or edition.form is not entry.form:
        return None
    return edition if entry.words_sha256 in {"", edition.sha256} else None


def newer_editions(edition: FormVersion, circumstances: Circumstances) -> list[FormVersion]:
    """The editions of the same form that are out by now and later than this one."""
    return [
        one
        for one in circumstances.forms.values()
        if one.form is edition.form and one.variant is edition.variant
        if edition.published < one.published <= circumstances.day
    ]


def covered(yes: Entry, edition: FormVersion, rules: ConsentRules) -> frozenset[str]:
    """The services that a Yes covers (SNMAT-F2.4).

    They are those of its edition, of the answer where it names any, and still of the pack.
    """
    services = rules.services.intersection(edition.services)
    return services.intersection(yes.services) if yes.services else services


def coverage(yes: Entry, here: Circumstances) -> tuple[frozenset[str], frozenset[str]]:
    """The services that a Yes covers, and those that a newer edition would."""
    edition = edition_of(yes, here.forms)
    if edition is None:
        return frozenset(), frozenset()
    newer = newer_editions(edition, here)
    newest = max(newer, key=lambda one: one.published, default=None)
    offered = here.rules.services.intersection(newest.services if newest else ())
    return covered(yes, edition, here.rules), offered


def last_day(signed_on: date, valid_until: date | None, rules: ConsentRules) -> date:
    """The last day of a Yes by itself: the pack's months after the signature, or its own end."""
    end = months_after(signed_on, rules.valid_months)
    return end if valid_until is None else min(end, valid_until)
