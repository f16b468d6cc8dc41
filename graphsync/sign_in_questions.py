"""What is asked of the tenant about how a school's accounts sign in."""

from collections.abc import Callable

from graphsync.accounts import Snapshot
from graphsync.asked_now import Question
from graphsync.bench import Bench
from graphsync.sign_in_findings import unregistered_staff, weak_password_rules
from graphsync.tenant.door import Door
from graphsync.tenant.sign_in_reports import registered_mfa, weak_passwords
from policies.findings import Finding
from policies.people import Kind
from policies.rules import Rules
from policies.second_factor import asked_by

LEAST = "password.min_length"


def sign_in_questions(
    bench: Bench, rules: Rules, seen: Snapshot, clause_of: Callable[[str], str]
) -> list[Question]:
    """Of every school, who is let off Entra's rule for passwords; where asked for, MFA."""
    links = bench.store.links.of(rules.school)
    people = bench.store.links.all_object_ids()
    staff = {
        person: seen.accounts[link.object_id]
        for person, link in links.items()
        if link.kind is Kind.STAFF and link.object_id in seen.accounts
    }

    async def passwords(door: Door) -> tuple[Finding, ...]:
        return weak_password_rules(
            await weak_passwords(door),
            seen,
            rules.domain,
            people,
            school=rules.school,
            clause=clause_of(LEAST),
        )

    questions = [Question(key=LEAST, clause=clause_of(LEAST), answer=passwords)]
    if key := asked_by(rules):
        clause = clause_of(key)

        async def second_factor(door: Door) -> tuple[Finding, ...]:
            return unregistered_staff(staff, await registered_mfa(door), clause=clause)

        questions.append(Question(key=key, clause=clause, answer=second_factor))
    return questions
