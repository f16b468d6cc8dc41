"""Where each school's exports lie: `--roster DIR` with one folder a school (decision 1)."""

from collections.abc import Sequence
from pathlib import Path

from graphsync.trouble import Usage
from policies.people import PersonKey

Folders = dict[str, tuple[Path, ...]]


def folders_of(root: Path, schools: Sequence[str]) -> Folders:
    """The folder of each school below `root`; raises Usage when that cannot be told.

    A named school is `root/<school>` if that exists, else `root` itself. An empty folder stays in:
    a school whose exports vanished is to be refused by name, not forgotten.
    """
    if not root.is_dir():
        raise Usage(f"there is no folder {root}; --roster takes the folder that holds the exports")
    if schools:
        return _named(root, schools)
    found: Folders = {folder.name: (folder,) for folder in _visible(root) if folder.is_dir()}
    if not found:
        raise Usage(_why_no_school(root))
    return found


def only_schools_of(folders: Folders, keys: Sequence[PersonKey]) -> Folders:
    """The folders of the schools that these people belong to; all of them when nobody is named."""
    wanted = {key.school for key in keys}
    if missing := sorted(wanted - folders.keys()):
        raise Usage(f"--only names {', '.join(missing)}, but there is no such school's folder")
    return {school: paths for school, paths in folders.items() if school in wanted or not wanted}


def _named(root: Path, schools: Sequence[str]) -> Folders:
    below = {school: root / school for school in schools}
    missing = [school for school, folder in below.items() if not folder.is_dir()]
    if missing and len(below) > 1:
        raise Usage(f"{root} has no folder {missing[0]}; several schools need a folder each")
    return {school: (folder if folder.is_dir() else root,) for school, folder in below.items()}


def _why_no_school(root: Path) -> str:
    if any(_visible(root)):
        return (
            f"the files lie directly in {root}: say whose they are with --school ID, "
            "or put them into one folder for each school"
        )
    return f"{root} is empty; it should hold one folder of exports for each school"


def _visible(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if not path.name.startswith("."))
