"""`graphsync demo`: four nights at a small trust."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.usage import Commands, port


def declare(commands: Commands) -> None:
    """Add the command."""
    demo = commands.add(
        "demo",
        "Play four nights at a small trust, in a tenant in a box",
        "graphsync demo --out demo-out",
        run,
    )
    demo.add_argument("--out", type=Path, metavar="DIR", help="keep exports, plans and pages there")
    demo.add_argument(
        "--serve", action="store_true", help="afterwards serve the console of these nights"
    )
    demo.add_argument("--port", type=port, default=8000, help="of the console; with --serve (8000)")


def run(args: Namespace) -> int:
    """Play it; 0 when each night went as told."""
    from api.demo import Stage, empty_folder, play
    from graphsync.trouble import Usage

    if args.serve and args.json:
        raise Usage("--serve prints no document: leave out --json")
    stage = Stage(empty_folder(args.out))
    if args.serve:
        from api.demo import showing

        return play(
            stage,
            before=lambda: showing.begin(stage),
            then=lambda: showing.show(stage, args.port),
        )
    if not args.json:
        return play(stage)
    from api.answer import encoded, say

    with _stdout_to_stderr():
        code = play(stage)
    say(encoded({"as_told": code == 0, "exit": code, "out": args.out}))
    return code


@contextmanager
def _stdout_to_stderr() -> Iterator[None]:
    """What the nights print goes to stderr, that of programs started meanwhile included."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
