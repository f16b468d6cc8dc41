"""The law of the house: floors, homes of dangerous libraries, sizes, names, one maker."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

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
AMBIENT = {"os.environ", "datetime.now", "datetime.utcnow", "date.today"}


@cache
def told() -> dict[str, list[ast.AST]]:
    """Every module of the product by its path: what it imports, calls and takes of another name."""
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return {
        path.relative_to(ROOT).as_posix(): [
            node
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, (ast.Import, ast.ImportFrom, ast.Attribute, ast.Call))
        ]
        for path in found
        if "versions" not in path.parts
    }


def imports() -> Iterator[tuple[str, list[str]]]:
    """Every module with what it imports."""
    for name, nodes in told().items():
        plain = [one.name for node in nodes if isinstance(node, ast.Import) for one in node.names]
        whole = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.level == 0]
        yield name, plain + [node.module or "" for node in whole]


def test_imports_point_down_only() -> None:
    for name, imported in imports():
        ours = {module.partition(".")[0] for module in imported} & set(PACKAGES)
        assert ours <= MAY_IMPORT[name.partition("/")[0]], name


def test_the_sandbox_is_a_house_of_its_own() -> None:
    for name, imported in imports():
        for module in imported:
            into_sandbox = module.startswith("graphsync.sandbox")
            if name.startswith(SANDBOX):
                outside = module.partition(".")[0] not in PACKAGES
                assert into_sandbox or outside, (name, module)
            elif into_sandbox:
                assert name in {"api/cli.py", "api/commands/sandbox.py"}, (name, module)


def test_each_dangerous_library_has_one_home() -> None:
    for name, imported in imports():
        if name.startswith(SANDBOX):
            continue
        for module in imported:
            homes = HOMES.get(module.partition(".")[0])
            assert homes is None or name.startswith(homes), (name, module)


def test_clock_environment_and_chance_are_passed_down() -> None:
    for name, nodes in told().items():
        if name.startswith((SANDBOX, "graphsync/settings.py", "api/")):
            continue
        for node in nodes:
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                text = f"{node.value.id}.{node.attr}"
                assert text not in AMBIENT, (name, text)


def test_no_file_is_too_long_and_none_is_a_drawer_for_everything() -> None:
    for name in told():
        path = ROOT / name
        assert len(path.read_text("utf-8").splitlines()) <= 400, name
        assert path.stem not in FORBIDDEN_NAMES, name


def test_only_the_guard_clears_a_plan() -> None:
    for name, nodes in told().items():
        for node in nodes:
            if isinstance(node, ast.Call) and name != "graphsync/guard.py":
                called = node.func
                last = getattr(called, "attr", getattr(called, "id", ""))
                assert not last.endswith("ClearedPlan"), name


def test_no_two_files_of_tests_have_one_name() -> None:
    """Pytest takes the second for the first."""
    stems = [path.stem for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(one for one in set(stems) if stems.count(one) > 1) == []
