"""What of `graphsync breach` mends each fault of an entry, said after the fault."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from policies.breach_faults import Mend

if TYPE_CHECKING:
    from graphsync.breach_desk import BreachFile

COMMANDS: Mapping[Mend, str] = {
    Mend.ADVISE: "breach advise",
    Mend.DEPUTY: "breach advise --unavailable WHY",
    Mend.DECIDE: "breach decide",
    Mend.BODY: "breach told --whom dfe",
    Mend.NOTIFY: "breach notify --sent",
    Mend.TELL_PEOPLE: "breach told --whom people",
    Mend.AWARE: "breach aware",
    Mend.RERATE: "breach note --risk",
    Mend.INVESTIGATOR: "breach note --investigated-by",
    Mend.RISK: "breach note --risk",
    Mend.RISK_REASONS: "breach note --risk-reasons",
    Mend.DESCRIPTION: "breach note --description",
    Mend.CAUSE: "breach note --cause",
    Mend.CONSEQUENCES: "breach note --consequences",
    Mend.REMEDY: "breach note --remedy",
    Mend.INVESTIGATION: "breach note --investigation",
    Mend.INVESTIGATED_BY: "breach note --investigated-by",
    Mend.OUTCOME: "breach note --outcome",
    Mend.WHY: "--why",
    Mend.REFERENCE: "--reference",
    Mend.LATE: "--late",
    Mend.HOW: "--how",
    Mend.REOPEN: "breach reopen",
    Mend.SPAN: "--to, --from",
}


def with_command(file: "BreachFile") -> "BreachFile":
    """An entry whose missing things name the command that mends each."""
    import msgspec

    pairs = zip(file.missing, file.mends, strict=True)
    return msgspec.structs.replace(file, missing=tuple(_mended(*pair) for pair in pairs))


@contextmanager
def with_commands() -> Iterator[None]:
    """Refusals of the desk name the command that mends each fault."""
    from graphsync.breach_desk import Unmended
    from graphsync.trouble import Refusal

    try:
        yield
    except Unmended as refused:
        told = (_mended(str(one), one.mend) for one in refused.faults)
        raise Refusal(refused.about + "; ".join(told)) from None


def _mended(text: str, mend: Mend) -> str:
    return f"{text} ({COMMANDS[mend]})"
