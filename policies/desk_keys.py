"""The keys of a pack about passwords as a desk hands them out: slips, resets, what is asked for."""

from policies import pack_values as value
from policies.pack_schema import Key, Order

DESK_KEYS: tuple[Key, ...] = (
    Key("password.slip_contact", value.text, required=True),
    Key("password.slip_sign_in_page", value.text, required=True),
    Key("password.slip_reprint_minutes", value.number(0, 60), Order.LOWER, required=True),
    Key("password.resets_a_day", value.number(0, 200), Order.LOWER, required=True),
    Key("password.resets_at_once", value.number(1, 200), Order.LOWER, required=True),
    Key("notify.roles", value.by_name(value.address)),
)
