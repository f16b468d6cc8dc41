"""The plans that are looked through just now: turned over and searched, they stay as they are."""

from collections import deque

from graphsync.report import RunReport
from graphsync.report_memory import KEPT
from reports.plan_list import Plan


class PlanMemory:
    """One for each of the last reports that the report memory keeps."""

    def __init__(self) -> None:
        self._kept: deque[Plan] = deque(maxlen=KEPT)

    def of(self, report: RunReport) -> Plan:
        """The plan of this very report."""
        for kept in tuple(self._kept):
            if kept.run is report:
                return kept
        plan = Plan(report)
        self._kept.append(plan)
        return plan
