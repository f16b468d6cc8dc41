"""``python -m graphsync.sandbox``: the tenant in a box, from the command line."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from graphsync.sandbox.serve import serve


def main(arguments: list[str]) -> int:
    """Parses and serves; exit codes as ``serve``, 64 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m graphsync.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8443)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seed", default="empty", help="demo, empty or a number of people")
    parser.add_argument("--time-scale", type=float, default=1.0)
    parser.add_argument("--faults", type=Path)
    parser.add_argument("--env-file", type=Path)
    parser.add_argument("--export-dir", type=Path)
    parser.add_argument("--founded", type=datetime.fromisoformat, help="with its time zone")
    try:
        given = parser.parse_args(arguments)
    except SystemExit as stop:
        return 64 if stop.code else 0
    return serve(
        port=given.port,
        data=given.data,
        seed=given.seed,
        time_scale=given.time_scale,
        faults=given.faults,
        env_file=given.env_file,
        export_dir=given.export_dir,
        founded=given.founded,
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
