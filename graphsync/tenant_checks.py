"""What the checks of a policy see in the tenant: accounts and groups as the last plan saw them.

What no plan needs is asked now: owners of filter groups, how accounts may sign in.
"""

from collections.abc import Callable

from graphsync import sign_in_findings
from graphsync.administrators import administrator_findings, moved_lately
from graphsync.age_findings import NAMED, age_findings
from graphsync.asked_now import Question, asked_now
from graphsync.bench import Bench
from graphsync.group_findings import (
    Look,
    direct_right_findings,
    ended_class_findings,
    filter_findings,
    filter_group_ids,
    owner_findings,
    role_holder_findings,
    staff_only_findings,
    team_findings,
    telling_name_findings,
)
from graphsync.intake import latest_roster
from graphsync.licence_findings import licence_findings
from graphsync.licence_scene import licence_scene
from graphsync.sign_in_questions import sign_in_questions
from graphsync.tenant.door import Door
from graphsync.tenant.memberships import owners_of
from graphsync.tenant.snapshot import snapshot
from policies.findings import Finding
from policies.licensing import asks_for_consent
from policies.pack_layers import Layers
from policies.pack_loading import load_layers
from policies.people import Roster
from policies.rules import Rules
from policies.school_days import school_day

ClauseOf = Callable[[str], str]
OWNERS = "groups.min_owners_filter"
ADMINISTRATORS = "protected.administrators"
SOFTWARE = "registers.software"
TEAM = "roles.technical_team.size"


async def tenant_findings(bench: Bench, rules: Rules) -> list[Finding]:
    """Everything; nothing of a school that has no accepted roster or was never planned."""
    layers = load_layers(bench.packs_dir, rules.school)
    clause_of = layers.clause
    mirror = bench.store.mirror.load(bench.tenant.tenant_id)
    if mirror is None:
        return []
    now = bench.now()
    seen = snapshot(mirror, now)
    found = [*sign_in_findings.of_school(bench, rules, seen, clause_of)]
    questions = sign_in_questions(bench, rules, seen, clause_of)
    roster = latest_roster(bench, rules.school)
    if roster is None:
        return [*found, *await asked_now(bench, questions)]
    scene = licence_scene(bench, rules, roster, seen)
    look = Look(rules=rules, desired=scene.desired, links=scene.links, snapshot=seen)
    found += _of_groups(look, roster, clause_of)
    if clause_of(TEAM) or rules.technical_team:
        found += role_holder_findings(look, clause_of(TEAM))
    found += administrator_findings(
        rules, seen, look.desired, moved_lately(bench, rules), clause_of(ADMINISTRATORS)
    )
    found += licence_findings(scene, clause_of(SOFTWARE))
    found += age_findings(
        scene.desired,
        scene.account,
        rules,
        asks=asks_for_consent(rules),
        marked=bool(seen.school_data_sync),
        named=NAMED,
    )
    questions += _of_owners(look, layers, clause_of)
    return [*found, *await asked_now(bench, questions)]


def _of_groups(look: Look, roster: Roster, clause_of: ClauseOf) -> list[Finding]:
    day = school_day(look.snapshot.taken_at)
    found = [
        *filter_findings(look, clause_of("groups.filter")),
        *staff_only_findings(look, clause_of("groups.staff_only_protected")),
        *ended_class_findings(look, day, clause_of("groups.class")),
        *team_findings(look, clause_of("groups.teams")),
        *telling_name_findings(roster, look.rules, day, ""),
    ]
    if clause := clause_of("groups.direct_rights"):
        found += direct_right_findings(look, clause)
    return found


def _of_owners(look: Look, layers: Layers, clause_of: ClauseOf) -> list[Question]:
    groups, clause = filter_group_ids(look), clause_of(OWNERS)
    if not groups or not clause:
        return []

    async def answer(door: Door) -> list[Finding]:
        owners = await owners_of(door, groups)
        return owner_findings(look, owners, layers.value(OWNERS), clause)

    return [Question(key=OWNERS, clause=clause, answer=answer)]
