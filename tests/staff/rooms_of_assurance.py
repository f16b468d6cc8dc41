"""The rooms of policies, the journal and health."""

from room_rows import Row

from api.permissions import AppRole

READERS = {
    AppRole.IT_MANAGER,
    AppRole.DPO,
    AppRole.HEAD,
    AppRole.SAFEGUARDING_LEAD,
    AppRole.VIEWER,
}
VERIFIERS = {AppRole.IT_MANAGER, AppRole.DPO, AppRole.HEAD, AppRole.VIEWER}
EXPORTERS = {AppRole.DPO, AppRole.HEAD}
KEEPERS = {AppRole.IT_MANAGER, AppRole.DPO, AppRole.HEAD}
KEY = {"key": "password.min_length"}
# Nobody here reaches every school, and the journal is one chain over all of them.
NOT_ALL = 403

ROWS = {
    ("GET", "/api/v1/policies"): Row(READERS, foreign=200),
    ("GET", "/api/v1/policies/why"): Row(READERS, foreign=200, query=KEY),
    ("GET", "/api/v1/policies/coverage"): Row(READERS, foreign=200),
    ("GET", "/api/v1/policies/findings"): Row(READERS, foreign=200),
    ("GET", "/policies"): Row(READERS, foreign=200),
    ("GET", "/policies.csv"): Row(READERS, foreign=200),
    ("GET", "/policies/why"): Row(READERS, foreign=200, query=KEY),
    ("GET", "/policies/coverage"): Row(READERS, foreign=200),
    ("GET", "/policies/findings"): Row(READERS, foreign=200),
    ("GET", "/api/v1/journal/verify"): Row(VERIFIERS, foreign=200),
    ("GET", "/api/v1/journal/export"): Row(EXPORTERS, good=NOT_ALL, foreign=NOT_ALL),
    ("GET", "/journal"): Row(VERIFIERS, foreign=200),
    ("POST", "/journal/verify"): Row(VERIFIERS, foreign=200),
    ("GET", "/journal/export"): Row(EXPORTERS, good=NOT_ALL, foreign=NOT_ALL),
    ("GET", "/service"): Row(KEEPERS, foreign=200),
    ("POST", "/service"): Row(KEEPERS, foreign=200),
}
