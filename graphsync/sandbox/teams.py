"""Teams made of Microsoft 365 groups (Graph docs: team-put-teams, team-get, the team resource).

A group that was made less than 15 minutes ago (by the scale, on the sandbox's clock) is not known
to Teams: in Microsoft's cloud it may be, here it never is.
"""

from datetime import datetime
from typing import Any

from graphsync.sandbox.calls import Answer, Call
from graphsync.sandbox.lookups import find_group, require_at_primary
from graphsync.sandbox.objects import GONE, Entry
from graphsync.sandbox.presenting import context, shape
from graphsync.sandbox.problems import Refusal, bad_request, not_found, read_only
from graphsync.sandbox.schema import check_properties, names

OPTION = "Team"  # in resourceProvisioningOptions (Graph docs: teams-list-all-teams)
KNOWN_AFTER_SECONDS = 15 * 60
_READ_ONLY = names("id createdDateTime internalId isArchived summary tenantId webUrl")
# The "team" resource: what holds where nothing is said.
_USUAL: dict[str, dict[str, Any]] = {
    "memberSettings": dict.fromkeys(
        (
            *("allowCreateUpdateChannels", "allowCreatePrivateChannels", "allowDeleteChannels"),
            *("allowAddRemoveApps", "allowCreateUpdateRemoveTabs"),
            "allowCreateUpdateRemoveConnectors",
        ),
        True,
    ),
    "guestSettings": {"allowCreateUpdateChannels": False, "allowDeleteChannels": False},
    "messagingSettings": dict.fromkeys(
        (
            *("allowUserEditMessages", "allowUserDeleteMessages", "allowOwnerDeleteMessages"),
            *("allowTeamMentions", "allowChannelMentions"),
        ),
        True,
    ),
    "funSettings": {
        "allowGiphy": True,
        "giphyContentRating": "moderate",
        "allowStickersAndMemes": True,
        "allowCustomMemes": True,
    },
}
# A Team takes these from its group (Graph docs: team-post, example 4).
_OF_THE_GROUP = ("displayName", "description", "classification", "visibility")


def create_team(call: Call) -> Answer:
    """201 and the Team; the group has to be old enough, of Microsoft 365, owned, and none yet."""
    group = find_group(call, call.keys[0])
    require_at_primary(group, call.keys[0])
    body = {name: value for name, value in call.properties.items() if name != "@odata.type"}
    check_properties(body, "team", "Team")
    for name in sorted(body.keys() & (_READ_ONLY | {*_OF_THE_GROUP, "specialization"})):
        raise read_only(name)
    held = group.current.properties
    if _is_team(group):
        # Recorded: microsoft-graph-docs issue 6448 (the text is unverified).
        raise Refusal(409, "Conflict", "Team already exists for this group.")
    if "Unified" not in held.get("groupTypes", ()):
        raise bad_request("Only Microsoft 365 groups can become teams.", "BadRequest")  # unverified
    if not _owned(call, group):
        # Recorded: o365-moodle issue 2842 (the text is unverified).
        raise bad_request("The group must have at least one owner.", "BadRequest")
    if _age(call, group) < KNOWN_AFTER_SECONDS / call.tenant.time_scale:
        raise not_found(call.keys[0])
    settings = {name: {**usual, **(body.get(name) or {})} for name, usual in _USUAL.items()}
    made = {"createdDateTime": call.tenant.clock.stamp(), **settings}
    call.tenant.directory.change(group, {"resourceProvisioningOptions": [OPTION], "_team": made})
    return Answer(201, _shown(call, group, group.current.properties))


def get_team(call: Call) -> Answer:
    """200 and the Team, as a replica has its group; 404 for a group that is none."""
    group = find_group(call, call.keys[0])
    seen = group.seen(call.horizon)
    held = seen.properties if seen is not None else {}
    if OPTION not in held.get("resourceProvisioningOptions", ()):
        raise not_found(call.keys[0])
    return Answer(200, _shown(call, group, held))


def _is_team(group: Entry) -> bool:
    return OPTION in group.current.properties.get("resourceProvisioningOptions", ())


def _owned(call: Call, group: Entry) -> bool:
    """Whether anybody who is still there owns the group."""
    entries = call.tenant.directory.entries
    owners = group.current.properties.get("_owners") or ()
    return any(entries[key].current.state != GONE for key in owners)


def _age(call: Call, group: Entry) -> float:
    made = datetime.fromisoformat(group.current.properties["createdDateTime"])
    return (call.tenant.clock.now() - made).total_seconds()


def _shown(call: Call, group: Entry, held: dict[str, Any]) -> dict[str, Any]:
    """One that a seed made a Team has the usual settings."""
    team = {
        "isArchived": False,
        "tenantId": call.tenant.id,
        "webUrl": f"https://teams.microsoft.com/l/team/{group.id}/conversations"
        f"?groupId={group.id}&tenantId={call.tenant.id}",
        **{name: held.get(name) for name in _OF_THE_GROUP},
        **_USUAL,
        **held.get("_team", {}),
    }
    if team["visibility"]:
        team["visibility"] = str(team["visibility"]).lower()
    shaped = shape("team", call.query.select("team"))(group.id, team)
    return {"@odata.context": context("teams", None, single=True), **shaped}
