"""The code inside a cell needs the standard library and nothing else."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUNNER = ROOT / "sandbox" / "runner"
ANALYSERS = ROOT / "sandbox" / "analysers"
MODULES = sorted(RUNNER.rglob("*.py"))
READERS = sorted(ANALYSERS.rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the first part of each absolute import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


# The test framework comes from the locked site, and only when a test file asks for it.
FOR_TESTS = {"pytest_file.py": {"pytest"}, "pytest_marks.py": {"_pytest"}}
# The analysers come from the locked site, and whoever needs one imports it where it is missing last.
FOR_ANALYSIS = {"bandit_reader.py": {"bandit"}, "mypy_reader.py": {"mypy"}, "warm.py": {"mypy"}}
PROBE = """
import sys
sys.path.insert(0, {parent!r})
import {names}
foreign = [name for name, module in sys.modules.items() if "site-packages" in str(getattr(module, "__file__", ""))]
assert not foreign, foreign
"""


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_runner_module_imports_the_standard_library_alone(module: Path) -> None:
    own = {path.stem for path in MODULES} | {"runner", "__future__"} | FOR_TESTS.get(module.name, set())
    names = set(imported(ast.parse(module.read_text(encoding="utf-8"))))
    assert names - sys.stdlib_module_names - own == set()


@pytest.mark.parametrize("module", READERS, ids=lambda path: path.name)
def test_a_module_of_the_analysis_cell_imports_the_standard_library_and_its_one_analyser(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    own = {"sandbox", "__future__"} | FOR_ANALYSIS.get(module.name, set())
    assert set(imported(tree)) - sys.stdlib_module_names - own == set()
    inside = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    parts = {name for name in inside if name.startswith("sandbox.")}
    assert all(name.startswith(("sandbox.runner", "sandbox.analysers")) for name in parts)


def test_the_analysis_cell_imports_without_any_site_directory() -> None:
    names = [f"sandbox.analysers.{path.stem}" for path in ANALYSERS.glob("*.py") if not path.stem.startswith("__")]
    code = PROBE.format(parent=str(ROOT), names=", ".join(names))
    subprocess.run([sys.executable, "-I", "-S", "-B", "-c", code], check=True, timeout=60)


def test_the_runner_imports_without_any_site_directory() -> None:
    names = [f"runner.{path.stem}" for path in RUNNER.glob("*.py") if not path.stem.startswith("__")]
    assert names
    code = PROBE.format(parent=str(RUNNER.parent), names=", ".join(names))
    subprocess.run([sys.executable, "-I", "-S", "-B", "-c", code], check=True, timeout=60)
