"""`graphsync consent`: what the school was allowed to do, and what follows from it."""

from api.commands import consent_enforce
from api.usage import Commands


def declare(commands: Commands) -> None:
    """Add the commands."""
    group = commands.group(
        "consent",
        "Say whether a licence without a consent goes",
        "graphsync consent observe oak",
    )
    consent_enforce.declare(group)
