"""The reports that somebody is looking through, filtered and turned over: kept decoded."""

from collections import deque

from graphsync import run_desk
from graphsync.report import RunReport
from graphsync.store.runs import RunHead

KEPT = 2  # of twenty thousand changes each has fifty megabytes


class ReportMemory:
    """The last decoded reports, each as long as what is stored of its run is the same."""

    def __init__(self) -> None:
        self._kept: deque[tuple[RunHead, bytes, RunReport]] = deque(maxlen=KEPT)

    def of(self, head: RunHead, stored: bytes) -> RunReport:
        """The report as it was kept, with the present state of its run."""
        for kept, content, report in tuple(self._kept):
            if kept == head and content == stored:
                return report
        report = run_desk.decoded(head, stored)
        self._kept.append((head, stored, report))
        return report
