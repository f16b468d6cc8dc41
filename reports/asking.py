"""Who was asked for consent, in a table that fits, and about whom nobody can be asked."""

from graphsync.consent_asking import AskReport
from reports.listing import table

COLUMNS = ("contact", "pupils", "way", "until", "state")


def as_text(report: AskReport) -> str:
    """The table, the reasons by number, and what to do where nobody can be asked."""
    lines = [table(report.asked, COLUMNS) if report.asked else "Nobody is to be asked.\n"]
    lines += [f"{count:>5}  not asked: {why}\n" for why, count in report.left_out.items()]
    if report.nobody:
        lines.append(
            f"{len(report.nobody)} pupils have no contact who can be asked this way: "
            f"{', '.join(report.nobody)}\n"
            "Letters reach those without a mail address (--letters FILE); for the others look at\n"
            "parental responsibility and court orders in SIMS.\n"
        )
    return "".join(lines)
