"""The demo goes as told, and every request it sends is one that Graph's own documents know."""

import contextlib
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from model import faults, permissions, row
from recording import RecordedStage, Recorder

from api.access import Access
from api.cli import main
from api.demo import play
from api.demo.showing import let_in
from api.permissions import AppRole
from graphsync.settings import load_settings

ADDRESS = "http://localhost:8000"
ROOT = Path(__file__).parents[2]


class Played(NamedTuple):
    """One playing of the demo: how it ended, what it printed and left, what it sent."""

    code: int
    told: str
    out: Path
    recorder: Recorder


def guide() -> tuple[set[str], set[str]]:
    """The permissions that the README's ten steps give: those to read, and those to write."""
    text = (ROOT / "README.md").read_text("utf-8")
    reading, writing = text.split("\n2. Give it")[1].split("\n9. Add the write permissions")
    names = re.compile(r"`([A-Za-z]+\.[A-Za-z.]+\.(?:All|Directory))`")
    step = reading.partition("\n3. ")[0]
    table = writing.partition("\n10. ")[0]
    return set(names.findall(step)), set(names.findall(table))


READING, WRITING = guide()


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The demo, played once with an app that has the permissions of the README and no others."""
    out = tmp_path_factory.mktemp("demo") / "out"
    out.mkdir()
    stage = RecordedStage(out, sorted(READING | WRITING))
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        code = play(stage, then=lambda: len(let_in(stage, ADDRESS)) - len(AppRole))
    return Played(code, printed.getvalue(), out, stage.recorder)


def test_four_nights_go_as_told_and_leave_pages_to_look_at(played: Played):
    told = played.told[played.told.index("What was told") :]
    assert played.code == 0, told
    assert "  NO  " not in told
    pages = {page.name for page in played.out.glob("*.html")}
    assert {"1-first-look.html", "3-ordinary-night.html", "4-cut-export.html"} <= pages


def test_the_console_of_the_demo_has_somebody_for_each_role(played: Played):
    values = load_settings(played.out / "tenant.env").values
    assert values.public_url == ADDRESS
    people = Access(values.access_file).entries()
    assert len(people) == len(AppRole)
    assert {one.schools for one in people.values()} == {"all"}


def test_every_request_is_an_operation_of_the_permission_map_that_the_readme_covers(played: Played):
    sent = played.recorder.sent
    assert len(sent) > 1_000
    for one in sent:
        allowed, _ = permissions(one)
        assert allowed & (READING | WRITING), row(one)
        if one.method == "GET":
            assert allowed & READING, f"{row(one)} needs more than the reading app has"
    assert 403 not in {one.status for one in sent}


def test_no_permission_of_the_readme_is_idle(played: Played):
    rows = {row(one): one for one in played.recorder.sent}.values()
    for name in READING:
        reads = [one for one in rows if one.method == "GET"]
        assert any(permissions(one)[0] & READING == {name} for one in reads), name
    for name in WRITING:
        writes = [permissions(one) for one in rows if one.method != "GET"]
        assert any(name in least or may & WRITING == {name} for may, least in writes), name


def test_every_name_and_type_that_is_sent_is_in_the_schema(played: Played):
    wrong = Counter(fault for one in played.recorder.sent for fault in faults(one))
    assert wrong == {}
    assert {row(one) for one in played.recorder.sent if one.body} == {
        "POST /users",
        "PATCH /users/{id}",
        "POST /users/{id}/assignlicense",
        "PATCH /groups(uniquename={id})",
        "PATCH /groups/{id}",
    }


def test_every_batch_is_made_as_json_batching_wants_it(played: Played):
    for items in played.recorder.batches:
        assert 0 < len(items) <= 20
        assert len({item["id"] for item in items}) == len(items)
        assert all(item["url"].startswith("/") for item in items)
        assert all(_typed(item) for item in items if "body" in item)


def _typed(item: dict[str, Any]) -> bool:
    headers = {name.lower(): value for name, value in item.get("headers", {}).items()}
    return headers.get("content-type") == "application/json"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"@odata.type": "#microsoft.graph.person"}, "@odata.type=#microsoft.graph.person"),
        ({"jobtitle": "Head"}, "no property jobtitle"),
        ({"accountEnabled": "true"}, "accountEnabled is not Edm.Boolean"),
        ({"passwordProfile": {"pasword": "x"}}, "passwordProfile is not graph.passwordProfile"),
        ({"employeeHireDate": "soon"}, "employeeHireDate is not Edm.DateTimeOffset"),
    ],
)
def test_the_check_finds_what_is_wrong(played: Played, body: dict[str, Any], fault: str):
    patched = next(one for one in played.recorder.sent if row(one) == "PATCH /users/{id}")
    assert faults(patched._replace(body=body)) == [f"PATCH /users/{{id}}: {fault}"]
    assert faults(patched._replace(path="/users?$select=id,adress", body=None)) == [
        "PATCH /users: $select=adress"
    ]


def test_a_folder_that_holds_something_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "mine.txt").write_text("keep")
    assert main(["demo", "--out", str(tmp_path)]) == 64
    assert "name a new or empty folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
