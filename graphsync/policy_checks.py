"""Every check of a school's policy: what a person must look at, from the pack and the records.

A check reads and never writes. One that needs the tenant opens the door itself, by the bench.
"""

from collections.abc import Awaitable, Callable

from graphsync.bench import Bench
from graphsync.consent_findings import consent_findings
from graphsync.feed_findings import feed_findings
from graphsync.group_desk import unconfirmed
from graphsync.joiner_desk import unsigned_weeks
from graphsync.policy_desk import standings
from graphsync.tenant_checks import tenant_findings
from policies.findings import Finding
from policies.pack_loading import load_layers
from policies.password_findings import password_findings
from policies.policy_findings import policy_findings
from policies.rules import Rules
from policies.school_days import school_day

JOINERS = "accounts.joiners.weekly_sign_off"
OWNERS = "groups.yearly_owner_confirmation"
Check = Callable[[Bench, Rules], Awaitable[list[Finding]]]


async def pack_findings(bench: Bench, rules: Rules) -> list[Finding]:
    """What the school's packs leave open or let lapse, and why a version is not in force."""
    layers = load_layers(bench.packs_dir, rules.school)
    refused = [
        Finding(clause="", subject=one.owner, sentence=f"version {one.version}: {objection}")
        for one in standings(bench, layers)
        for objection in one.objections
    ]
    return [*refused, *policy_findings(layers, school_day(bench.now()))]


async def password_rule_findings(_: Bench, rules: Rules) -> list[Finding]:
    """What the school's rules for passwords leave open."""
    return list(password_findings(rules))


async def sign_off_findings(bench: Bench, rules: Rules) -> list[Finding]:
    """What a person was to sign by now, where the pack asks that somebody does."""
    layers = load_layers(bench.packs_dir, rules.school)
    found: list[Finding] = []
    if layers.value(JOINERS):
        found += unsigned_weeks(bench, rules.school, layers.clause(JOINERS))
    if layers.value(OWNERS):
        found += unconfirmed(bench, rules, layers.clause(OWNERS))
    return found


async def data_loss_findings(bench: Bench, rules: Rules) -> list[Finding]:
    """What the activity feed of data loss leaves open."""
    return feed_findings(bench, rules)


CHECKS: tuple[Check, ...] = (
    pack_findings,
    password_rule_findings,
    consent_findings,
    tenant_findings,
    sign_off_findings,
    data_loss_findings,
)


# What needs neither the tenant nor anybody's record: nobody is named in it.
AT_HOME: tuple[Check, ...] = (pack_findings, password_rule_findings, sign_off_findings)


async def findings_at_home(bench: Bench, rules: Rules) -> list[Finding]:
    """What the packs and what was signed tell, for everybody who may see policies."""
    return [finding for check in AT_HOME for finding in await check(bench, rules)]


async def all_findings(bench: Bench, rules: Rules) -> list[Finding]:
    """What every check finds, check by check."""
    return [finding for check in CHECKS for finding in await check(bench, rules)]
