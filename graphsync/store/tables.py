"""Every table of the store; `migrations/` makes exactly these (a test compares them).

Moments are UTC in a text of fixed width, so that they sort as they pass, and are the same bytes
in both databases (the journal hashes them). Days are dates.
"""

from sqlalchemy import (
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from graphsync.store import (
    breach_tables,
    consent_tables,
    departure_tables,
    dlp_allowance_tables,
    dlp_feed_tables,
    dlp_queue_tables,
    dlp_tables,
    guard_tables,
    head_tables,
    hold_tables,
    job_tables,
    mirror_tables,
    request_tables,
    safeguarding_tables,
    sample_tables,
    web_tables,
)
from graphsync.store.metadata import TABLES
from graphsync.store.moments import MOMENT_LENGTH, Moment

metadata = TABLES

breaches = breach_tables.breaches
consents = consent_tables.consents
consent_batches = consent_tables.consent_batches
consent_links = consent_tables.consent_links
consent_modes = consent_tables.consent_modes
provisions = consent_tables.provisions
departures = departure_tables.departures
departure_handovers = departure_tables.departure_handovers
departure_moves = departure_tables.departure_moves
dlp_events = dlp_tables.dlp_events
dlp_imports = dlp_tables.dlp_imports
dlp_quarantine = dlp_tables.dlp_quarantine
dlp_feeds = dlp_feed_tables.dlp_feeds
dlp_feed_blobs = dlp_feed_tables.dlp_feed_blobs
dlp_feed_gaps = dlp_feed_tables.dlp_feed_gaps
dlp_proofs = dlp_feed_tables.dlp_proofs
dlp_bites = dlp_feed_tables.dlp_bites
dlp_allowances = dlp_allowance_tables.dlp_allowances
dlp_items = dlp_queue_tables.dlp_items
dlp_moves = dlp_queue_tables.dlp_moves
hold_moves = hold_tables.hold_moves
data_requests = request_tables.data_requests
deputies = guard_tables.deputies
looks = guard_tables.looks
run_returns = head_tables.run_returns
policy_decisions = head_tables.policy_decisions
jobs = job_tables.jobs
run_outlines = job_tables.run_outlines
kept_names = safeguarding_tables.kept_names
mirrors = mirror_tables.mirrors
mirror_accounts = mirror_tables.mirror_accounts
mirror_groups = mirror_tables.mirror_groups
bound_members = mirror_tables.bound_members
pending = mirror_tables.pending
consent_samples = sample_tables.consent_samples
sessions = web_tables.sessions
answered_writes = web_tables.answered_writes

links = Table(
    "links",
    metadata,
    Column("school", Text, nullable=False),
    Column("mis_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("how", Text, nullable=False),
    Column("linked_at", Moment, nullable=False),
    Column("blocked_by_us_at", Moment),
    Column("revoked_at", Moment),
    Column("left_on", Date),
    PrimaryKeyConstraint("school", "mis_id"),
    UniqueConstraint("object_id"),
    sqlite_with_rowid=False,  # read whole, a school at a time
)

names = Table(
    "names",
    metadata,
    Column("domain", Text, nullable=False),
    Column("alias", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("mis_id", Text, nullable=False),
    Column("reserved_at", Moment, nullable=False),
    Column("freed_on", Date),
    PrimaryKeyConstraint("domain", "alias"),
    Index(None, "domain", "school", "mis_id"),
)

exports = Table(
    "exports",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("school", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("accepted_at", Moment, nullable=False),
    Column("complete", Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("roster", LargeBinary, nullable=False),
    UniqueConstraint("school", "sha256"),
)

absences = Table(
    "absences",
    metadata,
    Column("school", Text, nullable=False),
    Column("mis_id", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("school", "mis_id", "sha256"),
)

runs = Table(
    "runs",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("state", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("requester", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("roster_sha256", Text, nullable=False),
    Column("pack_sha256", Text, nullable=False),
    Column("scope", LargeBinary, nullable=False),
    Column("plan", LargeBinary, nullable=False),
    Column("verdict", LargeBinary, nullable=False),
    Column("report", LargeBinary, nullable=False),
    UniqueConstraint("id"),
    Index(None, "school", "seq"),
)

approvals = Table(
    "approvals",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("run", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("approver", Text, nullable=False),
    Column("requester", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("overrides", Text, nullable=False),
    Column("left_out", Text, nullable=False),
    Column("waiver", Text),
    Index(None, "run"),
)

holds = Table(
    "holds",
    metadata,
    Column("id", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("mis_id", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("clause", Text, nullable=False),
    Column("until", Date),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("lifted_by", Text),
    Column("lifted_at", Moment),
    PrimaryKeyConstraint("id"),
    Index(None, "school"),
)

pauses = Table(
    "pauses",
    metadata,
    Column("school", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("school"),
)

class_logons = Table(
    "class_logons",
    metadata,
    Column("school", Text, nullable=False),
    Column("mis_id", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("year", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("requested_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("holders", Text, nullable=False),
    PrimaryKeyConstraint("school", "mis_id"),
)

pack_versions = Table(
    "pack_versions",
    metadata,
    Column("school", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("policy_sha256", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("changes", Text, nullable=False),
    Column("approvals", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("active_from", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("superseded_at", Moment),
    PrimaryKeyConstraint("school", "version"),
)

proposals = Table(
    "proposals",
    metadata,
    Column("school", Text, nullable=False),
    Column("mis_id", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("strength", Integer, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("school", "mis_id", "object_id"),
)

DONE = "what = 'outcome' AND result = 'done'"
EVENT = "what = 'event'"

# `at` is plain text here: verifying compares bytes, not moments that happen to be equal.
journal = Table(
    "journal",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(MOMENT_LENGTH), nullable=False),
    Column("school", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("person", Text),
    Column("object_id", Text),
    Column("population", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("payload_sha256", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    # What the guard's sums over 7 and 30 days are made of: told from the index alone. The migration
    # makes it partial (where DONE); said here, it would load the dialects of both databases.
    Index(
        "ix_journal_done",
        "school",
        "operation",
        "at",
        "population",
        "run",
        "person",
    ),
    # What desks did, told of a school without walking the journal; partial too (where EVENT).
    Index("ix_journal_events", "school", "operation", "at", "person", "result"),
    Index(None, "run"),
    Index(None, "person"),
)

journal_head = Table(
    "journal_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", Text, nullable=False),
)

# No foreign key to the journal: nothing cascades into it, and a purge touches this table only.
payloads = Table(
    "payloads",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("sha256", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

# Which intents still wait for their outcome, so that asking never walks the whole journal.
open_intents = Table(
    "open_intents",
    metadata,
    Column("school", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    PrimaryKeyConstraint("school", "run", "item"),
)

worklist = Table(
    "worklist",
    metadata,
    Column("id", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("mis_id", Text, nullable=False),
    Column("task", Text, nullable=False),
    Column("object_id", Text),
    Column("sign_in_name", Text, nullable=False),
    Column("sid", Text, nullable=False),
    Column("wanted", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("doubt", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("due", Date, nullable=False),
    Column("closed_at", Moment),
    Column("closed_by", Text, nullable=False),
    PrimaryKeyConstraint("id"),
    Index(None, "school", "closed_at"),
)

secrets = Table(
    "secrets",
    metadata,
    Column("school", Text, nullable=False),
    Column("mis_id", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("ciphertext", LargeBinary),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("must_change", Integer, nullable=False),
    Column("revealed_at", Moment),
    Column("revealed_by", Text),
    PrimaryKeyConstraint("school", "mis_id"),
)

custody = Table(
    "custody",
    metadata,
    Column("id", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("envelope", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("on", Date, nullable=False),
    Column("by", Text, nullable=False),
    Column("witness", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("id"),
    Index(None, "school"),
)

sign_offs = Table(
    "sign_offs",
    metadata,
    Column("school", Text, nullable=False),
    Column("matter", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("on", Date, nullable=False),
    Column("who", Text, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("school", "matter", "subject", "on"),
)

claims = Table(
    "claims",
    metadata,
    Column("school", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    PrimaryKeyConstraint("school"),
)
