"""Someone hears of every night: one mail to those whom the packs name, and a ping.

The mail holds no personal data: schools, states, counts, the reasons why a plan waits. The ping is
a dead man's handle: whoever watches the address notices a night that did not end, or did not begin.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec
from msgspec import Struct

from graphsync.bench import Bench
from graphsync.breach_alarms import alarms_due, night_lines
from graphsync.departing import act_on, departures_due
from graphsync.drafting import Scope
from graphsync.report import Exit, RunDocument, RunReport, RunState
from graphsync.run import Sources, sync
from graphsync.store.problems import StoreProblem
from graphsync.tenant.door import open_door
from graphsync.tenant.mailing import ping, send_mail
from graphsync.tenant.problems import TenantProblem
from graphsync.trouble import Refusal
from policies.pack_loading import PackRefused, load_rules
from policies.rules import Rules

ENDINGS = {
    RunState.APPLIED: "done",
    RunState.DRAFTED: "nothing to change",
    RunState.OBSERVED: "observed",
    RunState.PARKED: "parked",
    RunState.REFUSED: "refused",
    RunState.PARTLY: "partly done",
    RunState.BROKEN: "broken off",
}
REFUSALS = frozenset({RunState.REFUSED, RunState.PARKED})
ENDED_WELL = frozenset({Exit.DONE, Exit.REFUSED, Exit.PARTLY})
FAILED = "/fail"  # what watching services take for a night that broke


class Notice(Struct, frozen=True):
    """A mail to be sent."""

    recipients: tuple[str, ...]
    subject: str
    text: str


async def told_night(
    bench: Bench, sources: Sources, scope: Scope
) -> tuple[RunDocument, tuple[str, ...]]:
    """A sync of which those hear who should; its document, and a sentence for each who did not.

    Departures whose hour has come act first: no plan that is parked holds them up.
    """
    left = await act_on_departures(bench)
    try:
        document = await sync(bench, sources, scope)
    except Exception:
        await _ping(bench, well=False)  # it broke off before it had anything to say
        raise
    failed = [*left, *await _mail(bench, document.runs)]
    failed += await _ping(bench, well=document.exit_code in ENDED_WELL)
    return document, tuple(failed)


async def act_on_departures(bench: Bench) -> list[str]:
    """Carry out every departure that is due; a sentence for each that is not done.

    One that fails holds up no other.
    """
    failed = []
    for one in departures_due(bench, bench.now()):
        try:
            receipt = await act_on(bench, one)
        except (Refusal, PackRefused, StoreProblem) as problem:
            failed.append(f"departure {one.id}: {problem}")
        else:
            if receipt.exit_code is not Exit.DONE:
                failed.append(f"departure {one.id} is {receipt.state.replace('_', ' ')}")
    return failed


async def tell_alarms(bench: Bench) -> list[str]:
    """Mail the alarms of running breach clocks that are due; a sentence for each nobody heard.

    A mail holds ids, hours and times, and nobody's name. An alarm counts as given before it is
    mailed: two services never give one twice.
    """
    unheard, wanted = [], []
    for one in alarms_due(bench, bench.now()):
        if one.addresses:
            subject = f"graphsync: breach {one.breach}, {one.hours} of 72 hours"
            wanted.append(Notice(one.addresses, subject, one.sentence + "\n"))
        else:
            unheard.append(f"an alarm of {one.school} has nobody to tell (notify: roles)")
    return [*unheard, *await _sent(bench, wanted, "an alarm")]


async def _ping(bench: Bench, *, well: bool) -> list[str]:
    if not bench.ping_url:
        return []
    problem = await ping(bench.ping_url + ("" if well else FAILED), bench.tenant)
    return [f"GRAPHSYNC_PING_URL was called: {problem}"] if problem else []


async def _mail(bench: Bench, runs: Sequence[RunReport]) -> list[str]:
    if not bench.mail_from:
        return []
    rules = {run.school: _rules_of(bench, run.school) for run in runs}
    wanted = notices(
        runs,
        {school: one.notify if one else () for school, one in rules.items()},
        {school: one.contact_point if one else "" for school, one in rules.items()},
        {school: night_lines(bench, school) for school in rules},
    )
    return await _sent(bench, wanted, "the night's mail")


async def _sent(bench: Bench, wanted: Sequence[Notice], what: str) -> list[str]:
    """Send each; a sentence for each that was not."""
    if not wanted:
        return []
    failed = []
    try:
        async with open_door(bench.tenant, bench.now, bench.sleep) as door:
            for one in wanted:
                problem = await send_mail(
                    door, bench.mail_from, one.recipients, one.subject, one.text
                )
                if problem:
                    failed.append(f"{what} was not sent: {problem}")
    except TenantProblem as problem:
        failed.append(f"{what} was not sent: {problem}")
    return failed


def _rules_of(bench: Bench, school: str) -> Rules | None:
    try:
        return load_rules(bench.packs_dir, school)
    except PackRefused:
        return None


def notices(
    runs: Iterable[RunReport],
    recipients: Mapping[str, tuple[str, ...]],
    contacts: Mapping[str, str],
    breaches: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> tuple[Notice, ...]:
    """One mail for all who hear of the same schools; nobody hears of a school twice.

    `recipients` gives the addresses by school. A school whose pack cannot be read is told to
    everyone who hears of any. `contacts` gives the contact point of each policy, which a refusal
    names (PB-7.5.8); "" where there is none. `breaches` are lines about open ones, by school.
    """
    told: defaultdict[str, list[RunReport]] = defaultdict(list)
    everyone = {address for each in recipients.values() for address in each}
    for run in sorted(runs, key=lambda one: one.school):
        for address in recipients.get(run.school) or everyone:
            told[address].append(run)
    groups: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for address, heard in told.items():
        groups[tuple(run.school for run in heard)].append(address)
    return tuple(
        Notice(tuple(sorted(to)), _subject(told[to[0]]), _text(told[to[0]], contacts, breaches))
        for to in groups.values()
    )


def _subject(runs: Sequence[RunReport]) -> str:
    """`graphsync: 2 done, 1 parked`."""
    counts = Counter(_ending(run) for run in runs)
    return "graphsync: " + ", ".join(f"{number} {word}" for word, number in counts.items())


def _text(
    runs: Sequence[RunReport],
    contacts: Mapping[str, str],
    breaches: Mapping[str, tuple[str, ...]],
) -> str:
    paragraphs = (
        _paragraph(run, contacts.get(run.school, ""), breaches.get(run.school, ())) for run in runs
    )
    return "\n\n".join(paragraphs) + "\n"


def _paragraph(run: RunReport, contact: str, breaches: Iterable[str]) -> str:
    lines = [f"{run.name or run.school} ({run.school}): {_ending(run)}, run {run.run}"]
    if run.error:
        lines.append("  It broke off; the next night settles what was begun.")
    if run.outcomes is not None:
        lines.append("  " + _listed(msgspec.structs.asdict(run.outcomes)))
    elif run.changes:
        lines.append("  " + _listed(run.counts))
    lines += [f"  {reason.text}" for reason in run.verdict.reasons]
    if held := Counter(one.reason for one in run.held):
        lines.append(f"  held: {_listed(held)}")
    lines += [f"  {one.sentence}" for one in run.findings]
    if run.holds_ending:
        ends = Counter("ended lately" if one.ended else "ending soon" for one in run.holds_ending)
        lines.append(f"  holds: {_listed(ends)}: graphsync hold list")
    if run.problems:
        remarks = f"{len(run.problems)} remarks on the files"
        lines.append(f"  {remarks}: graphsync fixes --school {run.school}")
    if run.state == RunState.PARKED:
        lines.append(f"  To look and to approve: graphsync run {run.run}")
    lines += [f"  {line}" for line in breaches]
    if contact and run.state in REFUSALS:
        lines.append(f"  Questions and complaints: {contact}")
    return "\n".join(line for line in lines if line.strip())


def _listed(counts: Mapping[str, int]) -> str:
    """`create user 12, add to group 40`."""
    return ", ".join(f"{name.replace('_', ' ')} {n:,}" for name, n in counts.items() if n)


def _ending(run: RunReport) -> str:
    return ENDINGS.get(run.state, run.state)
