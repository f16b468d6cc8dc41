"""`graphsync sandbox serve`: the tenant in a box."""

import argparse
from argparse import Namespace
from pathlib import Path

from api.usage import Commands, port, positive


def declare(commands: Commands) -> None:
    """Add the commands."""
    sandbox = commands.group(
        "sandbox",
        "A Microsoft 365 tenant in a box, to try things on",
        "graphsync sandbox serve --seed demo --env-file .env",
    )
    serve = sandbox.add(
        "serve",
        "Run the tenant on this machine and print the settings that reach it",
        "graphsync sandbox serve --seed 1000 --export-dir exports --env-file .env",
        run,
    )
    serve.add_argument("--port", type=port, default=8443, help="0 takes any free one (8443)")
    serve.add_argument("--data", type=Path, metavar="DIR", help="keep the tenant's state there")
    serve.add_argument(
        "--seed",
        type=_seed,
        default="empty",
        metavar="demo|empty|N",
        help="what the tenant begins with: a small trust, nothing, or a trust of about N people",
    )
    serve.add_argument(
        "--time-scale",
        type=positive,
        default=1.0,
        metavar="X",
        help="throttling and replication run X times as fast (1)",
    )
    serve.add_argument("--faults", type=Path, metavar="FILE", help="faults to play, as JSON")
    serve.add_argument("--env-file", type=Path, metavar="FILE", help="write the settings there")
    serve.add_argument(
        "--export-dir", type=Path, metavar="DIR", help="write the SIMS exports of the seed there"
    )


def run(args: Namespace) -> int:
    """Serve until stopped."""
    from graphsync.sandbox.serve import serve

    return serve(
        port=args.port,
        data=args.data,
        seed=args.seed,
        time_scale=args.time_scale,
        faults=args.faults,
        env_file=args.env_file,
        export_dir=args.export_dir,
    )


def _seed(text: str) -> str:
    if text not in {"demo", "empty"} and not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError("write demo, empty or a number of people")
    return text
