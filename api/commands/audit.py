"""`graphsync audit`: are journal and registers whole, and a copy of it to keep elsewhere."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from api.usage import Commands
from graphsync.report import Exit

if TYPE_CHECKING:
    from graphsync.store.chain import Head


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
    """0 whole, 2 broken: the journal, or a register that it tells of: of consent, of breaches."""
    from api.answer import answer
    from graphsync.store.problems import Broken, BrokenExport, BrokenRegister

    try:
        head = _head(args.file)
    except (Broken, BrokenExport, BrokenRegister) as broken:
        bad: int | str
        match broken:
            case Broken(seq=bad) | BrokenExport(line=bad) | BrokenRegister(entry=bad):
                pass
        document = {"whole": False, "first_bad": bad, "why": broken.why}
        text = f"BROKEN. {broken}\n"
        answer(args, document, lambda: text)
        return Exit.REFUSED
    answer(args, {"whole": True, "rows": head.rows, "head": head.hash}, lambda: _whole(head))
    return Exit.DONE


def _head(file: Path | None) -> "Head":
    from api.wiring import open_bench, settings_with_notes
    from graphsync.store.journal_export import verify_export

    if file is not None:
        return verify_export(file)
    with open_bench(settings_with_notes()) as bench:
        head = bench.store.journal.verify()
        bench.store.consents.verify()
        bench.store.breaches.verify()
    return head


def _whole(head: "Head") -> str:
    return f"Whole: {head.rows:,} rows, head {head.hash}\n"


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
