"""The rules for mail, read from the layers of a school's packs."""

from policies.mail_rules import MailRules
from policies.pack_layers import Layers

_KEYS = (
    *("blocked_classes", "encryption_exempts", "recipient_rule", "internal_counts"),
    *("bulk_threshold", "bulk_override", "override", "personal_label", "personal_accounts"),
    *("silent_days", "test_sender", "test_days", "decision"),
)
_SEVERITIES = ("high", "medium", "low")


def mail_rules(layers: Layers) -> MailRules:
    """The rules for mail of layers that hold no problem."""
    found = {name: layers.value(f"dlp.{name}") for name in _KEYS}
    label = found.pop("personal_label")
    types = layers.value("dlp.types")
    return MailRules(
        **{name: value for name, value in found.items() if value is not None},
        personal_label=label["word"] if isinstance(label, dict) else "",
        due_days={name: layers.value(f"dlp.due_days.{name}") for name in _SEVERITIES},
        types=types or {},
        clauses={name: layers.provenance(f"dlp.{name}").clauses for name in _KEYS},
    )
