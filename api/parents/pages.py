"""The parents' pages, rendered: escaped by default, with nothing fetched from elsewhere."""

from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment

from reports.run_page import environment

HERE = Path(__file__).parent


def page(name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A template of ours as an answer."""
    return HTMLResponse(_pages().get_template(name).render(**values), status)


@cache
def style() -> bytes:
    """The one style sheet."""
    return (HERE / "static" / "parents.css").read_bytes()


@cache
def _pages() -> Environment:
    return environment(HERE / "templates")
