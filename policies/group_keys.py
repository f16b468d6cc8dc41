"""The keys of a pack about groups."""

from policies import pack_values as value
from policies.pack_schema import Key, Order
from policies.rules import ClassKind, FilterBy, GroupKind

GROUP_KEYS: tuple[Key, ...] = (
    *(Key(f"groups.{kind}", value.name_of(kind)) for kind in GroupKind),
    Key("groups.bind", value.by_name(value.object_id), only="school"),
    Key("groups.adopt", value.several(value.text), only="school"),
    Key("groups.filter", value.one_of(*FilterBy), required=True, pupils_only=True),
    Key("groups.class_kind", value.one_of(*ClassKind), required=True),
    Key("groups.teams", value.yes_or_no, Order.NO),
    Key("roles.technical_team.accounts", value.several(value.address)),
    Key("groups.staff_only_protected", value.yes_or_no, Order.YES),
    Key("groups.min_owners_filter", value.number(1, 20), Order.HIGHER),
    Key("groups.direct_rights", value.one_of("report")),
    Key("groups.yearly_owner_confirmation", value.yes_or_no, Order.YES),
    Key("groups.owner_confirmation_days", value.number(1, 1_095), Order.LOWER, required=True),
)
