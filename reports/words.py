"""The words for people of everything a run report names by code.

*Held*, *foreign*, *disputed* and *protected* are words of this product, the same everywhere.
"""

from datetime import date, datetime
from typing import Any

from msgspec import Struct

from graphsync.report import RunState
from policies.school_days import LONDON

# Bell, escape and their like could drive a terminal, marks and overrides of direction could turn
# around what stands beside them; a name from a file has no use for either.
_TURNING = dict.fromkeys(
    (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)),
    "\N{REPLACEMENT CHARACTER}",
)
_UNPRINTABLE = _TURNING | dict.fromkeys(
    (*range(0x20), *range(0x7F, 0xA0)), "\N{REPLACEMENT CHARACTER}"
)

KINDS = {  # kind of change -> heading, in plan order
    "disable_user": "Sign-in blocked",
    "revoke_sessions": "Sessions revoked",
    "create_group": "New groups",
    "update_group": "Groups renamed",
    "license_group": "Groups that give a licence",
    "create_user": "New accounts",
    "update_user": "Accounts changed",
    "add_to_group": "Joining groups",
    "remove_from_group": "Leaving groups",
    "create_team": "New Teams",
    "assign_licence": "Licences given",
    "remove_licence": "Licences taken back",
    "enable_user": "Sign-in opened",
}
RANK = {kind: rank for rank, kind in enumerate(KINDS)}


class HeldWords(Struct, frozen=True):
    """A reason to hold someone: its heading, and what a person does about it."""

    title: str
    mend: str


HELD = {
    "bad_row": HeldWords(
        "Row that cannot be trusted", "Correct the row in SIMS; the next export releases them."
    ),
    "absent": HeldWords(
        "Missing from the export, no leaving date",
        "Enter the leaving date in SIMS if they left, or find out why the report omits them. "
        "Missing from the next complete export as well, they count as leavers.",
    ),
    "future_start": HeldWords("Not here yet", "Nothing to do: they follow on their first day."),
    "possible_existing_account": HeldWords(
        "May have an account already",
        "Say for each whose account it is: graphsync match list, then match accept or refuse.",
    ),
    "disputed_account": HeldWords(
        "Account claimed by more than one",
        "Decide whose it is: graphsync match list shows every claim.",
    ),
    "protected": HeldWords(
        "Protected account",
        "graphsync never changes these. Change them by hand, or take them off the pack's list.",
    ),
    "disabled_by_hand": HeldWords(
        "Blocked by someone else",
        "Ask who blocked it and why; if they may come back, enable it in the Entra admin centre.",
    ),
    "account_gone": HeldWords(
        "Account no longer in the tenant",
        "Restore it from Deleted users in the Entra admin centre, within 30 days of its deletion.",
    ),
    "hold": HeldWords(
        "On hold", "graphsync hold list says who asked and until when; hold lift asks for its end."
    ),
    "return": HeldWords(
        "Departure withdrawn, sign-in still blocked",
        "graphsync plan --only KEY drafts it; the head approves, then graphsync apply opens it.",
    ),
    "ad": HeldWords(
        "Mastered in Active Directory",
        "graphsync worklist lists it for whoever keeps that; done is what the tenant shows.",
    ),
    "adopted_difference": HeldWords(
        "Adopted account that differs",
        "It keeps what it has. If the roster is right: graphsync match agree KEY.",
    ),
    "upn_change": HeldWords(
        "New name, same sign-in name",
        "Agree a day with them, then change the sign-in name in the Entra admin centre.",
    ),
    "no_name": HeldWords(
        "No user name can be formed",
        "Fill in SIMS what the naming pattern needs, or change the pattern in the pack.",
    ),
    "no_licence_left": HeldWords(
        "No licence left", "Free some or buy more; the next run gives them out."
    ),
    "no_permission": HeldWords(
        "No permission for the school's ICT",
        "Get the ICT form in and verified; an account that was there before stays meanwhile.",
    ),
    "no_consent": HeldWords(
        "No licence: no consent",
        "Get the form in and verified (graphsync consent); say what is provided without it.",
    ),
    "consent_denied": HeldWords(
        "To be told Denied in the tenant",
        "It may end their sign-in. If it is meant: graphsync plan --deny KEY, then another's yes.",
    ),
    "licence_without_consent": HeldWords(
        "Licence that no consent carries",
        "Get the form in; once the head approves (graphsync consent enforce) the licence goes.",
    ),
    "licence_not_given": HeldWords(
        "Licence that a licence group has not given",
        "Mend what Entra names, then choose Reprocess on the person's licences in the Entra admin "
        "centre; a group that has only just been joined needs some minutes.",
    ),
    "licence_group_changed": HeldWords(
        "Licence group that somebody changed",
        "Take the group's licences and members away in the Entra admin centre: the next night sets "
        "it up again.",
    ),
    "licence_by_group": HeldWords(
        "Licence through a group, without a consent",
        "Take the pupil out of that group by hand, or the licence off the group.",
    ),
    "group_needs_consent": HeldWords(
        "Group that carries a licence",
        "It waits for a consent that covers what the group licenses.",
    ),
    "group_not_ours": HeldWords(
        "Group that is not ours",
        "Rename it, or bind it in the pack (groups, bind) so that graphsync may keep it.",
    ),
    "no_filter": HeldWords(
        "In no filter group that we know",
        "Enter the pupil's year in SIMS; until then the filter product's default must be strict.",
    ),
    "no_owner": HeldWords(
        "Class without a teacher's account",
        "Nothing to do once the teacher has one; else enter the teacher of the class in SIMS.",
    ),
    "membership_not_ours": HeldWords(
        "In a bound group before us",
        "If they should not be: take them out by hand, or adopt the group (groups, adopt).",
    ),
    "not_undone": HeldWords(
        "Cannot be taken back", "Read the sentence of each; do by hand what still has to be done."
    ),
    "risk_notice": HeldWords(
        "Class log-on, holders to acknowledge the risks",
        "graphsync class-logon acknowledge records each; nothing is made before.",
    ),
    "password_known": HeldWords(
        "Class log-on, somebody who knows its password left",
        "Give it a new password and hand the slip to those who hold it now.",
    ),
    "administrator_account": HeldWords(
        "Administrator account to suspend by hand",
        "Suspend it by hand. Who only moved may keep it, if the task is still theirs.",
    ),
    "paused": HeldWords(
        "Waiting for the end of a pause",
        "graphsync pause lists what is paused and why; graphsync resume ends it.",
    ),
}

STATES = {  # state -> what the heading says
    RunState.DRAFTED: "ready to apply",
    RunState.PARKED: "parked",
    RunState.OBSERVED: "observed, nothing written",
    RunState.APPROVED: "approved, not yet applied",
    RunState.APPLYING: "being applied",
    RunState.APPLIED: "applied",
    RunState.PARTLY: "partly applied",
    RunState.REFUSED: "refused, nothing written",
    RunState.SUPERSEDED: "superseded",
    RunState.RETURNED: "sent back",
    RunState.BROKEN: "broken",
}

OUTCOMES = {  # outcome -> what it means, in the order shown
    "done": "done, and read back",
    "unverified": "accepted, but not yet seen in the tenant",
    "refused": "refused by the tenant",
    "unknown": "no answer: it may or may not have happened",
    "not_tried": "not tried",
}

PROPERTIES = {  # Graph property -> what a school calls it
    "userPrincipalName": "sign-in name",
    "mailNickname": "mail nickname",
    "displayName": "display name",
    "givenName": "given name",
    "surname": "surname",
    "employeeType": "kind",
    "companyName": "school",
    "department": "form or role",
    "usageLocation": "usage location",
    "accountEnabled": "may sign in",
    "signInSessions": "sessions",
    "uniqueName": "unique name",
    "resourceProvisioningOptions": "becomes",
    "disabledPlans": "plans switched off",
    "sku": "licence",
}

ORIGINS = {  # why something changes
    "roster": "roster",
    "rule": "rule of the pack",
    "consent": "consent",
    "hold": "hold",
    "drift": "changed by hand",
    "undo": "undo",
    "departure": "departure",
    "safeguarding": "name kept by safeguarding",
}


def clean(text: str) -> str:
    """The text without characters that could drive a terminal or turn a line around."""
    return text if text.isascii() and text.isprintable() else text.translate(_UNPRINTABLE)


def unturned(value: Any) -> Any:
    """What a page says, lines and all, without characters that could turn it around."""
    plain = type(value) is not str or value.isascii()
    return value if plain else value.translate(_TURNING)


def held_words(reason: str) -> HeldWords:
    """The words of a reason; a reason without words speaks for itself."""
    return HELD.get(reason) or HeldWords(title_of(reason), "Read the sentence of each.")


def kind_title(kind: str) -> str:
    """The heading of a kind of change."""
    return KINDS.get(kind) or title_of(kind)


def title_of(code: str) -> str:
    """A code as a heading: `no_licence_left` → `No licence left`."""
    return code.replace("_", " ").capitalize()


def property_title(name: str) -> str:
    """What a school calls a Graph property."""
    return PROPERTIES.get(name, name)


def people_of(kind: str, number: int) -> str:
    """`1 pupil`, `31 pupils`, `4 staff`."""
    return f"{number:,} {kind if number == 1 else plural(kind)}"


def plural(kind: str) -> str:
    """`pupils`, `staff`."""
    return kind if kind == "staff" else f"{kind}s"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 file`, `3 files`, `2 people`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def long_day(day: date) -> str:
    """`Wed 25 November 2026`."""
    return f"{day:%a} {day.day} {day:%B %Y}"


def long_moment(moment: datetime) -> str:
    """`Wed 25 November 2026, 16:05`, by the clock at school."""
    local = moment.astimezone(LONDON)
    return f"{long_day(local.date())}, {local:%H:%M}"
