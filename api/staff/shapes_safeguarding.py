"""What is sent to the routes of kept names, and examples of what they answer."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.staff.shapes import shape
from policies.kept_names import Ground

Name = Annotated[str, Field(max_length=64)]
MARK = {
    "person": "pb:5523",
    "given_name": "Nia",
    "surname": "Brook",
    "ground": "protected address",
    "reference": "CP-12",
    "review_on": "2027-02-26",
    "by": "entra:11111111-2222-3333-4444-555555555555",
    "at": "2026-11-25T09:12:00Z",
}
LINE = {**MARK, "review_due": False}
KEPT = {
    **MARK,
    "carried": True,
    "places": [
        {
            "where": "Display name in Microsoft 365",
            "shows": "Nia Brook",
            "doing": "done",
            "what": "The name that the pupil is known as; no night changes it.",
            "command": "",
        }
    ],
}
GIVEN_BACK = {"person": "pb:5523", "carried": True}
_ASKED: dict[str, Any] = {
    name: MARK[name] for name in ("given_name", "surname", "ground", "reference", "review_on")
}


class KeptNameAsked(BaseModel):
    """A name to keep: both names or neither, why by code alone, and when it is looked at again."""

    model_config = shape(_ASKED)
    given_name: Name = ""
    surname: Name = ""
    ground: Ground
    reference: Annotated[
        str, Field(max_length=30, description="of the child-protection file; no name, no note")
    ] = ""
    review_on: date
