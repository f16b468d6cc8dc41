"""What a licence group of ours is called: by what it gives, in a word that tells nothing (A16.6).

A group is of one school, one kind of people, one subscription and one set of plans switched off, so
that its licence never has to change. Years need no group of their own: what differs between them is
the subscription.
"""

import re
from collections.abc import Iterable
from hashlib import sha256

from policies.people import Kind

_DIGITS = 16
_SHOWN = 8
_OURS = re.compile(rf"gs-([a-z][a-z0-9-]{{0,19}})-g-[0-9a-f]{{{_DIGITS}}}")


def licence_group_name(school: str, kind: Kind, sku_id: str, plans_off: Iterable[str]) -> str:
    """The unique name of the group that gives this subscription without these plans, by ids."""
    given = "\n".join((kind, sku_id, *sorted(plans_off)))
    return f"gs-{school}-g-{sha256(given.encode()).hexdigest()[:_DIGITS]}"


def shown_name(unique_name: str) -> str:
    """What people see of a licence group: the school's id and a code."""
    school, _, code = unique_name.removeprefix("gs-").rpartition("-g-")
    return f"G-{school}-{code[:_SHOWN]}"


def school_of_licence_group(unique_name: str | None) -> str | None:
    """The school whose licence group has this unique name; None for any other group."""
    found = _OURS.fullmatch(unique_name or "")
    return found[1] if found else None
