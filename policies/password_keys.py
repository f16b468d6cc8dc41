"""The keys of a pack about passwords."""

from policies import pack_values as value
from policies import policy_values as policy
from policies.pack_schema import Key, Order

CHANGE_MODES = ("none", "event", "reminder", "event_and_reminder", "expiry")

PASSWORD_KEYS: tuple[Key, ...] = (
    # Fewer than three words would fall below NCSC's advice.
    Key("password.words", value.number(3, 8), Order.HIGHER, required=True),
    # Entra takes 256 at most (Entra docs: concept-sspr-policy).
    Key("password.min_length", value.number(1, 256), Order.HIGHER, required=True),
    Key("password.min_digits", value.number(0, 256), Order.HIGHER),
    Key("password.letters_and_digits", value.yes_or_no, Order.YES),
    Key(
        "password.not_similar_to", value.several(value.one_of("own_name", "username")), Order.UNION
    ),
    Key("password.refuse_single_word", value.yes_or_no, Order.YES),
    Key("password.refuse_relative_names", value.yes_or_no, Order.YES),
    Key("password.user_may_change.staff", value.yes_or_no),
    Key("password.user_may_change.student", value.yes_or_no, pupils_only=True),
    Key("password.change.mode", value.one_of(*CHANGE_MODES)),
    Key("password.change.reminder_days", value.number(1, 3_650), Order.LOWER),
    Key("password.require_change_grace_days", value.number(0, 365), Order.LOWER),
    Key("password.compromised.notify", policy.texts),
    Key("password.compromised.change_password", value.yes_or_no, Order.YES),
    Key("password.compromised.revoke_sessions", value.yes_or_no, Order.YES),
    Key("password.custody_register", value.yes_or_no, Order.YES),
    Key("password.linked_systems", value.by_name(value.number(1, 256)), only="school"),
    Key("password.slip_valid_days", value.number(1, 90), Order.LOWER, required=True),
)
