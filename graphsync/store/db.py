"""The store as the engine uses it: one object with a room for each kind of record."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Self

from graphsync.store.absences import Absences
from graphsync.store.answered_writes import AnsweredWrites
from graphsync.store.approvals import Approvals
from graphsync.store.bound_members import BoundMembers
from graphsync.store.breaches import Breaches
from graphsync.store.claims import Claims
from graphsync.store.class_logons import ClassLogons
from graphsync.store.consent_batches import ConsentBatches
from graphsync.store.consent_links import ConsentLinks
from graphsync.store.consent_modes import ConsentModes
from graphsync.store.consents import Register
from graphsync.store.custody import Custody
from graphsync.store.data_requests import DataRequests
from graphsync.store.database import Database, engine_for
from graphsync.store.departures import Departures
from graphsync.store.deputies import Deputies
from graphsync.store.dlp_ageing import DlpAgeing
from graphsync.store.dlp_allowances import DlpAllowances
from graphsync.store.dlp_events import DlpEvents
from graphsync.store.dlp_feeds import DlpFeeds
from graphsync.store.dlp_imports import DlpImports
from graphsync.store.dlp_items import DlpItems
from graphsync.store.dlp_moves import DlpMoves
from graphsync.store.dlp_proofs import DlpProofs
from graphsync.store.dlp_trends import DlpTrends
from graphsync.store.exports import Exports
from graphsync.store.hold_moves import HoldMoves
from graphsync.store.holds import Holds
from graphsync.store.jobs import Jobs
from graphsync.store.journal import Journal
from graphsync.store.kept_names import KeptNames
from graphsync.store.links import Links
from graphsync.store.looks import Looks
from graphsync.store.mirrors import Mirrors
from graphsync.store.names import Names
from graphsync.store.pack_versions import PackVersions
from graphsync.store.pauses import Pauses
from graphsync.store.policy_decisions import PolicyDecisions
from graphsync.store.proposals import Proposals
from graphsync.store.provisions import Provisions
from graphsync.store.retention import Retention
from graphsync.store.returns import Returns
from graphsync.store.runs import Runs
from graphsync.store.samples import Samples
from graphsync.store.schema import bring_up_to_date
from graphsync.store.secrets import Secrets
from graphsync.store.sessions import Sessions
from graphsync.store.sign_offs import SignOffs
from graphsync.store.tallies import Tallies
from graphsync.store.worklist import Worklist


def random_salt() -> bytes:
    """Sixteen bytes that keep a payload from being guessed back from its hash."""
    return os.urandom(16)


class Store:
    """Every record of this installation.

    Calls are synchronous and commit one by one, except inside `transaction`.
    """

    def __init__(self, database: Database, salt: Callable[[], bytes]) -> None:
        self.database = database
        self.links = Links(database)
        self.names = Names(database)
        self.exports = Exports(database)
        self.absences = Absences(database)
        self.runs = Runs(database)
        self.approvals = Approvals(database)
        self.holds = Holds(database)
        self.hold_moves = HoldMoves(database)
        self.kept_names = KeptNames(database)
        self.pauses = Pauses(database)
        self.class_logons = ClassLogons(database)
        self.consent_batches = ConsentBatches(database)
        self.consent_links = ConsentLinks(database)
        self.consent_modes = ConsentModes(database)
        self.provisions = Provisions(database)
        self.pack_versions = PackVersions(database)
        self.proposals = Proposals(database)
        self.journal = Journal(database, salt)
        self.consents = Register(database, self.journal, salt)
        self.breaches = Breaches(database, self.journal, salt)
        self.data_requests = DataRequests(database, self.journal)
        self.secrets = Secrets(database)
        self.mirror = Mirrors(database)
        self.bound_members = BoundMembers(database)
        self.claims = Claims(database)
        self.worklist = Worklist(database)
        self.custody = Custody(database)
        self.sign_offs = SignOffs(database)
        self.departures = Departures(database)
        self.dlp_events = DlpEvents(database)
        self.dlp_imports = DlpImports(database)
        self.dlp_feeds = DlpFeeds(database)
        self.dlp_proofs = DlpProofs(database)
        self.dlp_items = DlpItems(database)
        self.dlp_ageing = DlpAgeing(database, self.dlp_events, self.dlp_items)
        self.retention = Retention(
            database,
            self.journal,
            self.consents,
            self.provisions,
            self.consent_links,
            self.consent_batches,
            self.departures,
            self.breaches,
            self.data_requests,
            self.dlp_events,
            self.dlp_imports,
            self.dlp_ageing,
        )
        self.dlp_moves = DlpMoves(database)
        self.dlp_allowances = DlpAllowances(database)
        self.dlp_trends = DlpTrends(database)
        self.deputies = Deputies(database)
        self.returns = Returns(database)
        self.policy_decisions = PolicyDecisions(database)
        self.looks = Looks(database)
        self.samples = Samples(database)
        self.sessions = Sessions(database)
        self.answered_writes = AnsweredWrites(database)
        self.jobs = Jobs(database)
        self.tallies = Tallies(database)

    @classmethod
    def open(
        cls,
        url: str,
        now: Callable[[], datetime],
        salt: Callable[[], bytes] = random_salt,
    ) -> Self:
        """The store at `sqlite:///FILE` or `postgresql+psycopg://…`, its schema up to date.

        Makes the folder and the file (0600) when they are missing. Raises StoreProblem with the
        mend: the folder cannot be written, the database cannot be reached, a newer schema.
        """
        database = Database(engine_for(url), now)
        try:
            bring_up_to_date(database)
        except BaseException:
            database.engine.dispose()
            raise
        return cls(database, salt)

    def close(self) -> None:
        """Every connection ends."""
        self.database.engine.dispose()

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """For what reads much and writes nothing: every reading is of the same moment."""
        with self.database.one_moment():
            yield

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Several calls, one commit; an error takes all of them back."""
        with self.database.writing():
            yield
