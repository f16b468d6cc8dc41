"""New passwords and slips at the console: a confirmed button, and pages to print."""

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.permissions import Permission, Who
from api.staff.home import Caller, Staff, demand_reach
from api.staff.pages import page
from api.staff.passwords import printed, renewed, resettable
from api.staff.people import People
from api.staff.people_pages import person_page
from api.staff.people_reach import NO_SCHOOL, Ref, School
from api.staff.rooms import console
from graphsync.directory import Known
from graphsync.password_desk import AS_ASKED, AS_BEFORE, IN_AD
from graphsync.slip_desk import Wanted
from graphsync.trouble import Broken, Refusal
from reports import slips_page

STYLE = "/slips.css"
Text = Annotated[str, Form(max_length=500)]
Short = Annotated[str, Form(max_length=120)]


@console.get(STYLE, None)
def slips_style() -> Response:
    """The style of printed slips."""
    return Response(
        slips_page.style(), media_type="text/css", headers={"Cache-Control": "max-age=3600"}
    )


@console.post("/people/{school}/{ref}/password", Permission.RESET_PASSWORDS)
def new_password(
    request: Request,
    home: Staff,
    who: Caller,
    directory: People,
    school: School,
    ref: Ref,
    reason: Text = "",
    typed: Short = "",
) -> Response:
    """A new password; the page that follows prints its slip."""
    known = resettable(home, who, directory, school, ref)
    status = 422
    try:
        _demand_typed(known, typed, reason)
        line, _ = renewed(home, who, known, reason.strip())
    except (Refusal, Broken) as refused:
        problem = f"{refused}."
        status = 503 if isinstance(refused, Broken) else 422
    else:
        if line.password not in AS_BEFORE:
            sure = line.password in AS_ASKED and line.sessions in {*AS_ASKED, ""}
            word = "ad" if line.password == IN_AD else "done" if sure else "unsure"
            return RedirectResponse(f"/people/{school}/{ref}?reset={word}#password", 303)
        problem = f"The password is as it was: {line.note or line.password}."
    form = {"password_reason": reason}
    return person_page(
        request, home, who, directory, school, ref, problem=problem, status=status, form=form
    )


@console.post("/people/{school}/{ref}/slip", Permission.RESET_PASSWORDS)
def slip(
    request: Request, home: Staff, who: Caller, directory: People, school: School, ref: Ref
) -> Response:
    """One slip, to print."""
    known = resettable(home, who, directory, school, ref)
    wanted = Wanted(school=school, collector=who.name or who.identity, people=(known.key,))
    try:
        made, _ = printed(home, who, wanted)
    except (Refusal, Broken) as refused:
        status = 503 if isinstance(refused, Broken) else 409
        return person_page(
            request,
            home,
            who,
            directory,
            school,
            ref,
            problem=f"{refused}".rstrip(".") + ".",
            status=status,
        )
    return HTMLResponse(slips_page.page(made, large=False, style_at=STYLE))


@console.get("/slips", Permission.PRINT_SLIPS)
def slips(request: Request, who: Caller) -> Response:
    """Which class to print."""
    return _form(request, who)


@console.post("/slips", Permission.PRINT_SLIPS)
def print_class(
    request: Request,
    home: Staff,
    who: Caller,
    school: Annotated[str, Form(max_length=40)] = "",
    named: Annotated[str, Form(max_length=60)] = "",
    collector: Short = "",
    large: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    """The slips of a class or form, to print."""
    demand_reach(who, school, NO_SCHOOL)
    try:
        _demand_named(named)
        made, _ = printed(
            home, who, Wanted(school=school, collector=collector, class_code=named.strip())
        )
    except (Refusal, Broken) as refused:
        status = 503 if isinstance(refused, Broken) else 422
        told = {"school": school, "named": named, "collector": collector}
        return _form(request, who, f"{refused}".rstrip(".") + ".", status, told)
    return HTMLResponse(slips_page.page(made, large=bool(large), style_at=STYLE))


def _demand_typed(known: Known, typed: str, reason: str) -> None:
    if typed.strip() != str(known.key):
        raise Refusal("the key you typed is not this person's: look again whose page it is")
    if not reason.strip():
        raise Refusal("say why, such as: forgot it, stood at my desk")


def _demand_named(named: str) -> None:
    if not named.strip():
        raise Refusal("name a class or a form, as SIMS writes it")


def _form(
    request: Request,
    who: Who,
    problem: str = "",
    status: int = 200,
    told: dict[str, str] | None = None,
) -> Response:
    schools = sorted(who.reach.schools)
    return page(
        request, "slips_form.html", who, status, problem=problem, schools=schools, form=told or {}
    )
