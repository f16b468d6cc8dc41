"""The parts of a school's packs about consent and licences, resolved."""

from typing import Any

from policies.consent_records import Ask, Basis, ConsentRules, Countersign
from policies.pack_layers import Layers
from policies.people import Kind
from policies.rules import LicenceMode, LicenceRules

_READ = {"ask": Ask, "countersign": Countersign, "basis": Basis, "services": frozenset}
_ELSEWHERE = {"forms": "consent.form.versions"}


def consent_rules(layers: Layers) -> ConsentRules:
    """What the packs of one school ask of consent; silent keys are as `ConsentRules` has them."""
    said: dict[str, Any] = {}
    for name in ConsentRules.__struct_fields__:
        given = layers.value(_ELSEWHERE.get(name, f"consent.{name}")) if name != "clauses" else None
        if given is not None:
            said[name] = _READ.get(name, lambda one: one)(given)
    return ConsentRules(**said, clauses=layers.provenance("consent.licence_gate").clauses)


def licence_rules(layers: Layers) -> dict[Kind, LicenceRules]:
    """Who is licensed for what, by kind; a kind without SKUs has no licences of ours."""
    found = {}
    for kind in Kind:
        yearly = layers.value("licences.pupil.by_year") if kind is Kind.PUPIL else None
        skus = layers.value(f"licences.{kind}.skus") or ()
        if skus or yearly:
            found[kind] = LicenceRules(
                skus=skus,
                disabled_plans=layers.value(f"licences.{kind}.disabled_plans") or (),
                usage_location=layers.value("usage_location"),
                by_year=yearly or {},
                unmapped_off=layers.value("new_services.default") == "off_until_mapped",
                mode=LicenceMode(layers.value(f"licences.{kind}.mode") or LicenceMode.USER),
            )
    return found
