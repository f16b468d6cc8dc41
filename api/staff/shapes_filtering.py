"""What is sent to the routes of filtering and monitoring, and examples of what is answered."""

from datetime import date
from typing import Any

from pydantic import BaseModel

from api.staff.shapes_people import WHO, shape

STATUS: dict[str, Any] = {
    "school": "pb",
    "status": {
        "keeps_groups": True,
        "term": "autumn term 2026-27",
        "alert_mailbox": "alerts@pb.example",
        "alert_owner": "a.lark@pb.example",
        "owner_here": True,
        "reviewed_on": "2026-06-10",
        "review_late": False,
        "tested": {"on": "2026-11-20", "by": WHO, "seen": 1},
        "test_late": False,
        "signed": None,
    },
    "active": 812,
    "wrong": [{"person": "pb:5523", "name": "Amy Marsh", "why": "in no filter group"}],
}


class TestDone(BaseModel):
    """The day on which a test alert came in."""

    model_config = shape({"day": "2026-11-20"})
    day: date
