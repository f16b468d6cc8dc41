"""The gate between a person and a licence: which services may be switched on, or why none (F2.1).

Staff are licensed by the pack alone. A pupil is licensed for what a live consent covers, in every
mode; the mode only decides what happens to a licence that stands without one (decision 24).
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files

import msgspec
import yaml
from msgspec import Struct

from policies.consent_records import Consent, ConsentRules, State
from policies.people import Kind, Person
from policies.rules import LicenceRules, Rules

ICT_FORM = "SNMAT-F1.3"
NO_FORM = "no ICT form is recorded"
PLATFORM = "platform"  # plans without which the others do not work; they hold nobody's content


class Gate(Struct, frozen=True, kw_only=True):
    """What a person may be licensed for on a day.

    `services` is None where everything of the pack is allowed (staff), empty where nothing is.
    `keeps` says that what stands may stay although nothing covers it: the school observes, or the
    consent is contested (decisions 24, 25). `sentence` says why nothing may be given.
    """

    services: frozenset[str] | None
    keeps: bool = True
    sentence: str = ""
    clauses: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether anything may be given."""
        return self.services is None or bool(self.services)

    @property
    def told(self) -> str:
        """Why nothing is given, with the clauses behind it."""
        behind = f" ({', '.join(self.clauses)})" if self.clauses else ""
        return f"{self.sentence}{behind}"


STAFF = Gate(services=None)


def gate_of(
    kind: Kind, consent: Consent | None, *, enforced: bool, clauses: tuple[str, ...] = ()
) -> Gate:
    """The gate of a person: `consent` is what stands of the cloud form, None for nobody asked.

    `enforced` says that the head has approved that licences without a consent go from today on.
    """
    if kind is not Kind.PUPIL:
        return STAFF
    if consent is None:
        return Gate(
            services=frozenset(),
            keeps=not enforced,
            sentence="no licence: no consent is recorded",
            clauses=clauses,
        )
    if consent.live:
        return Gate(services=consent.services, keeps=not enforced, clauses=clauses)
    return Gate(
        services=frozenset(),
        keeps=not enforced or consent.state is State.CONTESTED,
        sentence=f"no licence: {consent.sentence}",
        clauses=clauses,
    )


@lru_cache(maxsize=1)
def shipped_plans() -> Mapping[str, tuple[str, ...]]:
    """Service plan -> its services, or `platform`, as shipped in policies/service_plans.yaml."""
    text = (files("policies") / "service_plans.yaml").read_text("utf-8")
    return msgspec.convert(yaml.safe_load(text), dict[str, tuple[str, ...]])


def asks_for_consent(rules: Rules) -> bool:
    """Whether a school licenses pupils, or at least asks for a form of theirs."""
    consent = rules.consent
    return Kind.PUPIL in rules.licences or consent.ict_gate or bool(consent.forms)


def without_permission(person: Person, ict: Consent | None, rules: ConsentRules) -> str:
    """Why a pupil may have no account while the ICT form is asked for; empty where one may (F1.3).

    A class log-on is nobody's, and the form is asked of nobody for it.
    """
    if not rules.ict_gate or person.kind is not Kind.PUPIL or person.shared:
        return ""
    if ict is not None and ict.live:
        return ""
    return f"no permission: {ict.sentence if ict else NO_FORM} ({ICT_FORM})"


def services_of(plan: str, extra: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The services that a plan serves, the pack's word first; none for one nobody has mapped."""
    return extra.get(plan) or shipped_plans().get(plan, ())


def plans_off(
    plans: Iterable[str], services: frozenset[str], extra: Mapping[str, tuple[str, ...]]
) -> frozenset[str]:
    """Those of a SKU's plans that stay off: mapped to nothing (TMHS-4.3), or to a service too many.

    A plan that serves two services is on where both are covered. Plans of the platform are on as
    long as anything else is; where nothing is, all are off.
    """
    served = {name: services_of(name, extra) for name in plans}
    on = {name for name, its in served.items() if its and services.issuperset(its)}
    if not on:
        return frozenset(served)
    return frozenset(served) - on - {name for name, its in served.items() if its == (PLATFORM,)}


def unmapped(plans: Iterable[str], extra: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Those of a SKU's plans that nobody has mapped to a service: new ones (TMHS-4.3)."""
    return frozenset(name for name in plans if not services_of(name, extra))


def plans_off_for(
    plans: Iterable[str],
    services: frozenset[str] | None,
    licence: LicenceRules,
    extra: Mapping[str, tuple[str, ...]],
) -> frozenset[str]:
    """Those of a SKU's plans that stay off for somebody whose gate opens these services.

    The pack's own list is off as well. Where nothing but the platform would be on, all are off.
    """
    names = frozenset(plans)
    listed = {name.casefold() for name in licence.disabled_plans}
    off = {name for name in names if name.casefold() in listed}
    if services is None:
        return frozenset(off | unmapped(names, extra) if licence.unmapped_off else off)
    off |= plans_off(names - off, services, extra)
    useful = any(services_of(name, extra) != (PLATFORM,) for name in names - off)
    return frozenset(off) if useful else names


def beyond(
    plans: Iterable[str], services: frozenset[str], extra: Mapping[str, tuple[str, ...]]
) -> frozenset[str]:
    """Those of the plans that are on and serve something that a gate does not open."""
    allowed = services | {PLATFORM}
    return frozenset(
        name
        for name in plans
        if not (its := services_of(name, extra)) or not allowed.issuperset(its)
    )
