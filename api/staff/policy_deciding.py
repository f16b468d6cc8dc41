"""What a head decides about a finding of the policy: over the API, and by the form of the page."""

from datetime import date
from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from api.permissions import Permission
from api.problems import Problem
from api.staff.home import Caller, Home, Staff, demand_reach
from api.staff.people_reach import NO_SCHOOL
from api.staff.policies import DECIDED, findings_of
from api.staff.rooms import api, console
from api.staff.shapes_people import answers, shape
from api.staff.writing import Key, once
from graphsync.policy_deciding import LONGEST_REASON, Standing, Wish, decide
from graphsync.trouble import Refusal
from policies.policy_conflicts import Choice
from reports.listing import plain

Text = Annotated[str, Form(max_length=LONGEST_REASON)]


class DecisionAsked(BaseModel):
    """What becomes of a line of the policy, until when, looked at again when, and why."""

    model_config = shape(
        {
            "school": "pb",
            "key": "password.change.expire_days",
            "choice": "keep",
            "until": "2027-01-31",
            "review": "2027-01-11",
            "reason": "The governors meet in January.",
        }
    )
    school: Annotated[str, Field(max_length=40)]
    key: Annotated[str, Field(max_length=100)]
    choice: Choice
    until: date
    review: date
    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]


@api.post(
    "/api/v1/policies/decide",
    Permission.DECIDE_POLICIES,
    responses=answers(DECIDED, 404, 409, 422),
    summary="Change a line of the policy, keep it until a day, or adopt the modern rule",
)
def decide_finding(home: Staff, who: Caller, asked: DecisionAsked, key: Key) -> Response:
    """The finding as it stands now; `edit` is what somebody still has to write into the pack."""
    demand_reach(who, asked.school, NO_SCHOOL)
    wish = Wish(
        key=asked.key,
        choice=asked.choice,
        until=asked.until,
        review=asked.review,
        reason=asked.reason,
    )
    request = f"policy\n{asked.model_dump_json()}"
    return once(home, who, key, request, lambda: plain(_decided(home, who, asked.school, wish)))


@console.post("/policies/findings/decide", Permission.DECIDE_POLICIES)
def decide_on_page(
    request: Request,
    home: Staff,
    who: Caller,
    school: Annotated[str, Form(max_length=40)] = "",
    about: Annotated[str, Form(max_length=100)] = "",
    choice: Text = "",
    until: Text = "",
    review: Text = "",
    reason: Text = "",
) -> Response:
    """The same by form; what was typed comes back with what is wrong with it."""
    demand_reach(who, school, NO_SCHOOL)
    form: dict[str, Any] = {
        "about": about,
        "choice": choice,
        "until": until,
        "review": review,
        "reason": reason,
    }
    try:
        wish = Wish(
            key=about,
            choice=_choice(choice),
            until=_day(until),
            review=_day(review),
            reason=reason,
        )
        _decided(home, who, school, wish)
    except Problem as problem:
        return findings_of(request, home, who, school, problem=problem, form=form)
    return RedirectResponse(f"/policies/findings?school={school}&decided={about}", 303)


def _decided(home: Home, who: Caller, school: str, wish: Wish) -> Standing:
    try:
        return decide(home.bench_of(who), school, wish)
    except Refusal as refusal:
        raise Problem(409, "not_decided", f"{refusal}.") from None


def _choice(text: str) -> Choice:
    if text not in set(Choice):
        raise Problem(422, "no_choice", "Choose what becomes of the line.")
    return Choice(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(422, "no_day", "Give both days: until when, and when to review it.") from None
