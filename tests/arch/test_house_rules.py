"""House rules that a type checker does not know."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("service", "sandbox", "tasks")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
READS_ENVIRONMENT = {"service/settings.py"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), name_of(path))


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def names_used(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Attribute | ast.Name):
            yield dotted(node)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_are_named_for_a_noun(path: Path) -> None:
    assert not {path.stem, path.parent.name} & VAGUE


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_all_is_sorted_and_true(path: Path) -> None:
    tree = tree_of(path)
    for node in tree.body:
        if isinstance(node, ast.Assign) and [dotted(target) for target in node.targets] == ["__all__"]:
            names = ast.literal_eval(node.value)
            assert list(names) == sorted(names, key=str.casefold) or list(names) == sorted(names)


def test_nothing_below_the_api_raises_http_errors() -> None:
    below = [path for path in MODULES if not name_of(path).startswith("service/api/")]
    offenders = [name_of(path) for path in below if any(name.endswith("HTTPException") for name in names_used(path))]
    assert offenders == []


def test_settings_alone_reads_the_environment() -> None:
    asked = {"os.environ", "os.getenv", "os.environb"}
    # inside a cell the environment is the cell's own, not the service's
    outside = [path for path in MODULES if not name_of(path).startswith("sandbox/runner/")]
    assert {name_of(path) for path in outside if asked & set(names_used(path))} <= READS_ENVIRONMENT


def test_what_requests_depend_on_does_not_change_threads() -> None:
    # A plain function that FastAPI resolves is called in a thread, which costs a request more than most of its SQL.
    resolved, asynchronous = set(), set()
    for path in (ROOT / "service" / "api").rglob("*.py"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and dotted(node.func) in ("Depends", "Security") and node.args:
                resolved.add(dotted(node.args[0]))
            if isinstance(node, ast.AsyncFunctionDef):
                asynchronous.add(node.name)
    assert resolved - {"_bearer"} <= asynchronous


def test_the_domain_is_standard_library_only() -> None:
    for path in (ROOT / "service" / "domain").rglob("*.py"):
        for node in ast.walk(tree_of(path)):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                modules = [node.module or ""]
            for module in modules:
                allowed = module.startswith(("service.domain", "service.errors"))
                assert allowed or module.partition(".")[0] in sys.stdlib_module_names, f"{name_of(path)}: {module}"


def test_alembic_has_no_package_of_ours_in_its_way() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()


@pytest.mark.parametrize("path", sorted((ROOT / "scripts").iterdir()), ids=name_of)
def test_scripts_can_be_run(path: Path) -> None:
    assert path.is_dir() or path.suffix == ".py" or os.access(path, os.X_OK)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(tree_of(path))
