"""What the register of consent says today, read from the store: what plans and desks ask."""

from collections.abc import Mapping
from datetime import date

from graphsync.bench import Bench
from graphsync.store.consent_modes import ENFORCE
from policies.consent import consents_of_school
from policies.consent_forms import load_forms
from policies.consent_records import Consents, Entry
from policies.people import PersonKey, Roster
from policies.rules import Rules


def consents_on(bench: Bench, rules: Rules, roster: Roster, day: date) -> dict[PersonKey, Consents]:
    """What stands on `day` for every pupil of this roster of the school of these rules."""
    return consents_in(bench, rules, roster, bench.store.consents.of_school(rules.school), day)


def consents_in(
    bench: Bench,
    rules: Rules,
    roster: Roster,
    register: Mapping[PersonKey, tuple[Entry, ...]],
    day: date,
) -> dict[PersonKey, Consents]:
    """As `consents_on`, where the school's register is read already."""
    return consents_of_school(
        roster,
        register,
        load_forms(bench.packs_dir, rules.consent.forms),
        bench.store.consent_batches.of_school(rules.school),
        rules.consent,
        day,
    )


def enforced_on(bench: Bench, school: str, day: date) -> bool:
    """Whether the head has approved that licences without a consent go, from this day or before."""
    mode = bench.store.consent_modes.on(school, day)
    return mode is not None and mode.mode == ENFORCE
