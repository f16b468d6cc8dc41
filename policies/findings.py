"""What a person must look at: a clause that the tenant, the records or the pack do not meet."""

from msgspec import Struct


class Finding(Struct, frozen=True, order=True, kw_only=True):
    """One thing that is not as a clause asks; it changes nothing by itself (decision 27).

    `clause` is an id of the clause register, or empty where only the product's default asks; then
    `sentence` says so. `subject` is a person key, an object id, a group's name or a pack key, never
    a person's name. `sentence` says what is found and what a person can do.
    """

    clause: str
    subject: str
    sentence: str
