"""`make bench`: whole processes against a sandbox tenant, measured and held to their targets.

Prints one Markdown row a case. The exit status is 0 even when something is slow: a shared machine
is no judge, the table is; it is 1 only when a case did not run as it should.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tests.bench.cases import Bench
from tests.bench.running import Failed
from tests.bench.table import HEADING, Case, row


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every case and print its row as soon as it is there."""
    options = _options(arguments)
    return printed(lambda folder: Bench(folder, options.people, options.runs).cases())


def printed(cases_in: Callable[[Path], Iterable[Case]]) -> int:
    """Print each case as a row as soon as it is there; 1 when one did not run as it should."""
    say(HEADING)
    with tempfile.TemporaryDirectory(prefix="graphsync-bench-") as folder:
        try:
            for case in cases_in(Path(folder)):
                say(row(case))
        except Failed as problem:
            sys.stderr.write(f"{problem}\n")
            return 1
    return 0


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--people", type=int, default=20_000, metavar="N", help="20000")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="of the short cases: 3")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
