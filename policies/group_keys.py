"""The keys of a pack about groups."""

from policies import pack_values as value
from policies.pack_schema import Key, Order
from policies.rules import GroupKind

FILTERS = ("student_or_staff", "by_key_stage", "by_key_stage_and_user_group")

GROUP_KEYS: tuple[Key, ...] = (
    *(Key(f"groups.{kind}", value.name_of(kind)) for kind in GroupKind),
    Key("groups.bind", value.by_name(value.object_id), only="school"),
    Key("groups.filter", value.one_of(*FILTERS), pupils_only=True),
    Key("groups.staff_only_protected", value.yes_or_no, Order.YES),
    Key("groups.min_owners_filter", value.number(1, 20), Order.HIGHER),
    Key("groups.direct_rights", value.one_of("report")),
    Key("groups.yearly_owner_confirmation", value.yes_or_no, Order.YES),
)
