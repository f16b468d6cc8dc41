"""What is sent to the consent routes, with an example of each, and examples of what they answer."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.staff.shapes import problems
from policies.consent_records import Answer, Form, Method, Outcome

Short = Annotated[str, Field(max_length=100)]
Text = Annotated[str, Field(max_length=500)]
ROW = "c-1f2e3d4c5b6a"
BATCH = "b-1f2e3d4c"
RECEIPT: dict[str, Any] = {
    "row": ROW,
    "pupil": "pb:5523",
    "form_group": "7B",
    "form": "cloud_consent",
    "act": "answered",
    "counts": False,
    "reasons": ["nobody has made sure yet who signed"],
    "state": "pending",
    "because": "nobody has made sure yet who signed",
    "until": None,
    "then": [],
}
CHECKED = {"rows": [ROW], "act": "countersigned"}
PILE = {
    "batch": BATCH,
    "school": "pb",
    "opened_by": "entra:11111111-2222-3333-4444-555555555555",
    "opened_on": "2026-11-26",
    "closed_on": None,
    "forms": 31,
    "to_check": 0,
    "waiting": 0,
}
WAITS = {
    "row": ROW,
    "batch": BATCH,
    "pupil": "pb:5523",
    "form_group": "7B",
    "edition": "cloud-2023",
    "answer": "yes",
    "signed_on": "2026-11-20",
    "entered_by": "entra:11111111-2222-3333-4444-555555555555",
}
LINE = {
    "person": "pb:5523",
    "admission_number": "004512",
    "year": "7",
    "form_group": "7B",
    "cloud": "missing",
    "ict": "verified",
    "because": "no consent is recorded",
    "until": None,
}
MISSING = {
    "person": "pb:5523",
    "name": "Marsh, Amy",
    "admission_number": "004512",
    "year": "7",
    "form_group": "7B",
    "state": "pending",
    "reason": "the school has asked and has no answer",
    "do": "Remind the parent, or ring.",
    "asked_on": "2026-11-12",
    "reminders": 1,
    "hint": False,
    "whom": [
        {"contact": "77120", "name": "Mrs Joan Marsh", "relationship": "Mother", "way": "mail"}
    ],
}
ASK_REPORT = {
    "asked": [
        {
            "contact": "77120",
            "pupils": ["pb:5523"],
            "way": "mail",
            "until": "2026-12-10",
            "state": "would be asked",
        }
    ],
    "left_out": {"a court order": 1},
    "nobody": [],
}
IMPORTED = {
    "school": "pb",
    "file_sha256": "0" * 64,
    "format": "XLSX",
    "layout": "Microsoft Forms",
    "columns": {"answer": "Do you agree?"},
    "edition": "cloud-2023",
    "rows": 2,
    "recorded": 1,
    "unchanged": 0,
    "held": 1,
    "written": False,
    "batch": "",
    "lines": [
        {
            "line": 2,
            "outcome": "held",
            "person": None,
            "admission_number": "",
            "reason": "there is no date: fill it in, or give --signed-on for the whole file",
            "entry": "",
        }
    ],
}
ENFORCEMENT = {
    "school": "pb",
    "begins": "2027-01-11",
    "alternative": "paper, and the school's own computers",
    "digest": "3f2a91bc0d4e5f60",
    "people": 1,
    "losses": [
        {
            "person": "pb:5523",
            "account": "25marsha@pb.example",
            "licence": "STANDARDWOFFPACK_STUDENT",
            "plans": [],
            "why": "the consent was withdrawn",
        }
    ],
    "asked_by": "entra:11111111-2222-3333-4444-555555555555",
    "approved_by": "",
    "waiver": "",
}


def answers(example: Any, *statuses: int) -> dict[int | str, dict[str, Any]]:
    """The answer of a route by example, and its refusals, for its `responses`."""
    content = {"application/json": {"example": example}}
    return {200: {"description": "done", "content": content}, **problems(*statuses)}


def _shape(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})


class ConsentRecorded(BaseModel):
    """What one form says; what is wrong with it is told, and kept with it."""

    model_config = _shape(
        {
            "school": "pb",
            "pupil": "004512",
            "edition": "cloud-2023",
            "answer": "yes",
            "signer": "77120",
            "signed_on": "2026-11-20",
            "method": "phone_call_back",
            "verified_by": "r.venn",
        }
    )
    school: Short
    pupil: Annotated[str, Field(max_length=100, description="admission number, or SCHOOL:ID")]
    edition: Short
    answer: Answer
    signer: Annotated[str, Field(max_length=200, description="a contact's id or name")] = ""
    own: Annotated[bool, Field(description="the pupil answered alone")] = False
    signed: bool = True
    signed_on: date | None = None
    pupil_signed: bool = False
    discussed_by: Short = ""
    discussed_on: date | None = None
    method: Method | None = None
    verified_by: Short = ""
    place: Annotated[str, Field(max_length=200, description="where the paper lies")] = ""


class Withdrawn(BaseModel):
    """Who takes an answer back; no reason is asked for. `now` does what follows at once."""

    model_config = _shape({"signer": "77120", "form": "cloud_consent", "now": True})
    signer: Annotated[str, Field(max_length=200, description="a contact; empty: the pupil")] = ""
    form: Form = Form.CLOUD
    now: bool = False


class Settled(BaseModel):
    """How a dispute ends; `consulted` says that the safeguarding lead was asked."""

    model_config = _shape(
        {"outcome": "head", "answer": "no", "reason": "both heard", "consulted": True}
    )
    outcome: Outcome
    answer: Answer
    reason: Text
    reference: Short = ""
    form: Form = Form.CLOUD
    consulted: bool = False


class Doubted(BaseModel):
    """Why an answer is called in question, and whose, or the newest."""

    model_config = _shape({"because": "bounce", "signer": "77120"})
    because: Annotated[str, Field(pattern="^(contact|bounce|parental_responsibility_questioned)$")]
    signer: Annotated[str, Field(max_length=200)] = ""
    form: Form = Form.CLOUD


class LinesTyped(BaseModel):
    """Lines of a pile, as `graphsync consent enter` takes them; an empty `batch` opens one."""

    model_config = _shape(
        {
            "school": "pb",
            "edition": "cloud-2023",
            "signed_on": "2026-11-20",
            "lines": ["004512 Y", "4513 N 2"],
        }
    )
    school: Short
    edition: Short
    lines: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=500)]
    signed_on: date | None = None
    method: Method = Method.PAPER_SEEN
    place: Annotated[str, Field(max_length=200)] = ""
    batch: Short = ""


class PileNamed(BaseModel):
    """One pile of a school."""

    model_config = _shape({"school": "pb", "batch": BATCH})
    school: Short
    batch: Short


class RowsChecked(BaseModel):
    """Forms that a second person has compared with the paper: single ones, or all of a pile."""

    model_config = _shape({"school": "pb", "rows": [ROW]})
    school: Short
    rows: Annotated[list[Short], Field(max_length=1000)] = []
    batch: Short = ""


class RowRejected(BaseModel):
    """A form that does not say what was entered."""

    model_config = _shape({"school": "pb", "row": ROW, "reason": "signed by somebody else"})
    school: Short
    row: Short
    reason: Text


class Asked(BaseModel):
    """Whom to ask by mail: nobody is written to unless `send`. Empty lists leave nobody out."""

    model_config = _shape({"school": "pb", "years": ["7"], "send": False})
    school: Short
    years: Annotated[list[Short], Field(max_length=30)] = []
    form_groups: Annotated[list[Short], Field(max_length=100)] = []
    send: bool = False


class EnforcementWanted(BaseModel):
    """From which day licences without a consent go, and what is done instead."""

    model_config = _shape(
        {
            "school": "pb",
            "begins": "2027-01-11",
            "alternative": "paper, and the school's own computers",
        }
    )
    school: Short
    begins: date
    alternative: Text


class EnforcementApproved(EnforcementWanted):
    """The yes to a list that was shown: its digest, and how many people it takes a licence from."""

    model_config = _shape(
        {
            "school": "pb",
            "begins": "2027-01-11",
            "alternative": "paper, and the school's own computers",
            "digest": "3f2a91bc0d4e5f60",
            "people": 1,
        }
    )
    digest: Short
    people: int


class SchoolNamed(BaseModel):
    """One school."""

    model_config = _shape({"school": "pb"})
    school: Short
