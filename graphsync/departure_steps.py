"""What a person does by hand where a departure could not be carried out, and whom to tell of it.

Pure. Nothing here names anybody: an account goes by its object id, in Active Directory by its
security identifier.
"""

import re

from msgspec import Struct

from graphsync.accounts import Account
from policies.departures import Departure

TOKENS = (
    "Access tokens that were given out before may work for about an hour, in apps that do not ask"
    " again; where that is too long, block there as well."
)
MAILBOX = "Mailbox, files, groups and licences are untouched and stay so until this is withdrawn."
MAILBOX_LATER = "Mailbox and files are untouched; groups and licences go later, as of every leaver."
ROTATE = (
    "the secret or certificate of graphsync's app (Entra, App registrations), then the settings",
    "GRAPHSYNC_SEAL_KEY: a new key first, the old one behind it until every slip is printed",
    "the password of the database, and who may read GRAPHSYNC_DATA_DIR and its backups",
    "their sign-in to the machine that runs graphsync: account, SSH keys, remote desktop",
    "their roles of the app and of the directory; their entries in the access file and the packs",
)
_SID = re.compile(r"S-1-[0-9-]{1,180}")
_PORTAL = "entra.microsoft.com, Users, All users, search {id}"


class Missing(Struct, frozen=True):
    """What of a departure was not done, and why as far as it tells what to do."""

    block: bool
    sessions: bool


def steps(account: Account, missing: Missing) -> tuple[str, ...]:
    """The steps in their order; none when nothing is missing."""
    found: list[str] = []
    place = _PORTAL.format(id=account.id)
    if missing.block and account.mastered_in_ad:
        found += _in_ad(account)
    elif missing.block:
        found.append(
            f"As a Privileged Role Administrator or Global Administrator: {place}, Edit"
            " properties, Settings, Account enabled: off, Save"
        )
        found.append(f"Take its directory roles away: {place}, Assigned roles")
    if missing.sessions:
        found.append(f"{place}, Revoke sessions")
    return tuple(found)


def _in_ad(account: Account) -> tuple[str, ...]:
    sid = account.on_premises_security_identifier or ""
    named = f"'{sid}'" if _SID.fullmatch(sid) else "(the account of this person)"
    return (
        f"On a domain controller, in PowerShell: Disable-ADAccount -Identity {named}",
        "On the server of Entra Connect: Start-ADSyncSyncCycle -PolicyType Delta",
    )


def alert_subject(departure: Departure) -> str:
    """Neither a name nor what it is about."""
    return f"graphsync: {departure.id} needs a person's hand now"


def alert_text(departure: Departure, left: tuple[str, ...], rotate: tuple[str, ...]) -> str:
    """The mail to head and HR: what is left to do, without a name and without the reason."""
    whom = f"{departure.person}" if departure.person else f"account {departure.object_id}"
    lines = [f"Departure {departure.id} ({whom}) is not done as a whole."] if left else []
    if left:
        lines += ["Somebody has to do this by hand, at once:", *_numbered(left)]
        lines += [
            f"Then confirm it: Leavers in the console, or graphsync depart --confirm {departure.id}"
        ]
        lines += ["This mail comes again until somebody confirms.", ""]
    if rotate:
        lines.append(
            f"Departure {departure.id}: this account helped to run graphsync, and was not sent this"
            " mail. Its sessions here were ended. Change now:"
        )
        lines += [*_numbered(rotate), ""]
    return "\n".join([*lines, TOKENS]) + "\n"


def _numbered(texts: tuple[str, ...]) -> list[str]:
    return [f"  {number}. {text}" for number, text in enumerate(texts, 1)]
