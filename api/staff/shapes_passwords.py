"""What is sent to the routes of passwords and slips, and examples of what they answer."""

from typing import Annotated

from pydantic import BaseModel, Field

from api.staff.shapes_people import Text, shape

COUNT = {
    "person": "pb:5523",
    "name": "Amy Marsh",
    "kind": "pupil",
    "form": "7B",
    "week": 3,
    "month": 4,
    "month_before": 1,
    "last": "2026-11-25T09:12:00Z",
    "by": "entra:11111111-2222-3333-4444-555555555555",
    "often": True,
}
RESET = {
    "person": "pb:5523",
    "password": "done",
    "sessions": "done",
    "slip_until": "2026-12-02T09:12:00Z",
    "note": "",
    "this_week": 1,
}
SLIP = {
    "person": "pb:5523",
    "name": "Amy Marsh",
    "group": "7B",
    "user_name": "25marsha@pb.example",
    "password": "an example, never a real one",
    "must_change": True,
    "young": False,
    "staff": False,
    "is_pass": False,
    "expires_at": "2026-12-02T09:12:00Z",
}
SLIPS = {"slips": [SLIP], "lines": [{"person": "pb:5523", "state": "printed", "note": ""}]}
Short = Annotated[str, Field(max_length=60)]


class PasswordAsked(BaseModel):
    """Why somebody needs a new password."""

    model_config = shape({"reason": "forgot it; stood at my desk"})
    reason: Text


class SlipsAsked(BaseModel):
    """A class by its code or a registration form, and who takes the page."""

    model_config = shape({"form": "7B", "collector": "Ms Okafor"})
    class_code: Short = ""
    form: Short = ""
    collector: Text
