"""Adoption over the API: which account may be whose, and a person's word on it."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import Response

from api.permissions import Permission, Who
from api.problems import Problem
from api.staff.home import Caller, Home, Staff, demand_reach
from api.staff.people_reach import AskedSchool, schools_of
from api.staff.rooms import api
from api.staff.shapes_matching import PAIR, PROPOSAL, Decided, PairsAsked
from api.staff.shapes_people import answers
from api.staff.writing import Key, as_csv, once
from graphsync import matching_desk
from graphsync.matching_desk import ProposalLine
from graphsync.store.problems import Unknown
from policies.people import PersonKey
from reports.listing import plain

NO_PAIR = Problem(
    404, "no_such_proposal", "There is no such proposal in your schools; /matching lists them."
)


@api.get(
    "/api/v1/matches",
    Permission.MATCH_ACCOUNTS,
    responses=answers({"items": [PROPOSAL], "after": None}, 404, 422),
    summary="Accounts that may be somebody's, by person",
)
def matches(
    home: Staff,
    who: Caller,
    school: AskedSchool = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    after: Annotated[str, Query(max_length=120, description="`after` of the last page")] = "",
) -> dict[str, Any]:
    """Both sides, why, and how many others there are for either; a page never parts a person's."""
    lines = sorted(listed(home, who, school), key=lambda line: (line.person, line.account))
    people = sorted({line.person for line in lines if line.person > after})
    shown = set(people[:limit])
    last = people[limit - 1] if len(people) > limit else None
    return {"items": plain([line for line in lines if line.person in shown]), "after": last}


@api.post(
    "/api/v1/matches/accept",
    Permission.MATCH_ACCOUNTS,
    responses=answers({"accepted": 1, "people": [PAIR["person"]]}, 404, 409, 422),
    summary="These accounts are theirs: adopt them as they are",
)
def accept(home: Staff, who: Caller, asked: PairsAsked, key: Key) -> Response:
    """All or none; nothing changes in the tenant."""
    pairs = [(person_of(who, one.person), one.account) for one in asked.pairs]
    bench = home.bench_of(who)
    request = f"accept\n{asked.model_dump_json()}"
    return once(home, who, key, request, lambda: plain(matching_desk.accept_many(bench, pairs)))


@api.post(
    "/api/v1/matches/decide",
    Permission.MATCH_ACCOUNTS,
    responses=answers({**PAIR, "state": "refused"}, 404, 409, 422),
    summary="This account is not theirs, or nobody's on a roster",
)
def decide(home: Staff, who: Caller, asked: Decided, key: Key) -> Response:
    """It is not proposed again: for this person, or for anybody."""
    person = person_of(who, asked.person)

    def act() -> dict[str, str]:
        decided(home, who, person, asked.account, asked.state)
        return asked.model_dump()

    return once(home, who, key, f"decide\n{asked.model_dump_json()}", act)


def listed(home: Home, who: Who, school: str = "") -> list[ProposalLine]:
    """The open proposals of the schools that this caller reaches, the strongest first."""
    return [
        line
        for one in sorted(schools_of(who, school))
        for line in matching_desk.proposals(home.bench, one)
    ]


def person_of(who: Who, typed: str) -> PersonKey:
    """The person of a pair, in a school that is reached; raises Problem."""
    try:
        key = PersonKey.parse(typed)
    except ValueError:
        raise Problem(422, "no_person_key", "A person is named by key, SCHOOL:ID.") from None
    demand_reach(who, key.school, NO_PAIR)
    return key


def decided(home: Home, who: Who, person: PersonKey, account: str, state: str) -> None:
    """Refuse or ignore one pair; raises Problem for none that is proposed."""
    bench = home.bench_of(who)
    try:
        if state == "refused":
            matching_desk.refuse(bench, person, account)
        else:
            matching_desk.ignore(bench, person, account)
    except Unknown:
        raise NO_PAIR from None


def csv_of(lines: Sequence[ProposalLine]) -> Response:
    """The proposals for a spreadsheet; sorted into files, `graphsync match` takes them."""
    columns = ProposalLine.__struct_fields__
    return as_csv("matches", columns, ([getattr(one, name) for name in columns] for one in lines))
