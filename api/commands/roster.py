"""`graphsync roster check`: would these exports be accepted, and what is in them."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from api.usage import Commands
from graphsync.report import Exit
from graphsync.trouble import Usage

if TYPE_CHECKING:
    from policies.rules import RosterRules
    from reports.roster_check import RosterCheck

Exports = list[tuple[str, tuple[Path, ...]]]


def declare(commands: Commands) -> None:
    """Add the command."""
    roster = commands.group("roster", "Look at SIMS exports", "graphsync roster check exports/oak")
    check = roster.add(
        "check",
        "Say what the exports hold, and every problem with its mend; 2 when they are refused",
        "graphsync roster check exports/oak/pupils.xml exports/oak/staff.csv",
        run,
    )
    check.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="files of one school, a school's folder, or a folder with one for each school",
    )
    check.add_argument(
        "--school", metavar="ID", help="whose exports they are (by default the folder's name)"
    )


def run(args: Namespace) -> int:
    """Check each school; needs neither settings nor tenant nor store."""
    from api.answer import answer
    from reports.listing import plain
    from reports.roster_check import as_text

    checks = tuple(_check(school, paths) for school, paths in exports_in(args.paths, args.school))
    answer(args, {"items": plain(checks)}, lambda: as_text(checks))
    return Exit.DONE if all(check.accepted for check in checks) else Exit.REFUSED


def exports_in(paths: Sequence[Path], school: str | None) -> Exports:
    """The schools and their exports: files together are one school's, a folder of folders many."""
    if missing := [path for path in paths if not path.exists()]:
        raise Usage(f"there is no file or folder {missing[0]}")
    files = tuple(path for path in paths if not path.is_dir())
    found = [(school or files[0].resolve().parent.name, files)] if files else []
    for folder in (path for path in paths if path.is_dir()):
        inside = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        below = [path for path in inside if path.is_dir()]
        if school or not below or any(path.is_file() for path in inside):
            found.append((school or folder.resolve().name, (folder,)))
        else:
            found += [(one.name, (one,)) for one in below]
    return found


def _check(school: str, paths: tuple[Path, ...]) -> "RosterCheck":
    from api.wiring import utc_now
    from reports.roster_check import checked

    return checked(school, paths, _rules(school), utc_now())


def _rules(school: str) -> "RosterRules":
    """Those of the school's pack, where there is one; otherwise the defaults."""
    from graphsync.settings import load_settings
    from policies.pack_loading import load_rules
    from policies.rules import RosterRules

    packs_dir = load_settings().values.packs_dir
    if (packs_dir / f"{school}.yaml").is_file():
        return load_rules(packs_dir, school).roster
    return RosterRules()
