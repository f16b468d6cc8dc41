"""The keys of a pack about records: how long a hold lasts, and how long each kind is kept."""

from policies import pack_values as value
from policies.pack_schema import Key, Order

RECORD_KEYS: tuple[Key, ...] = (
    Key("holds.days", value.number(1, 366), Order.LOWER, required=True),
    Key("holds.review_days", value.number(1, 366), Order.LOWER, required=True),
    # The school answers for its data, and must be able to keep it while a request is open.
    Key("retention.rosters_days", value.number(1, 36_500), required=True),
    Key("retention.plans_days", value.number(7, 36_500), required=True),
    Key("retention.payloads_days", value.number(7, 36_500), required=True),
    Key("retention.dlp_counted_days", value.number(1, 36_500), required=True),
    Key("retention.dlp_exceptions_days", value.number(1, 36_500), required=True),
    Key("retention.looks_years", value.number(1, 50), required=True),
    Key("retention.no_breach_days", value.number(1, 36_500), required=True),
    Key("retention.breaches_years", value.number(1, 50), required=True),
    Key("retention.requests_years", value.number(1, 50), required=True),
    Key("retention.disputed_requests_years", value.number(1, 50), required=True),
    Key("retention.departures_years", value.number(1, 50), required=True),
)
