"""The keys of a pack about the policy itself: its version and who wrote it."""

from policies import pack_values as value
from policies.pack_schema import Key

POLICY_KEYS: tuple[Key, ...] = (
    Key("pack.version", value.remark),
    Key("pack.author", value.remark),
    Key("pack.date", value.remark),
    # Which clauses stand behind a key: {password.min_length: [PB-7.5.4]}; each layer keeps its own.
    Key("clauses", value.by_name(value.several(value.text))),
)
