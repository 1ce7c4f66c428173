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
MODULES = sorted(RUNNER.rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the first part of each absolute import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


# The test framework comes from the locked site, and only when a test file asks for it.
FOR_TESTS = {"pytest_file.py": {"pytest", "_pytest"}}
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


def test_the_runner_imports_without_any_site_directory() -> None:
    names = [f"runner.{path.stem}" for path in RUNNER.glob("*.py") if not path.stem.startswith("__")]
    assert names
    code = PROBE.format(parent=str(RUNNER.parent), names=", ".join(names))
    subprocess.run([sys.executable, "-I", "-S", "-B", "-c", code], check=True, timeout=60)
