"""The keys of a pack about groups."""

from policies import pack_values as value
from policies.pack_schema import Key
from policies.rules import GroupKind

GROUP_KEYS: tuple[Key, ...] = (
    *(Key(f"groups.{kind}", value.name_of(kind)) for kind in GroupKind),
    Key("groups.bind", value.by_name(value.object_id), only="school"),
)
