"""`python -m tests.bench.matching`: whole schools against accounts that were there before.

Every person has a foreign account; a tenth of them share both names with somebody else. Prints one
Markdown row a case with the processor time of the matching alone.
"""

import sys
import time
from datetime import UTC, datetime
from itertools import product

from graphsync.accounts import Account, Snapshot
from graphsync.matching import Matching, Settled, match
from graphsync.names import NameBook
from policies.pack_loading import SHIPPED_PACKS, load_rules
from policies.people import Kind, Person, PersonKey
from tests.bench.running import Usage
from tests.bench.table import HEADING, Case, Target, row

DOMAIN = "pb.example"
SYLLABLES = ("ba", "cor", "del", "fen", "gil", "har", "jo", "kel", "lin", "mor", "nor", "pet")
NAMES = ["".join(parts).capitalize() for parts in product(SYLLABLES, repeat=3)]
CASES = ((1_300, 2.0), (20_000, 15.0))


def a_person(number: int) -> Person:
    """A pupil; every tenth is somebody's namesake."""
    drawn = number - number % 10 if number % 10 == 1 else number
    return Person(
        key=PersonKey("pb", str(number)),
        kind=Kind.PUPIL,
        given_name=NAMES[drawn % 1_009],
        surname=NAMES[drawn * 7 % len(NAMES)],
        year="7",
        entry_year=2026,
        admission_number=f"{number:06}",
    )


def an_account(person: Person, number: int) -> Account:
    """The account that a school made for them before."""
    return Account(
        id=f"{number:08}-0000-4000-8000-000000000000",
        user_principal_name=f"old{number}@{DOMAIN}",
        mail_nickname=f"old{number}",
        display_name=f"{person.given_name} {person.surname}",
        given_name=person.given_name,
        surname=person.surname,
        account_enabled=True,
        user_type="Member",
        employee_id=person.admission_number if number % 3 == 0 else None,
    )


def matched(number: int) -> tuple[Matching, float]:
    """So many people against as many accounts, and the seconds of processor time it took."""
    people = [a_person(one) for one in range(number)]
    accounts = {one.id: one for one in map(an_account, people, range(number))}
    now = datetime.now(UTC)
    snapshot = Snapshot(accounts=accounts, groups={}, skus={}, protected=frozenset(), taken_at=now)
    rules = load_rules(SHIPPED_PACKS, "pb")
    begun = time.process_time()
    found = match(
        unlinked=people,
        snapshot=snapshot,
        linked_ids=frozenset(),
        domain=DOMAIN,
        alias_of=NameBook(rules, snapshot, {}).plain,
        settled=Settled(),
    )
    return found, time.process_time() - begun


def main() -> int:
    """Print the table; 1 when somebody with an account was not proposed to anyone."""
    sys.stdout.write(HEADING + "\n")
    for number, most in CASES:
        found, seconds = matched(number)
        if len(found.resembling) != number:
            sys.stderr.write(f"{number - len(found.resembling)} people found nothing\n")
            return 1
        target = Target("CPU s", seconds, most)
        usage = Usage(seconds, seconds, 0)
        case = Case(f"{number:,} people, {number:,} accounts", usage, targets=(target,))
        sys.stdout.write(row(case) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
