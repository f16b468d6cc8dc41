"""The page: the same content, before and after, escaped, without script, readable by any parser."""

import os
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.answer import write_page
from reports.render import as_page

Builders = dict[str, Callable[..., Any]]
EVIL = '<script>alert("Ann")</script>'
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """Tags, attributes and text of a page; fails on a tag that is not closed in its order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given_ = dict(attrs)
        assert not any(name.startswith("on") or name in {"src", "style"} for name in given_)
        self.ids += [given_["id"] or ""] if "id" in given_ else []
        self.links += [given_["href"] or ""] if "href" in given_ else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += f"{data} "


def page_of(runs: Builders, *named: str) -> Page:
    return Page(as_page(runs["document"](*(runs[name]() for name in named))))


def test_names_are_escaped_wherever_they_come_from(runs: Builders) -> None:
    change = runs["change"](sentence=EVIL, before={"surname": EVIL}, after={"surname": EVIL + "2"})
    held = runs["held"](sentence=EVIL, person=EVIL)
    run = runs["run"](name=EVIL, requester=EVIL, error=EVIL, changes=(change,), held=(held,))
    page = as_page(runs["document"](run))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert Page(page).text.count(EVIL) >= 6


@given(st.text(max_size=40))
def test_no_name_can_add_a_tag(name: str) -> None:
    from datetime import date

    from graphsync.report import (
        ChangeReport,
        Exit,
        OutcomeCounts,
        RequestCounts,
        RunDocument,
        RunReport,
        RunState,
        VerdictReport,
    )

    def tags(text: str) -> list[str]:
        change = ChangeReport(
            kind="update_user",
            person="oak:1",
            account=text,
            sentence=text,
            origin="roster",
            clauses=(),
            before={"surname": "A"},
            after={"surname": text or "B"},
        )
        run = RunReport(
            run="r-1",
            school="oak",
            name="Oak",
            state=RunState.DRAFTED,
            requester="anna",
            digest="d",
            as_of=date(2026, 11, 25),
            roster_sha256="",
            counts={},
            changes=(change,),
            held=(),
            unchanged=0,
            verdict=VerdictReport(passes=True),
        )
        document = RunDocument(
            runs=(run,),
            requests=RequestCounts(),
            outcomes=OutcomeCounts(),
            exit_code=Exit.DONE,
        )
        return Page(as_page(document)).tags

    assert tags(name) == tags("Ann")


def test_the_page_runs_nothing_and_fetches_nothing(runs: Builders) -> None:
    page = page_of(runs, "first_load", "applied", "refused")
    assert {"script", "link", "img", "iframe", "form"}.isdisjoint(page.tags)
    assert all(link.startswith("#") for link in page.links)


def test_every_link_leads_to_a_place_that_is_there_once(runs: Builders) -> None:
    page = page_of(runs, "first_load", "applied", "refused")
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_every_change_and_everyone_held_stands_on_the_page(runs: Builders) -> None:
    run = runs["first_load"]()
    text = page_of(runs, "first_load").text
    assert all(change.sentence in text for change in run.changes)
    assert all(held.person in text for held in run.held)


def test_a_change_shows_what_was_and_what_will_be(runs: Builders) -> None:
    page = as_page(runs["document"](runs["first_load"]()))
    assert "surname: <del>Jones</del> → <ins>Smith-Featherston</ins>" in page


def test_a_value_that_goes_or_comes_is_shown_as_none(runs: Builders) -> None:
    change = runs["change"](
        before={"department": "7B", "surname": None}, after={"department": None, "surname": "Li"}
    )
    page = as_page(runs["document"](runs["run"](changes=(change,))))
    assert "form or role: <del>7B</del> → none" in page
    assert "surname: none → <ins>Li</ins>" in page


def test_the_command_to_approve_stands_on_the_page(runs: Builders) -> None:
    text = page_of(runs, "first_load").text
    assert "graphsync approve r-20261125-1a2b --digest 3f2a91bc0d4e5f60" in text


def test_what_went_wrong_stands_on_the_page(runs: Builders) -> None:
    text = page_of(runs, "applied").text
    assert "Graph: the usage location is invalid" in text
    assert "request q2" in text


def test_the_page_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    write_page(tmp_path / "plan.html", "<p>ä</p>")
    assert (tmp_path / "plan.html").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "plan.html").read_text("utf-8") == "<p>ä</p>"


BROWSER = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.mark.skipif(BROWSER is None, reason="needs a browser: chromium is not installed")
def test_a_browser_lays_the_page_out_no_wider_than_a_phone(runs: Builders, tmp_path: Path) -> None:
    page = as_page(runs["document"](runs["first_load"](), runs["applied"]()))
    # The page itself forbids script; a copy with one measures it.
    measured = page.replace("default-src 'none'; ", "").replace(
        "</body>",
        "<script>document.title = 'width ' + document.documentElement.scrollWidth</script></body>",
    )
    framed = tmp_path / "page.html"
    framed.write_text(measured, encoding="utf-8")
    done = subprocess.run(
        [
            str(BROWSER),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            f"--user-data-dir={tmp_path / 'profile'}",
            "--window-size=500,900",  # the narrowest window of headless Chromium
            "--dump-dom",
            framed.as_uri(),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    width = int(done.stdout.split("<title>width ")[1].split("<")[0])
    assert width <= 500
