"""What `graphsync demo --serve` adds to the nights, so that every page has something to show.

A school's week: the feed of data loss is read, Millbrook decides to license pupils whose parents
agree, forms come in, a member of staff gives notice, safeguarding keeps a name, somebody reports a
mail to the wrong parent, and another asks for a copy of what is held.
"""

import asyncio
from datetime import timedelta

import yaml

from api.demo.stage import Stage
from graphsync import breach_desk, consent_piles, departure_desk, kept_name_desk, request_desk, run
from graphsync.bench import Bench
from graphsync.consent_entry import enter_many
from graphsync.consent_lines import Pile
from graphsync.consent_school import ConsentSchool
from graphsync.run import Scope, Sources
from policies.breach_records import Cause, Facts, Loss
from policies.departures import DepartureReason
from policies.kept_names import Ground
from policies.people import Kind
from policies.request_records import Asker
from policies.request_records import Kind as Wanted
from policies.school_days import school_day
from reports.dlp.pulling import pull_feed

SCHOOL = "oak"
FORM = "cloud-2023"
DECISION = {
    "licences": {"pupil": {"skus": ["STANDARDWOFFPACK_STUDENT"], "mode": "user"}},
    "consent": {
        "form": {"versions": [FORM]},
        "services": ["mail", "calendar", "word", "excel", "powerpoint", "onenote", "teams"],
    },
}
# Of every twelve forms: one says no, two are not back yet.
NO, MISSING = 5, (8, 11)


def begin(stage: Stage) -> None:
    """Before the first night: what is made in the feed from here on can be read."""
    with stage.bench("schedule") as bench:
        asyncio.run(pull_feed(bench))


def go_on(stage: Stage) -> None:
    """After the last night."""
    pack = stage.settings().values.packs_dir / f"{SCHOOL}.yaml"
    text = pack.read_text("utf-8")
    licences = yaml.safe_load(text)["licences"] | DECISION["licences"]
    decided = yaml.safe_load(text) | DECISION | {"licences": licences}
    pack.write_text(yaml.safe_dump(decided, sort_keys=False, allow_unicode=True), "utf-8")
    with stage.bench("office") as bench:
        checked, waiting = _forms(bench)
        for batch in (checked, waiting):
            consent_piles.close_batch(bench, SCHOOL, batch)
        _report(bench)
        _request(bench)
    with stage.bench("head") as bench:
        rows = [one.row for one in consent_piles.waiting(bench, SCHOOL) if one.batch == checked]
        consent_piles.countersign(bench, SCHOOL, rows)
    with stage.bench("hr") as bench:
        _notice(bench)
    with stage.bench("safeguarding lead") as bench:
        _keep_a_name(bench)
    with stage.bench("schedule") as bench:
        asyncio.run(pull_feed(bench))
        asyncio.run(run.plan(bench, Sources({SCHOOL: (stage.exports / SCHOOL,)}), Scope()))


def _forms(bench: Bench) -> tuple[str, str]:
    """Two piles of forms, half the school each; the ids of both."""
    at = ConsentSchool(bench, SCHOOL)
    pupils = sorted(one.key for one in at.roster.people if one.kind is Kind.PUPIL)
    signed = bench.now().date() - timedelta(days=3)
    made = []
    for half in (pupils[: len(pupils) // 2], pupils[len(pupils) // 2 :]):
        batch = consent_piles.open_batch(bench, SCHOOL).batch
        pile = Pile(edition=FORM, signed_on=signed, batch=batch)
        answers = [
            f"{key} {'N' if number % 12 == NO else 'Y'}"
            for number, key in enumerate(half)
            if number % 12 not in MISSING
        ]
        enter_many(bench, SCHOOL, pile, answers)
        made.append(batch)
    return made[0], made[1]


def _notice(bench: Bench) -> None:
    """Somebody of the staff leaves in a fortnight."""
    at = ConsentSchool(bench, SCHOOL)
    staff = min(one.key for one in at.roster.people if one.kind is Kind.STAFF)
    who = asyncio.run(departure_desk.subject(bench, {SCHOOL}, str(staff)))
    leaves = bench.now() + timedelta(days=14)
    wish = departure_desk.Wish(reason=DepartureReason.PLANNED, leaves_at=leaves)
    departure_desk.record(bench, who, wish)


def _request(bench: Bench) -> None:
    """A parent asked for a copy of what is held, some weeks ago."""
    wish = request_desk.Wish(
        school=SCHOOL,
        kind=Wanted.ACCESS,
        received=school_day(bench.now()) - timedelta(days=24),
        about="letter 12",
        asker=Asker.PARENT,
        note="a letter at the office",
    )
    request_desk.log(bench, wish)


def _keep_a_name(bench: Bench) -> None:
    """One pupil must not be found."""
    pupils = (
        one.key for one in ConsentSchool(bench, SCHOOL).roster.people if one.kind is Kind.PUPIL
    )
    wish = kept_name_desk.Wish(
        person=max(pupils),
        given_name="Nia",
        surname="Brook",
        ground=Ground.ADDRESS,
        reference="CP-12",
        review_on=bench.now().date() + timedelta(days=90),
    )
    kept_name_desk.keep(bench, wish)


def _report(bench: Bench) -> None:
    """The office tells of a mail that went to the wrong parent."""
    seen = bench.now() - timedelta(hours=3)
    facts = Facts(
        title="Reading report sent to the wrong parent",
        cause=Cause.MAIL_WRONG_PERSON,
        losses=(Loss.CONFIDENTIALITY,),
        occurred_from=seen - timedelta(hours=1),
        seen_at=seen,
    )
    report = breach_desk.Report(
        school=SCHOOL, facts=facts, reported_by="the school office", aware_at=seen
    )
    breach_desk.open_breach(bench, report)
