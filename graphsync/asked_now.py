"""What a check asks the tenant at once, since no night reads it; nothing of it is kept.

A question that the tenant does not answer is a finding itself: silence would say that all is well.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence

from msgspec import Struct

from graphsync.bench import Bench
from graphsync.tenant.door import Door, open_door
from graphsync.tenant.problems import PermissionMissing, PremiumMissing, TenantProblem
from policies.findings import Finding


class Question(Struct, frozen=True, kw_only=True):
    """What is asked for a key of the pack, with the clause that the school follows in it."""

    key: str
    clause: str
    answer: Callable[[Door], Awaitable[Iterable[Finding]]]


async def asked_now(bench: Bench, questions: Sequence[Question]) -> list[Finding]:
    """The answers, in the order asked; for each that cannot be told one finding with the mend.

    Once nobody answers, or not in a way that can be trusted, the rest is not asked any more.
    """
    found: list[Finding] = []
    waiting = list(questions)
    try:
        async with open_door(bench.tenant, bench.now, bench.sleep) as door:
            while waiting:
                found += await _answered(waiting[0], door)
                waiting.pop(0)
    except TenantProblem as problem:
        found += [_untold(one, problem) for one in waiting]
    return found


async def _answered(question: Question, door: Door) -> Iterable[Finding]:
    try:
        return await question.answer(door)
    except (PermissionMissing, PremiumMissing) as problem:
        return [_untold(question, problem)]


def _untold(question: Question, problem: TenantProblem) -> Finding:
    sentence = f"cannot be told, since the tenant could not be read: {problem}"
    return Finding(clause=question.clause, subject=question.key, sentence=sentence)
