"""`graphsync serve`: the staff API and console, and the parents' page, each on its own listener."""

import contextlib
import dataclasses
from argparse import Namespace
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from api.usage import Commands, port

if TYPE_CHECKING:
    from api.chores import Times
    from api.listener import Listening
    from api.staff.home import Home
    from graphsync.bench import Bench
    from graphsync.roster_memory import RosterMemory
    from graphsync.settings import Loaded, Need

LOOPBACK = "127.0.0.1"


def declare(commands: Commands) -> None:
    """Add the command."""
    serve = commands.add(
        "serve",
        "Serve the API and console, or the parents' page, until it is stopped",
        "graphsync serve --staff --parents --certificate cert.pem --key key.pem",
        run,
    )
    serve.add_argument("--staff", action="store_true", help="the API and console (the default)")
    serve.add_argument("--parents", action="store_true", help="the parents' page")
    serve.add_argument("--host", default=LOOPBACK, help=f"the address to listen on ({LOOPBACK})")
    serve.add_argument("--port", type=port, default=8000, help="of the staff; 0 is any (8000)")
    serve.add_argument("--parents-port", type=port, default=8001, help="of the parents (8001)")
    serve.add_argument("--certificate", type=Path, metavar="FILE", help="the certificate, as PEM")
    serve.add_argument("--key", type=Path, metavar="FILE", help="its private key, as PEM")
    serve.add_argument(
        "--behind-proxy",
        metavar="ADDRESS",
        help="a proxy at this address ends TLS and tells who asks (X-Forwarded-For)",
    )


def run(args: Namespace) -> int:
    """Serve until stopped."""
    from api.wiring import settings_with_notes

    return serve_settings(settings_with_notes(), args)


def serve_settings(settings: "Loaded", args: Namespace) -> int:
    """Serve what `args` name, as these settings say, until stopped."""
    from api.listener import serve
    from api.wiring import open_bench
    from graphsync.roster_memory import RosterMemory

    staff, rosters = args.staff or not args.parents, RosterMemory()
    with open_bench(settings, *_needs(settings, args, staff=staff), requester="serve") as bench:
        served = []
        beside: AbstractContextManager[None] = contextlib.nullcontext()
        if staff:
            from api.staff.app import application as for_staff

            home = _home(settings, bench, rosters)
            served.append((for_staff(home), _listening(args, args.port)))
            beside = _clock(home)
        if args.parents:
            from api.parents.app import application as for_parents

            asking = dataclasses.replace(bench, requester="parents", rosters=rosters)
            served.append((for_parents(asking), _listening(args, args.parents_port)))
        return serve(served, beside)


def _needs(settings: "Loaded", args: Namespace, *, staff: bool) -> "list[Need]":
    from graphsync.settings import Need

    needs = [Need.PACKS]
    if staff:
        needs += [Need.STAFF, Need.TENANT, Need.MAIL, Need.CLOCK, Need.FEED]
    if args.parents:
        mails = [Need.TENANT, Need.MAIL] if settings.values.mail_from is not None else []
        needs += [Need.PARENTS, *mails]
    return needs


def _home(settings: "Loaded", bench: "Bench", rosters: "RosterMemory") -> "Home":
    from api.access import Access
    from api.chores import WORK
    from api.running import Runner
    from api.sign_in import SignIn
    from api.staff.home import Home, Once
    from api.tokens import tokens_of
    from api.wiring import random_secret
    from api.work import Places
    from graphsync.trouble import Broken

    tenant, public_url = bench.tenant, settings.values.public_url or ""
    if tenant.managed_identity:
        raise Broken(
            "a managed identity cannot sign people in: give GRAPHSYNC_CLIENT_CERTIFICATE_PATH or"
            " GRAPHSYNC_CLIENT_SECRET where the console is served"
        )
    if bench.sealer is None:
        raise Broken("GRAPHSYNC_SEAL_KEY is missing")
    tokens = Once(
        lambda: tokens_of(tenant.authority, tenant.tenant_id, tenant.client_id, tenant.ca_file)
    )
    return Home(
        bench=dataclasses.replace(bench, rosters=rosters),
        access=Access(settings.values.access_file),
        tokens=tokens,
        sign_in=SignIn(tenant, public_url, bench.sealer, tokens, bench.now),
        new_secret=random_secret,
        colour=settings.values.colour,
        runner=Runner(
            bench,
            WORK,
            Places(settings.values.roster_path, settings.values.data_dir / "uploads"),
        ),
        times=_times(settings),
        loaded=settings,
        step_up=settings.values.step_up,
    )


def _times(settings: "Loaded") -> "Times":
    """What a setting that is missing rules out is switched off."""
    from api.chores import Times

    values = settings.values
    return Times(
        sync_at=values.sync_at if values.roster_path else None,
        remind_at=values.remind_at if values.parents_url and values.mail_from else None,
        pulls=values.dlp_pull,
        alarms=values.mail_from is not None,
    )


@contextlib.contextmanager
def _clock(home: "Home") -> Iterator[None]:
    """Jobs are carried out and the clock strikes; both stop as a command does."""
    from api.schedule import Clock  # heavy: the service answers already

    clock = Clock(home.bench, home.runner, home.times)
    home.runner.start()
    clock.start()
    try:
        yield
    finally:
        clock.stop()
        home.runner.stop()


def _listening(args: Namespace, port: int) -> "Listening":
    from api.listener import Listening

    return Listening(
        host=args.host,
        port=port,
        certificate=args.certificate,
        key=args.key,
        proxy=args.behind_proxy or "",
    )
