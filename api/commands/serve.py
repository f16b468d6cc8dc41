"""`graphsync serve`: the parents' page, on a listener of its own."""

import argparse
from argparse import Namespace
from pathlib import Path

from api.usage import Commands

LOOPBACK = "127.0.0.1"


def declare(commands: Commands) -> None:
    """Add the command."""
    serve = commands.add(
        "serve",
        "Serve the parents' page until it is stopped",
        "graphsync serve --parents --port 8001 --certificate cert.pem --key key.pem",
        run,
    )
    serve.add_argument("--parents", action="store_true", required=True, help="the parents' page")
    serve.add_argument("--host", default=LOOPBACK, help=f"the address to listen on ({LOOPBACK})")
    serve.add_argument("--port", type=_port, default=8001, help="0 takes any free one (8001)")
    serve.add_argument("--certificate", type=Path, metavar="FILE", help="the certificate, as PEM")
    serve.add_argument("--key", type=Path, metavar="FILE", help="its private key, as PEM")
    serve.add_argument(
        "--behind-proxy",
        metavar="ADDRESS",
        help="a proxy at this address ends TLS and tells who asks (X-Forwarded-For)",
    )


def run(args: Namespace) -> int:
    """Serve until stopped."""
    import dataclasses

    from api.listener import Listening, serve
    from api.parents.app import application
    from api.wiring import open_bench, settings_with_notes
    from graphsync.settings import Need

    listening = Listening(
        host=args.host,
        port=args.port,
        certificate=args.certificate,
        key=args.key,
        proxy=args.behind_proxy or "",
    )
    settings = settings_with_notes()
    needs = (Need.PACKS, Need.PARENTS, *((Need.TENANT, Need.MAIL) if _mails(settings) else ()))
    with open_bench(settings, *needs, requester="parents") as bench:
        return serve(application(dataclasses.replace(bench)), listening)


def _mails(settings: object) -> bool:
    from graphsync.settings import Loaded

    return isinstance(settings, Loaded) and settings.values.mail_from is not None


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("write a port, 0 to 65535")
    return int(text)
