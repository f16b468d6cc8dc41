"""A run as one HTML page for whoever approves it: every change before → after, held and why.

Autoescape is always on: names come from files. The page runs no script and fetches nothing.
"""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from graphsync.report import RunDocument
from reports import run_view, words

TEMPLATES = Path(__file__).parent / "templates"


@cache
def template(name: str) -> Template:
    """A template of ours, with the words and the filters that all pages use."""
    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clean"] = words.clean
    environment.filters["number"] = lambda number: f"{number:,}"
    environment.filters["day"] = words.long_day
    environment.filters["minute"] = words.long_moment
    environment.globals.update(view=run_view, words=words)
    return environment.get_template(name)


def page(document: RunDocument) -> str:
    """The whole page of these runs."""
    return template("run.html").render(document=document)
