"""`graphsync init`: the first `.env` and packs, by asking and by looking at the tenant."""

import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from api.usage import Commands
from graphsync.report import Exit

if TYPE_CHECKING:
    from graphsync.beginning.answers import SchoolAnswers
    from graphsync.beginning.seeing import Seen
    from graphsync.doctor.findings import Finding
    from graphsync.settings import Loaded


def declare(commands: Commands) -> None:
    """Add the command."""
    init = commands.add(
        "init",
        "Write the first .env and packs, by asking and by looking at the tenant",
        "graphsync init --out school --answers answers.yaml",
        run,
    )
    init.add_argument(
        "--out", type=Path, default=Path(), metavar="DIR", help="write there (the current folder)"
    )
    init.add_argument(
        "--answers", type=Path, metavar="FILE", help="ask nothing: the answers as JSON or YAML"
    )


def run(args: Namespace) -> int:
    """0 when written and nothing is broken, 3 when written and doctor finds something broken."""
    from api.answer import answer
    from api.commands.doctor import examined, exit_code
    from graphsync.beginning.writing import refuse_standing, write_new
    from reports.listing import plain

    refuse_standing({args.out / ".env": ""})
    values, schools = _answers(args)
    seen = _seen(values)
    files = _files(args.out, values, schools or _asked_schools(seen, values), seen)
    write_new(files)
    findings = examined(_as_written(values, args.out))
    document = {"files": [str(path) for path in files], "items": plain(findings)}
    answer(args, document, lambda: _text(args.out, list(files), findings))
    return Exit.DONE if exit_code(findings) is Exit.DONE else Exit.PARTLY


def _answers(args: Namespace) -> tuple[dict[str, str], "Sequence[SchoolAnswers]"]:
    """The settings, checked and with a fresh seal key; the schools where a file names them."""
    import msgspec

    from graphsync.beginning.answers import checked, read_answers, setting_values
    from graphsync.sealing import new_key

    given: dict[str, str]
    schools: Sequence[SchoolAnswers] = ()
    if args.answers is None:
        from api.first_questions import ask_settings

        given = ask_settings()
    else:
        answers = read_answers(args.answers)
        given, schools = msgspec.structs.asdict(answers), answers.schools
    values = {**setting_values(given), "data_dir": "data", "seal_key": new_key()}
    checked(values)
    return {**values, "packs_dir": "packs"}, schools


def _asked_schools(seen: "Seen | None", values: Mapping[str, str]) -> "Sequence[SchoolAnswers]":
    from api.first_questions import ask_schools

    return tuple(ask_schools(seen, values))


def _files(
    out: Path,
    values: Mapping[str, str],
    schools: "Sequence[SchoolAnswers]",
    seen: "Seen | None",
) -> dict[Path, str]:
    """Every file's text, tried with the product's own loaders; raises Refusal."""
    from api.wiring import utc_now
    from graphsync.beginning.writing import env_text, pack_text, tried_packs

    day = utc_now().date()
    packs = {one.id: pack_text(one, seen, day) for one in schools}
    tried_packs(packs)
    files = {out / "packs" / f"{school}.yaml": text for school, text in packs.items()}
    return {out / ".env": env_text(values, day), **files}


def _seen(values: Mapping[str, str]) -> "Seen | None":
    """The tenant, where it lets us in; otherwise None, and why on stderr."""
    import asyncio

    from api.wiring import utc_now
    from graphsync.beginning.seeing import look
    from graphsync.settings import settings_of
    from graphsync.tenant.problems import TenantProblem

    try:
        tenant = settings_of({n: v for n, v in values.items() if n != "packs_dir"}).tenant()
        seen = asyncio.run(look(tenant, utc_now, asyncio.sleep))
    except TenantProblem as problem:
        sys.stderr.write(f"note: nothing is proposed from the tenant. {problem}\n")
        return None
    for text in seen.untold:
        sys.stderr.write(f"note: {text}\n")
    return seen


def _as_written(values: Mapping[str, str], out: Path) -> "Loaded":
    """The settings as they are read by whoever starts graphsync in that folder."""
    from graphsync.settings import settings_of

    inside = {name: str(out / values[name]) for name in ("packs_dir", "data_dir")}
    return settings_of({**values, **inside})


def _text(out: Path, files: Sequence[Path], findings: "Sequence[Finding]") -> str:
    from reports.doctor import as_table

    written = "".join(f"  {path}\n" for path in files)
    then = f"Read the packs, mend what is marked, then run in {out.resolve()}:\n"
    return f"Written:\n{written}\n{as_table(findings)}\n{then}  graphsync doctor\n"
