"""The command line: which commands there are, and how each ends.

Commands import what they need when they run, so that `graphsync --help` answers at once.
"""

import gc
import sys
from argparse import Namespace
from collections.abc import Sequence
from functools import cache

from api.commands import COMMANDS
from api.failures import silence_libraries, told
from api.stopping import heed_termination
from api.usage import Commands, Parser

ENDING = """\
exit codes:
  0 done · 2 refused or parked, nothing written · 3 partly done, or something unverified
  1 broken settings, tenant or store · 64 wrong usage
  130 stopped by Ctrl-C, 143 by SIGTERM: the next run settles what was begun

example:
  graphsync demo"""

# A night makes hundreds of thousands of values that live to its end and hardly a cycle. At Python's
# threshold of 700 the collector walks them again and again: a quarter of a night's processor time.
YOUNG_OBJECTS = 1_000_000


@cache
def parser() -> Parser:
    """The whole command line; put together once, since that takes longer than many a command."""
    whole = Parser(
        prog="graphsync",
        description="Keeps a school's Microsoft 365 tenant true to its roster.",
        epilog=ENDING,
    )
    commands = Commands(whole)
    for declare in COMMANDS:
        declare(commands)
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out the command; the exit code. Without arguments this is the whole process."""
    if arguments is not None:
        return carried_out(parser().parse_args(arguments))
    heed_termination()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
    try:
        return carried_out(parser().parse_args())
    finally:
        gc.freeze()  # what still lives ends with the process: Python need not search it for cycles


def carried_out(args: Namespace) -> int:
    """The command's own exit code, or that of the error it ended with."""
    if not args.trace:
        silence_libraries()
    try:
        return int(args.run(args))
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the one place that tells them
        return told(error, trace=args.trace)


if __name__ == "__main__":
    sys.exit(main())
