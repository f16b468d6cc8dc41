"""The keys a pack may hold: how each is read, and which of two values is the stricter.

`KEYS` is the one place that says so: the working keys stand here, those of a topic in its module.
"""

from typing import Any

from policies import pack_values as value
from policies.consent_keys import LICENCE_KEYS
from policies.desk_keys import DESK_KEYS
from policies.entra_passwords import SHORTEST
from policies.group_keys import GROUP_KEYS
from policies.pack_schema import Key, Order
from policies.password_keys import PASSWORD_KEYS
from policies.people import Kind
from policies.policy_keys import POLICY_KEYS
from policies.record_keys import RECORD_KEYS
from policies.rules import Home, Mode, Operation
from policies.units import unit_name, unit_path


def _limits() -> tuple[Key, ...]:
    return tuple(
        Key(f"limits.{operation}.{part}", read, Order.LOWER, required=True)
        for operation in Operation
        for part, read in (
            ("floor", value.number(0, 1_000_000)),
            ("share", value.share),
            ("count", value.number(0, 1_000_000)),
        )
    )


_TABLE: tuple[Key, ...] = (
    *POLICY_KEYS,
    Key("trust.id", value.id_text(), only="trust"),
    Key("trust.name", value.text, only="trust"),
    Key("school.id", value.id_text(value.RESERVED_IDS), required=True, only="school"),
    Key("school.name", value.text, required=True, only="school"),
    Key("school.domain", value.host_name, required=True, only="school"),
    Key("school.trust", value.id_text(), only="school"),
    # Observing is the stricter, and by the alphabet the higher word.
    Key("sync.mode", value.one_of(*Mode), Order.HIGHER, required=True),
    Key("home.pupil", value.one_of(*Home), required=True),
    Key("home.staff", value.one_of(*Home), required=True),
    Key("home.disable_within_days", value.number(1, 365), Order.LOWER, required=True),
    Key("home.change_within_days", value.number(1, 365), Order.LOWER, required=True),
    Key("home.ou", value.by_name(unit_path, unit_name)),
    Key("naming.pupil", value.alias_of(Kind.PUPIL), required=True),
    Key("naming.staff", value.alias_of(Kind.STAFF), required=True),
    Key("naming.display.pupil", value.display, required=True),
    Key("naming.display.staff", value.display, required=True),
    Key("naming.max_length", value.number(5, 64), Order.LOWER, required=True),
    Key("naming.reuse_after_days", value.number(0, 36_500), Order.HIGHER, required=True),
    *GROUP_KEYS,
    Key("usage_location", value.country, required=True),
    *LICENCE_KEYS,
    *_limits(),
    Key("leaver.licence_after_days", value.number(0, 3_650), required=True),
    Key("leaver.delete_after_days", value.DELETION),
    # Absence acts later and rarer the higher these are.
    Key("absence.exports", value.number(2, 30), Order.HIGHER, required=True),
    Key("absence.hours", value.number(1, 720), Order.HIGHER, required=True),
    *PASSWORD_KEYS,
    *DESK_KEYS,
    Key("protected.accounts", value.several(value.text), Order.UNION, required=True),
    Key(
        "protected.administrators",
        value.by_name(value.several(value.address), value.mis_id),
        only="school",
    ),
    Key("protected.groups", value.several(value.text), Order.UNION, required=True),
    *RECORD_KEYS,
    Key("notify.nightly", value.several(value.address), Order.UNION, required=True),
    Key("roster.max_age_hours", value.number(1, 8_760), Order.LOWER, required=True),
    # False is the stricter and the lower: a partial source never ends anyone.
    Key("roster.complete", value.yes_or_no, Order.LOWER, required=True),
    Key("roster.skip_surnames", value.several(value.text), required=True),
    Key("roster.columns", value.by_name(value.captions)),
    Key("roster.statuses", value.several(value.text), required=True),
    Key("roster.max_unreadable_share", value.share, Order.LOWER, required=True),
    Key("roster.max_loss_share", value.share, Order.LOWER, required=True),
    Key("roster.vanished_group_size", value.number(1, 1_000), Order.LOWER, required=True),
    Key("roll_over.starts", value.day),
    Key("roll_over.ends", value.day),
    Key("roll_over.approved_by", value.text),
    Key("approval.small_school_waiver.until", value.day, Order.LOWER),
    Key("approval.small_school_waiver.reason", value.text),
    Key("approval.small_school_waiver.named_by", value.text),
)

KEYS: dict[str, Key] = {key.path: key for key in _TABLE}

# What Entra holds everyone to; no layer can loosen it (Entra docs: concept-sspr-policy).
PLATFORM: dict[str, Any] = {"password.min_length": SHORTEST, "naming.max_length": 64}
# Keys that a linked system may ask more of, and the key that names those systems (SNMAT-19m).
LINKED: dict[str, str] = {"password.min_length": "password.linked_systems"}
