"""What became of a file of answers, for whoever imported it."""

from graphsync.consent_import import ImportReport
from graphsync.consent_settling import HELD
from reports.listing import table

COLUMNS = ("line", "person", "reason")


def as_text(report: ImportReport) -> str:
    """The numbers, what was read as what, and every row that was held."""
    columns = ", ".join(f"{what} from \u201c{it[:40]}\u201d" for what, it in report.columns.items())
    done = "recorded" if report.written else "would be recorded (nothing is written)"
    told = (
        f"{report.rows:,} rows of {report.layout} ({report.format}), form {report.edition}: "
        f"{report.recorded:,} {done}, {report.unchanged:,} unchanged, {report.held:,} held\n"
        f"read: {columns}\n"
    )
    held = [line for line in report.lines if line.outcome == HELD]
    if held:
        told += f"\nheld, nothing of it is in the register:\n{table(held, COLUMNS)}"
    if report.batch:
        told += f"\na second person countersigns batch {report.batch}\n"
    return told
