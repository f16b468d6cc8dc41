"""How much of an answer we take in: bytes, seconds, pages. What is more is no answer of Graph's.

The largest answer we ask for is a page of 999 users with every property of our `$select`: 2 KB a
user as a rule and 12 KB for one with five licences of thirty plans, 2 to 12 MB a page. A `$batch`
of twenty pages of members is 2 MB. Entra service limits: 300,000 objects in a tenant with a
verified domain, which are 301 pages of a list, or 3,000 of a delta that comes in hundreds.
"""

from msgspec import Struct

MEGABYTE = 1024 * 1024
LARGEST_TOKEN = MEGABYTE  # a token answer is 2 KB; with many roles and groups 20 KB


class Limits(Struct, frozen=True, kw_only=True):
    """The most we take: bytes of one answer, and of a whole collection with its pages.

    `seconds` bounds one answer from its request to its last byte: a server that drips a byte a
    minute never runs into the limit on silence. Graph itself gives up with 504 far earlier. `rest`
    bounds the seconds of Retry-After, in all, that one read or one write sits out: Graph's windows
    are 150 and 300 seconds long (throttling limits).
    """

    answer_bytes: int = 32 * MEGABYTE
    seconds: float = 300.0
    rest: float = 600.0
    pages: int = 5_000
    collection_bytes: int = 1024 * MEGABYTE
