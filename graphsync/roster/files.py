"""The files of one school: which they are, how old, and whether somebody is still writing them."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from graphsync.roster.problems import Problem, RosterRefused, refusal
from policies.rules import RosterRules

LEFT_BY_PROGRAMS = {"thumbs.db", "desktop.ini"}


def school_folders(root: Path) -> dict[str, Path]:
    """The folders of `root` that hold files, by school id, in its order."""
    if not root.is_dir():
        return {}
    folders = (path for path in sorted(root.iterdir()) if path.is_dir() and _is_shown(path))
    return {path.name: path for path in folders if any(_files_of(path))}


def read_files(
    paths: Sequence[Path], rules: RosterRules, now: datetime, faults: list[Problem]
) -> dict[Path, bytes]:
    """The bytes of each file; adds a fault for each that is missing, stale or still growing."""
    contents: dict[Path, bytes] = {}
    for path in paths:
        try:
            for file in _files_at(path):
                contents[file.resolve()] = _content(file, rules.max_age_hours, now, faults)
        except OSError as error:
            what, mend = f"it cannot be read ({error.strerror})", "check the path and its rights"
            faults.append(Problem(path.name, None, None, what, mend))
        except RosterRefused as refused:
            faults += refused.problems
    return contents


def contents_digest(contents: Iterable[bytes]) -> str:
    """SHA-256 over the files' digests, whatever the files are called and in whatever order."""
    digests = sorted(hashlib.sha256(content).hexdigest() for content in contents)
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def _is_shown(path: Path) -> bool:
    return not path.name.startswith((".", "~$")) and path.name.casefold() not in LEFT_BY_PROGRAMS


def _files_of(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.iterdir()) if path.is_file() and _is_shown(path))


def _files_at(path: Path) -> list[Path]:
    files = list(_files_of(path)) if path.is_dir() else [path]
    if not files:
        raise refusal(path.name, "the folder holds no files", "export the reports into it")
    return files


def _content(file: Path, max_age_hours: int, now: datetime, faults: list[Problem]) -> bytes:
    """A file's bytes; each file of a set is judged, so the oldest decides for all."""
    before = file.stat()
    content = file.read_bytes()
    after = file.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        what, mend = "the file is being written", "run again when the export has ended"
        faults.append(Problem(file.name, None, None, what, mend))
    hours = (now - datetime.fromtimestamp(after.st_mtime, UTC)).total_seconds() / 3600
    if hours > max_age_hours:
        what = f"the file is stale: {hours:.0f} hours old; limit {max_age_hours}"
        mend = "see why the scheduled export did not run, and export again"
        faults.append(Problem(file.name, None, None, what, mend))
    return content
