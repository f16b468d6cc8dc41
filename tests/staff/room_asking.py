"""A request to a room of the table, by somebody with one role."""

import re
from typing import Any
from urllib.parse import quote

from room_rows import Made, Row, of_a_program
from staff_side import StaffSide

from api.permissions import AppRole


async def answer(side: StaffSide, method: str, path: str, row: Row, role: str, made: Made) -> Any:
    more: dict[str, Any] = {"params": row.query}
    cookie, sent = "", row.sent(made)
    if of_a_program(path):
        more["headers"] = side.bearer(role)
        if method == "POST":
            more["headers"]["Idempotency-Key"] = f"{path} of {role}"
            more["json"] = sent
    else:
        cookie = side.session(AppRole(role))
        if method == "POST":
            more["data"] = sent
    return await side.ask(method, filled(path, made), cookie, **more)


def filled(path: str, made: Made) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: quote(str(made[found[1]]), safe=":"), path)
