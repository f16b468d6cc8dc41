"""A picture as SVG, by pygal: no script, nothing fetched, for dark and for light.

The numbers stand in `title` and `desc`, and in the table beside each picture. Series differ by
pattern or dashes as well as by colour, and are named in the legend (WCAG 2.2, 1.4.1).
"""

import sys
from collections.abc import Iterator
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

from msgspec import Struct

from graphsync.pictures import Picture, Series, Shape

WIDTH, HEIGHT = 720, 340
MOST_LABELS = 7
HIDDEN = "hidden"
# Its own, so that the style inside this one image counts; it fetches nothing and runs nothing.
HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
_SVG = "{http://www.w3.org/2000/svg}"
_SCRIPTS = ("script", f"{_SVG}script")
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
_DASHES = ("", "10,5", "3,4")
_DASH_NAMES = ("solid", "dashed", "dotted")


class Scheme(StrEnum):
    """Which colours."""

    LIGHT = "light"
    DARK = "dark"


class _Colours(Struct, frozen=True):
    """Paper, ink, lines of the ground, and one for each series: at least 3:1 on the paper."""

    paper: str
    ink: str
    line: str
    series: tuple[str, ...]


_COLOURS = {
    Scheme.LIGHT: _Colours(
        "#ffffff", "#17202b", "#cfd7df", ("#0b5cad", "#8a5200", "#a3121f", "#4c5967")
    ),
    Scheme.DARK: _Colours(
        "#161d25", "#e6ebf0", "#364452", ("#7db7ff", "#f0b95b", "#ff9aa2", "#b3bfca")
    ),
}
_STRIPES = (
    "",
    "M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4",  # rising
    "M0,0 l8,8 M0,8 l8,-8",  # crossed
    "M0,4 h8",  # level
)


@lru_cache(64)
def svg(picture: Picture, scheme: Scheme) -> bytes:
    """The image, 720 by 340 and as large as its place lets it be."""
    chart = _chart(picture, _COLOURS[scheme])
    for number, one in enumerate(picture.series):
        line = picture.shape is Shape.LINES
        style = {"dasharray": _DASHES[number % 3], "width": 2.5} if line else None
        name = f"{one.name} ({_DASH_NAMES[number % 3]})" if line else one.name
        chart.add(name, list(one.values), stroke_style=style)
    chart.add_xml_filter(lambda root: _quiet(root, picture))
    drawn: bytes = chart.render()
    return drawn


def _quiet(root: Any, picture: Picture) -> Any:
    """Without the script that pygal puts into every image, with a title and all the numbers."""
    for parent in list(root.iter()):
        for child in [one for one in parent if one.tag in _SCRIPTS]:
            parent.remove(child)
    for name, text in (("desc", described(picture)), ("title", picture.title)):
        told = root.makeelement(f"{_SVG}{name}", {})
        told.text = text
        root.insert(0, told)
    root.set("role", "img")
    return root


def described(picture: Picture) -> str:
    """What stands in the picture, as a sentence for each label."""
    points = (
        f"{label}: " + ", ".join(f"{one.name} {shown(one.values[at])}" for one in picture.series)
        for at, label in enumerate(picture.labels)
    )
    return f"{picture.found} In {picture.unit}. " + "; ".join(points) + "."


def rows(picture: Picture) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The table beside it: a label, and the number of each series."""
    for at, label in enumerate(picture.labels):
        yield label, tuple(shown(one.values[at]) for one in picture.series)


def shown(value: float | None) -> str:
    """A number as people read it; one that may not be told is hidden."""
    if value is None:
        return HIDDEN
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


@cache
def _pygal() -> Any:
    """The library, imported for the first picture: it takes a third of a second.

    It looks for maps by a finder of Python 2's kind, at which every later import would warn.
    """
    import pygal  # type: ignore[import-untyped]

    sys.meta_path[:] = [one for one in sys.meta_path if type(one) is not pygal.PluginImportFixer]
    return pygal


def _chart(picture: Picture, colours: _Colours) -> Any:
    pygal = _pygal()
    kind = {Shape.STACKED: pygal.StackedBar, Shape.BARS: pygal.Bar, Shape.LINES: pygal.Line}
    style = pygal.style.Style(
        background=colours.paper,
        plot_background=colours.paper,
        foreground=colours.ink,
        foreground_strong=colours.ink,
        foreground_subtle=colours.line,
        guide_stroke_color=colours.line,
        major_guide_stroke_color=colours.line,
        colors=colours.series,
        opacity="1",
        transition="0s",
        font_family=_FONT,
        label_font_size=14,
        major_label_font_size=14,
        legend_font_size=15,
        value_font_size=13,
        value_label_font_size=13,
        no_data_font_size=18,
        value_colors=(colours.ink,) * len(picture.series),
    )
    every = max(1, -(-len(picture.labels) // MOST_LABELS))
    chart = kind[picture.shape](
        style=style,
        js=[],
        no_prefix=True,
        width=WIDTH,
        height=HEIGHT,
        margin=12,
        show_legend=len(picture.series) > 1,
        legend_at_bottom=True,
        legend_box_size=16,
        x_labels=list(picture.labels),
        x_labels_major=list(picture.labels[::every]),
        show_minor_x_labels=False,
        truncate_label=24,
        truncate_legend=-1,
        min_scale=3,
        range=None if any(_numbers(picture.series)) else (0, 1),
        include_x_axis=True,
        y_title=picture.unit,
        formatter=shown,
        print_values=picture.shape is Shape.BARS and len(picture.labels) <= MOST_LABELS,
        print_values_position="top",
        no_data_text="nothing yet",
        dots_size=3,
    )
    if picture.shape is Shape.STACKED:
        _pattern(chart, colours)
    chart.config.css.append("inline:path.line.reactive { stroke-width: 2.5 }")
    return chart


def _numbers(series: tuple[Series, ...]) -> Iterator[float]:
    return (value for one in series for value in one.values if value)


def _pattern(chart: Any, colours: _Colours) -> None:
    """Stripes in the bars and the legend of every series but the first."""
    for number, (colour, stripes) in enumerate(zip(colours.series, _STRIPES, strict=True)):
        if stripes:
            chart.config.defs.append(
                f'<pattern id="p{number}" width="8" height="8" patternUnits="userSpaceOnUse">'
                f'<rect width="8" height="8" fill="{colour}"/>'
                f'<path d="{stripes}" stroke="{colours.paper}" stroke-width="1.5"/></pattern>'
            )
            chart.config.css.append(
                f"inline:.color-{number} rect, rect.color-{number} {{ fill: url(#p{number}) }}"
            )
