"""The kinds of long work: what a job does with the bench of whoever asked for it."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from api.sources import folders_of
from graphsync import run
from graphsync.bench import Bench
from graphsync.drafting import Scope
from graphsync.intake import losses
from graphsync.job_desk import asked_of, folder_of
from graphsync.notices import told_night
from graphsync.picking_up import pick_up
from graphsync.report import Exit, RunDocument
from graphsync.run import Sources
from graphsync.store.jobs import Job
from graphsync.trouble import Broken, Usage
from policies.pack_loading import load_rules
from policies.people import PersonKey
from policies.school_days import school_day


class Places(Struct, frozen=True):
    """The folder with one folder of exports a school (None: not set), and that of uploads."""

    rosters: Path | None
    uploads: Path


class Done(Struct, frozen=True, kw_only=True):
    """What came of a job: its runs, what of it did not work, and a document of its kind."""

    runs: tuple[str, ...] = ()
    problem: str = ""
    result: bytes = b""


Work = Callable[[Bench, Places, Job], Awaitable[Done]]


async def draft(bench: Bench, places: Places, job: Job) -> Done:
    """A plan of one school, from its folder or from an upload."""
    asked = asked_of(job)
    scope = Scope(
        only=frozenset(map(PersonKey.parse, asked.only)),
        years=frozenset(asked.years),
        classes=frozenset(asked.classes),
    )
    return _done(await run.plan(bench, _sources(places, job), scope, asked.as_of))


async def sync(bench: Bench, places: Places, job: Job) -> Done:
    """The night of its schools: plan, carry out what passes, tell who should hear."""
    document, unheard = await told_night(bench, _sources(places, job), Scope())
    done = _done(document)
    return msgspec.structs.replace(done, problem="; ".join(filter(None, (done.problem, *unheard))))


async def apply(bench: Bench, _: Places, job: Job) -> Done:
    """A stored run is carried out."""
    return _done(await run.apply(bench, asked_of(job).run))


async def undo(bench: Bench, _: Places, job: Job) -> Done:
    """The plan that takes a run back; it waits for an approval."""
    return _done(await run.undo(bench, asked_of(job).run))


async def check(bench: Bench, places: Places, job: Job) -> Done:
    """An uploaded roster is read as a plan would; nothing of it is kept but the report."""
    from reports.roster_check import checked

    (school,) = job.schools
    bench.progress.stage(f"Reading {school}")
    rules, now = load_rules(bench.packs_dir, school), bench.now()
    found = checked(
        school,
        (folder_of(places.uploads, job.id),),
        rules.roster,
        now,
        lambda reading: losses(bench.store, rules, reading, school_day(now), now),
    )
    return Done(result=msgspec.json.encode(found))


async def settle(bench: Bench, _: Places, job: Job) -> Done:
    """What a process that ended left open is settled."""
    await pick_up(bench, job.schools)
    return Done()


ON_REQUEST: Mapping[str, Work] = {
    "plan": draft,
    "sync": sync,
    "apply": apply,
    "undo": undo,
    "roster": check,
    "settle": settle,
}


def _sources(places: Places, job: Job) -> Sources:
    upload = asked_of(job).upload
    if upload:
        (school,) = job.schools
        return Sources({school: (folder_of(places.uploads, upload),)})
    if places.rosters is None:
        raise Usage("GRAPHSYNC_ROSTER_PATH is not set: it says where the exports are")
    return Sources(folders_of(places.rosters, job.schools))


def _done(document: RunDocument) -> Done:
    """Raises Broken when a run broke off: its own page says where."""
    broken = [f"{one.run}: {one.error}" for one in document.runs if one.error]
    if document.exit_code is Exit.BROKEN:
        raise Broken("; ".join(broken))
    return Done(runs=tuple(one.run for one in document.runs))
