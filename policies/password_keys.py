"""The keys of a pack about passwords."""

from policies import pack_values as value
from policies import policy_values as policy
from policies.entra_passwords import LONGEST
from policies.pack_schema import Key, Order
from policies.password_rules import Phase
from policies.people import Kind

# The policies say student; a kind of people is called pupil everywhere else.
PERSON_TYPE = {Kind.STAFF: "staff", Kind.PUPIL: "student"}
MODES = ("none", "event", "reminder", "event_and_reminder", "expiry")
ROUTES = ("mfa", "len12", "len8_denylist")
# Fewer than three words would fall below NCSC's advice; only the youngest may have two.
_FEWEST_WORDS = {phase: 2 if phase is Phase.YOUNG else 3 for phase in Phase}
_DAYS = value.number(1, 3_650)

PASSWORD_KEYS: tuple[Key, ...] = (
    Key("password.words", value.number(3, 8), Order.HIGHER, required=True),
    *(
        Key(f"password.phases.{phase}.{name}", read, order, required=True)
        for phase in Phase
        for name, read, order in (
            ("words", value.number(_FEWEST_WORDS[phase], 8), Order.HIGHER),
            ("change_at_first_sign_in", value.yes_or_no, Order.WORD),
            ("min_score", value.number(0, 4), Order.HIGHER),
        )
    ),
    Key("password.min_length", value.number(1, LONGEST), Order.HIGHER),
    Key("password.min_digits", value.number(0, LONGEST), Order.HIGHER),
    Key("password.letters_and_digits", value.yes_or_no, Order.YES),
    Key(
        "password.not_similar_to",
        value.several(value.one_of("own_name", "username")),
        Order.UNION,
        required=True,
    ),
    Key("password.refuse_single_word", value.yes_or_no, Order.YES),
    Key("password.refuse_relative_names", value.yes_or_no, Order.YES),
    *(
        Key(f"password.user_may_change.{name}", value.yes_or_no, pupils_only=kind is Kind.PUPIL)
        for kind, name in PERSON_TYPE.items()
    ),
    Key("password.change.mode", value.one_of(*MODES)),
    Key("password.change.reminder_days", _DAYS, Order.LOWER),
    Key("password.change.expire_days", _DAYS, Order.LOWER),
    Key("password.change.expiry_decided_by", value.text),
    Key("password.compromised.notify", policy.texts),
    Key("password.compromised.change_password", value.yes_or_no, Order.YES),
    Key("password.compromised.revoke_sessions", value.yes_or_no, Order.YES),
    Key("password.custody_register", value.yes_or_no, Order.YES),
    Key("password.require_change_grace_days", value.number(0, 365), Order.LOWER, required=True),
    Key("password.slip_valid_days", value.number(1, 90), Order.LOWER, required=True),
    Key("password.deny_words", value.several(value.text), Order.UNION),
    Key("password.linked_systems", value.by_name(value.number(1, LONGEST)), only="school"),
    Key("password.route", value.one_of(*ROUTES)),
    Key("password.route_confirmed_by", value.text),
)
