"""What becomes of a departure's work: when what happens, and what a person hands over by hand.

Automatic replies, owners of teams and rights on shared mailboxes are out of reach for graphsync's
permissions; each is an exact step for the IT manager, ticked off by the one who did it (law B5).
"""

import re
from datetime import datetime, timedelta

from msgspec import Struct

from policies.departures import Departure, Did, Move, State
from policies.school_days import LONDON, school_day

DELETE_AFTER_DAYS = 90  # law, retention of a staff leaver: unless held
_DAY = timedelta(days=1)
# Each step is a move of the departure once somebody has done it.
_STEPS = {
    Did.REPLY_SET: "Automatic reply",
    Did.OWNERS_MOVED: "Owners of teams and classes",
    Did.SHARED_TAKEN: "Rights on shared mailboxes",
    Did.FILES_HANDED: "Files in OneDrive",
}
_HOW = {
    Did.REPLY_SET: "Microsoft 365 admin centre, Users, Active users, {who}, Mail, Automatic"
    " replies: on, naming {owner}",
    Did.OWNERS_MOVED: "Entra admin centre, Users, {who}, Groups: for each that they own, add"
    " {owner} as an owner; in Teams admin centre, Manage teams, look that no team has none",
    Did.SHARED_TAKEN: "In Exchange Online PowerShell: Get-EXOMailbox -RecipientTypeDetails"
    " SharedMailbox -ResultSize Unlimited | Get-EXOMailboxPermission -User {who}; then for each"
    " Remove-MailboxPermission -Identity MAILBOX -User {who} -AccessRights FullAccess",
    Did.FILES_HANDED: "Microsoft 365 admin centre, Users, Active users, {who}, OneDrive, Create"
    " link to files: give {owner} what the school needs, before the licence goes",
}
_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}")
_SOMEBODY, _OWNER = "(the account of this person)", "(whoever takes over)"


class Stage(Struct, frozen=True):
    """One thing that happens: when (None: not by a day), what, and by whom."""

    at: datetime | None
    what: str
    by: str


class Task(Struct, frozen=True, kw_only=True):
    """One step by hand; `done` is the move that says so, None while it is open."""

    task: Did
    title: str
    how: str
    done: Move | None


def stages(departure: Departure, licence_after_days: int) -> tuple[Stage, ...]:
    """What happens and when, as long as the departure stands."""
    hour = departure.leaves_at
    us = "graphsync"
    after = Stage(hour + _DAY, "The page of this departure says whether all was done", us)
    found = (
        Stage(hour, "Sign-in is blocked", us),
        Stage(hour, "Sessions are revoked, as soon as the block is accepted; both read back", us),
    )
    if departure.keeps:
        kept = "Groups, licences, mailbox and files stay, as evidence"
        return (*found, after, Stage(None, kept, "nobody"))
    decided = (
        "Whether the account is deleted is decided, never while a hold stands; graphsync deletes"
        " none"
    )
    return (
        *found,
        Stage(hour, "What is handed over by hand, step by step on this page", "IT manager"),
        after,
        Stage(
            _days_after(hour, licence_after_days),
            "Groups and licences go, in a plan that the guard judges",
            us,
        ),
        Stage(_days_after(hour, DELETE_AFTER_DAYS), decided, "head and IT manager"),
    )


def _days_after(hour: datetime, days: int) -> datetime:
    """So many days later at the same time on the wall."""
    return hour.astimezone(LONDON) + timedelta(days=days)


def report(departure: Departure, now: datetime) -> str:
    """The line of the day after: done or failed; empty before it, and for one taken back."""
    state = departure.state(now)
    if state is State.WITHDRAWN or now < departure.leaves_at + _DAY:
        return ""
    day = f"{school_day(departure.leaves_at):%d.%m.%Y}"
    if state in {State.DONE, State.CONFIRMED}:
        how = "read back from the tenant" if state is State.DONE else "done by hand and confirmed"
        return f"Last day {day}: sign-in blocked and sessions ended, {how}."
    return f"Last day {day}: failed. It is not done as a whole: the steps by hand are still open."


def tasks(departure: Departure, owner: str) -> tuple[Task, ...]:
    """The steps by hand of an ordinary departure; none of one whose evidence stays as it is.

    `owner` is the sign-in name of whoever takes over, empty where nobody is named.
    """
    if departure.keeps:
        return ()
    who, to = _plain(departure.sign_in_name, _SOMEBODY), _plain(owner, _OWNER)
    return tuple(
        Task(
            task=did,
            title=title,
            how=_HOW[did].format(who=who, owner=to),
            done=departure.last(did),
        )
        for did, title in _STEPS.items()
    )


def _plain(address: str, otherwise: str) -> str:
    """An address that is safe to paste into a shell, else words for it."""
    return address if _ADDRESS.fullmatch(address) else otherwise


def why_not_ticked(departure: Departure, task: Did, now: datetime) -> str:
    """Why this step may not be ticked off now; empty when it may."""
    state = departure.state(now)
    if task not in _STEPS or departure.keeps:
        return "there is no such step by hand"
    if state in {State.DATED, State.WITHDRAWN}:
        return f"the departure is {state}"
    return "it was ticked off already" if departure.last(task) else ""
