"""The keys of a pack about passwords."""

from policies import pack_values as value
from policies.pack_schema import Key, Order

PASSWORD_KEYS: tuple[Key, ...] = (
    # Fewer than three words would fall below NCSC's advice.
    Key("password.words", value.number(3, 8), Order.HIGHER, required=True),
    Key("password.min_length", value.number(1, 64), Order.HIGHER, required=True),
    Key("password.slip_valid_days", value.number(1, 90), Order.LOWER, required=True),
)
