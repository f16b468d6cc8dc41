"""The keys of a pack about consent, and about who is licensed for what."""

from policies import pack_values as value
from policies.consent_records import Ask, Basis, Countersign
from policies.key_stages import YEARS
from policies.pack_schema import Key, Order
from policies.people import Kind
from policies.rules import LicenceMode

CONSENT_KEYS: tuple[Key, ...] = (
    Key("consent.licence_gate", value.yes_or_no, Order.YES, pupils_only=True),
    Key("consent.form.fields", value.several(value.text), Order.UNION, pupils_only=True),
    Key("consent.form.ict_form_fields", value.several(value.text), Order.UNION, pupils_only=True),
    Key("consent.form.versions", value.several(value.form_id), pupils_only=True),
    # Below 13 it is always a parent (UK GDPR Article 8), from 18 always the student.
    Key("consent.required_below_age", value.number(13, 18), Order.HIGHER, pupils_only=True),
    Key("consent.services", value.several(value.text), Order.INTERSECTION, pupils_only=True),
    Key("consent.contested", value.one_of("keep"), pupils_only=True),
    Key("consent.evidence_retention_years", value.number(1, 50), pupils_only=True),
    Key("consent.fair_processing_notice_on_forms", value.yes_or_no, Order.YES, pupils_only=True),
    Key("consent.ask", value.one_of(*Ask), Order.LADDER, ladder=tuple(Ask), pupils_only=True),
    Key("consent.ict_gate", value.yes_or_no, Order.YES, pupils_only=True),
    Key(
        "consent.countersign",
        value.one_of(*Countersign),
        Order.LADDER,
        ladder=tuple(Countersign),
        pupils_only=True,
    ),
    Key("consent.sample_share", value.share, Order.HIGHER, pupils_only=True),
    Key("consent.valid_months", value.number(1, 84), Order.LOWER, pupils_only=True),
    Key("consent.link_days", value.number(1, 60), Order.LOWER, pupils_only=True),
    Key("consent.reminder_days", value.several(value.number(1, 60)), pupils_only=True),
    Key("consent.hint_phrases", value.several(value.text), pupils_only=True),
    Key("consent.basis", value.one_of(*Basis), pupils_only=True),
    Key("consent.write_age_group", value.yes_or_no, pupils_only=True),
    Key("consent.write_consent_provided", value.yes_or_no, pupils_only=True),
    Key("consent.plans", value.by_name(value.several(value.text), value.plan), pupils_only=True),
    Key("consent.alternatives", value.several(value.neutral), pupils_only=True),
    Key("consent.alternative_review_days", value.number(7, 200), Order.LOWER, pupils_only=True),
)

_YEARLY = value.by_name(value.several(value.sku), value.one_of(*YEARS))

LICENCE_KEYS: tuple[Key, ...] = (
    *(Key(f"licences.{kind}.skus", value.several(value.sku)) for kind in Kind),
    *(Key(f"licences.{kind}.disabled_plans", value.several(value.plan)) for kind in Kind),
    *(Key(f"licences.{kind}.mode", value.one_of(*LicenceMode)) for kind in Kind),
    Key("licences.pupil.by_year", _YEARLY),
    # After so many days without a sign-in a licence is shown as waste.
    Key("licences.unused_days", value.number(14, 730)),
    # Who comes first where units are short: kinds and years, as the pack lists them.
    Key("licences.priority", value.several(value.one_of(*Kind, *YEARS))),
)
