"""A sample of the consent gate: drawn by a governor's seed, its proofs opened by the DPO (law B9).

What is kept are numbers; whom the sample drew is told again by the same seed while the school's
licences are the same, and stands nowhere.
"""

import hashlib
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from graphsync.bench import Bench
from graphsync.intake import latest_roster
from graphsync.licence_scene import NO_ROSTER, licence_scene, snapshot_of
from graphsync.licence_views import LIVE, licence_list
from graphsync.run_desk import event
from graphsync.store.samples import Sample
from graphsync.trouble import Refusal
from policies.pack_loading import load_rules
from policies.people import Kind
from policies.sampling import FEWEST, drawn, plain

GRANTED = "granted"
MOST = 60  # characters of a seed


class Gate(Struct, frozen=True, kw_only=True):
    """The consent gate of a school as licences, register and Entra have it today.

    `licensed` are the keys of pupils who can sign in and hold a licence; the others are counts, see
    `Sample`.
    """

    school: str
    licensed: tuple[str, ...]
    consented: int
    marked: int
    uncovered: int


class Draw(Struct, frozen=True, kw_only=True):
    """Whom a seed draws, numbered from 1 in this order; `digest` stands for gate and seed."""

    seed: str
    people: tuple[str, ...]
    digest: str


def gate(bench: Bench, school: str) -> Gate:
    """Compared now; raises Refusal before a roster was accepted or the tenant was read."""
    rules = load_rules(bench.packs_dir, school)
    roster = latest_roster(bench, school)
    if roster is None:
        raise Refusal(NO_ROSTER.format(school=school))
    scene = licence_scene(bench, rules, roster, snapshot_of(bench))
    held = [one for one in licence_list(scene).items if one.kind is Kind.PUPIL and one.enabled]
    live, marked = set(), set()
    for wanted in scene.desired:
        if wanted.kind is not Kind.PUPIL:
            continue
        consent, account = scene.consent(wanted), scene.account(wanted.key)
        if consent is not None and consent.live:
            live.add(wanted.key)
        if account is not None and account.account_enabled is not False:
            word = account.consent_provided_for_minor or ""
            marked |= {wanted.key} if word.casefold() == GRANTED else set()
    uncovered = {one.person for one in held if one.consent != LIVE} | (marked - live)
    return Gate(
        school=school,
        licensed=tuple(sorted({str(one.person) for one in held})),
        consented=len(live),
        marked=len(marked),
        uncovered=len(uncovered),
    )


def draw(found: Gate, seed: str) -> Draw:
    """At most 25 of the pupils who hold a licence.

    Raises Refusal without a seed, for a very long one, and where fewer than five are licensed.
    """
    seed = plain(seed)
    if not seed or len(seed) > MOST:
        raise Refusal(f"the governor says a seed: any word or number, {MOST} characters at most")
    if len(found.licensed) < FEWEST:
        raise Refusal(f"fewer than {FEWEST} pupils hold a licence: look at each of them instead")
    people = drawn(seed, found.licensed)
    named = "\n".join((seed, *found.licensed))
    return Draw(seed=seed, people=people, digest=hashlib.sha256(named.encode()).hexdigest()[:16])


def judge(bench: Bench, found: Gate, seed: str, digest: str, verdicts: Sequence[bool]) -> Sample:
    """Keep what the DPO found of each proof, in the order of the draw.

    Raises Refusal where the licences changed since it was drawn, and without a verdict on each.
    """
    told = draw(found, seed)
    if told.digest != digest:
        raise Refusal("licences changed since this sample was drawn: draw again by the same seed")
    if len(verdicts) != len(told.people):
        raise Refusal(f"say of each of the {len(told.people)} whether its proof passes")
    sample = Sample(
        id=f"s-{bench.new_id()[:8]}",
        school=found.school,
        at=bench.now(),
        by=bench.requester,
        seed=told.seed,
        passed=sum(verdicts),
        failed=len(verdicts) - sum(verdicts),
        licensed=len(found.licensed),
        consented=found.consented,
        marked=found.marked,
        uncovered=found.uncovered,
    )
    row = event(
        found.school, "", "consent_sample", f"{sample.passed} passed, {sample.failed} failed"
    )
    with bench.store.transaction():
        bench.store.samples.add(sample)
        bench.store.journal.append([replace(row, item=sample.id, after={"by": bench.requester})])
    return sample
