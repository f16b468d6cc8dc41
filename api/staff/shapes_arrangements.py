"""What is sent to the route of arrangements, and examples of what is answered."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from api.staff.shapes_people import shape

TASK = {
    "provision": "a-1f2e3d",
    "person": "pb:5523",
    "name": "Amy Marsh",
    "year": "7",
    "form": "7B",
    "since": "2026-11-20",
    "due": "2026-11-27",
    "arranged": "paper pack",
    "review": "2027-01-08",
    "state": "arranged",
}
ARRANGED = {
    "provision": "a-1f2e3d",
    "pupil": "pb:5523",
    "form_group": "",
    "opened_on": "2026-11-20",
    "due": "2026-11-27",
    "arranged": "paper pack",
    "review": "2027-01-08",
    "state": "arranged",
}


class Arranged(BaseModel):
    """What is in place, one of the school's list; without `review` after the pack's days."""

    model_config = shape({"what": "paper pack", "review": "2027-01-08"})
    what: Annotated[str, Field(min_length=1, max_length=120)]
    review: date | None = None
