"""The law of the house: floors, homes of dangerous libraries, sizes, names, one maker."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("policies", "graphsync", "reports", "api")
MAY_IMPORT = {
    "policies": {"policies"},
    "graphsync": {"graphsync", "policies"},
    "reports": {"reports", "graphsync", "policies"},
    "api": {"api", "reports", "graphsync", "policies"},
}
HOMES = {
    "msgraph": ("graphsync/tenant/",),
    "kiota_abstractions": ("graphsync/tenant/",),
    "azure": ("graphsync/tenant/",),
    "aiohttp": ("graphsync/tenant/",),
    "httpx": (),
    "requests": ("api/entra_session.py",),
    "msal": ("api/sign_in.py",),
    "pandas": ("graphsync/roster/", "reports/"),
    "python_calamine": ("graphsync/roster/",),
    "sqlalchemy": ("graphsync/store/",),
    "alembic": ("graphsync/store/",),
    "fastapi": ("api/",),
    "starlette": ("api/",),
    "apscheduler": ("api/schedule.py",),
    "pydantic_settings": ("graphsync/settings.py", "api/wiring.py"),
    "secrets": ("api/wiring.py",),
    "uuid": ("api/wiring.py", "graphsync/tenant/"),
}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "misc", "manager", "service"}
SANDBOX = "graphsync/sandbox/"


def modules() -> list[Path]:
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return [path for path in found if "versions" not in path.parts]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


ALL = pytest.mark.parametrize("path", modules(), ids=name)


@ALL
def test_imports_point_down_only(path: Path) -> None:
    package = name(path).partition("/")[0]
    ours = {module.partition(".")[0] for module in imports(path)} & set(PACKAGES)
    assert ours <= MAY_IMPORT[package]


@ALL
def test_the_sandbox_is_a_house_of_its_own(path: Path) -> None:
    for module in imports(path):
        into_sandbox = module.startswith("graphsync.sandbox")
        if name(path).startswith(SANDBOX):
            assert into_sandbox or module.partition(".")[0] not in PACKAGES, module
        elif into_sandbox:
            assert name(path) in {"api/cli.py", "api/commands/sandbox.py"}, module


@ALL
def test_each_dangerous_library_has_one_home(path: Path) -> None:
    if name(path).startswith(SANDBOX):
        return
    for module in imports(path):
        homes = HOMES.get(module.partition(".")[0])
        assert homes is None or name(path).startswith(homes), module


@ALL
def test_clock_environment_and_chance_are_passed_down(path: Path) -> None:
    if name(path).startswith((SANDBOX, "graphsync/settings.py", "api/")):
        return
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        text = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
        assert text not in {"os.environ", "datetime.now", "datetime.utcnow", "date.today"}, text


@ALL
def test_no_file_is_too_long_and_none_is_a_drawer_for_everything(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400
    assert path.stem not in FORBIDDEN_NAMES


@ALL
def test_only_the_guard_clears_a_plan(path: Path) -> None:
    if name(path) == "graphsync/guard.py":
        return
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            assert not ast.unparse(node.func).endswith("ClearedPlan")


def test_no_two_files_of_tests_have_one_name() -> None:
    """Pytest takes the second for the first."""
    stems = [path.stem for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(one for one in set(stems) if stems.count(one) > 1) == []
