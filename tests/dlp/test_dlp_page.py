"""docs/dlp.md prints the exceptions that there are, and tells of every reason and number."""

from pathlib import Path

from policies.mail import Kind
from policies.mail_people import Role
from reports.dlp.record import LARGEST
from reports.dlp.verdicts import OutOfScope

PAGE = (Path(__file__).parents[2] / "docs" / "dlp.md").read_text("utf-8")


def test_the_page_lists_every_exception_and_no_other() -> None:
    section = PAGE.split("## What a person must look at", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("|")]
    assert rows[2:] == [str(kind) for kind in Kind]


def test_the_page_names_every_role_and_the_limit_of_a_record() -> None:
    text = " ".join(PAGE.split())
    for role in Role:
        assert str(role).removesuffix(" parental responsibility") in text
    assert f"over {LARGEST // 1_000_000} MB" in text
    assert len(OutOfScope) == 3, "tell of the new one"
