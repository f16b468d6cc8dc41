"""A run as one HTML page for whoever approves it: every change before → after, held and why.

Autoescape is always on: names come from files, and none of them turns a line around, whichever
page says it. The page runs no script and fetches nothing.
"""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from graphsync.report import RunDocument
from reports import run_view, words

TEMPLATES = Path(__file__).parent / "templates"


@cache
def template(name: str) -> Template:
    """A template of ours."""
    return environment().get_template(name)


def environment(*folders: Path) -> Environment:
    """Our templates, those of more folders before them, with the words and filters of all pages."""
    made = Environment(
        loader=FileSystemLoader([*folders, TEMPLATES]),
        autoescape=True,
        finalize=words.unturned,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["clean"] = words.clean
    made.filters["number"] = lambda number: f"{number:,}"
    made.filters["day"] = words.long_day
    made.filters["minute"] = words.long_moment
    made.globals.update(view=run_view, words=words)
    return made


def page(document: RunDocument) -> str:
    """The whole page of these runs."""
    return template("run.html").render(document=document)
