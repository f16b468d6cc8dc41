"""`graphsync audit`: are journal and registers whole, and a copy of it to keep elsewhere."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from api.usage import Commands
from graphsync.report import Exit

if TYPE_CHECKING:
    from graphsync.verifying import Verdict


def declare(commands: Commands) -> None:
    """Add the commands."""
    audit = commands.group("audit", "Verify or export the journal", "graphsync audit verify")
    verify = audit.add(
        "verify",
        "Say whether journal and registers are whole; 2 names the first bad line or row",
        "graphsync audit verify --file journal.jsonl",
        run_verify,
    )
    verify.add_argument("--file", type=Path, metavar="EXPORT", help="verify this export instead")
    export = audit.add(
        "export",
        "Write the journal to a file that can be verified without us",
        "graphsync audit export journal.jsonl",
        run_export,
    )
    export.add_argument("file", type=Path, metavar="FILE")


def run_verify(args: Namespace) -> int:
    """0 whole, 2 broken: the journal, or a register that it tells of: of consent, of breaches.

    Of the store's own a broken one is also an incident for the DPO.
    """
    from api.answer import answer

    found = _of_file(args.file) if args.file is not None else _of_store()
    if found.whole:
        document = {"whole": True, "rows": found.rows, "head": found.head}
        answer(args, document, lambda: f"Whole: {found.rows:,} rows, head {found.head}\n")
        return Exit.DONE
    document = {"whole": False, "first_bad": found.first_bad, "why": found.why}
    where = "line" if args.file is not None else "row"
    text = f"BROKEN. {where} {found.first_bad}: {found.why}\n"
    if found.incident:
        document |= {"incident": found.incident}
        text += f"The DPO finds the incident {found.incident} in the register of breaches.\n"
    answer(args, document, lambda: text)
    return Exit.REFUSED


def _of_store() -> "Verdict":
    from api.wiring import open_bench, settings_with_notes
    from graphsync.verifying import verify

    with open_bench(settings_with_notes()) as bench:
        return verify(bench)


def _of_file(file: Path) -> "Verdict":
    from graphsync.store.journal_export import verify_export
    from graphsync.store.problems import BrokenExport
    from graphsync.verifying import Verdict

    try:
        head = verify_export(file)
    except BrokenExport as broken:
        return Verdict(whole=False, first_bad=broken.line, why=broken.why)
    return Verdict(whole=True, rows=head.rows, head=head.hash)


def run_export(args: Namespace) -> int:
    """Write the file."""
    from api.answer import answer
    from api.wiring import open_bench, settings_with_notes

    with open_bench(settings_with_notes()) as bench:
        head = bench.store.journal.export(args.file)
    document = {"file": str(args.file), "rows": head.rows, "head": head.hash}
    text = f"{head.rows:,} rows written to {args.file}, head {head.hash}\n"
    answer(args, document, lambda: text)
    return 0
