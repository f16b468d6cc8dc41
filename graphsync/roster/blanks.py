"""How much of each column is blank: a missing SIMS permission or a habit shows at a glance.

For `roster check` alone; a nightly run never imports pandas.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from graphsync.roster.columns import REPORTS, synonyms
from graphsync.roster.files import read_files
from graphsync.roster.problems import Problem, RosterRefused
from graphsync.roster.sources import open_table
from graphsync.roster.tables import BLANK, Table
from policies.rules import RosterRules


def blank_shares(
    paths: Sequence[Path], rules: RosterRules, now: datetime
) -> dict[str, dict[str, float]]:
    """The share of blank cells, above 0 to 1, of each report's columns, by the file's own caption.

    Columns with no blank cell are left out, and so are files that cannot be read.
    """
    faults: list[Problem] = []
    known = synonyms(rules.columns)
    shares: dict[str, dict[str, float]] = {}
    for path, content in read_files(paths, rules, now, faults).items():
        try:
            table = open_table(path.name, content, known)
            if found := _shares(table):
                shares.setdefault(table.report, {}).update(found)
        except RosterRefused:
            continue
    return shares


def _shares(table: Table) -> dict[str, float]:
    import pandas as pd

    columns = REPORTS[table.report].columns
    rows = [row.cells for row in table.rows if row.fault != BLANK]
    frame = pd.DataFrame(rows, columns=list(columns), dtype=str)
    blank = (frame == "").mean()
    shares = {caption: float(blank[name]) for name, caption in table.captions.items()}
    return {caption: share for caption, share in shares.items() if share > 0}
