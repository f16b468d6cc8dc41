"""What Microsoft's platform fixes for every school: read-only, and shown with its source.

The bounds that a pack key meets stand in `pack_keys.PLATFORM`; these are the others.
"""

from typing import Any

from msgspec import Struct


class Fact(Struct, frozen=True, kw_only=True):
    """One thing that no tenant can change, and the page that says so."""

    name: str
    value: Any
    source: str


_PASSWORDS = "Entra docs: concept-sspr-policy"
FACTS: tuple[Fact, ...] = (
    Fact(name="password.min_length", value=8, source=_PASSWORDS),
    Fact(name="password.max_length", value=256, source=_PASSWORDS),
    Fact(name="password.classes_required", value=3, source=_PASSWORDS),
    Fact(name="password.ascii_only", value=True, source=_PASSWORDS),
    Fact(
        name="password.name_match_min_letters",
        value=4,
        source="Entra docs: concept-password-ban-bad",
    ),
    Fact(name="terms_of_use.min_reaccept_days", value=1, source="Entra docs: terms-of-use"),
    Fact(name="deleted_user_days", value=30, source="Graph docs: directory-deleteditems"),
)
