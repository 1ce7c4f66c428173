"""The built wheel carries all it needs: migrations, the runner, images and the library."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    arguments = [str(part) for part in command]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ASSAY_DATABASE", "PYTHON"))}
    done = subprocess.run(arguments, cwd=cwd, env={**clean, **environment}, capture_output=True, text=True)
    assert done.returncode == 0, f"{arguments}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", target, ROOT, cwd=target)
    (built,) = target.glob("assay-*.whl")
    return built


def test_the_wheel_carries_its_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "sandbox/analysers/__main__.py",
        "sandbox/images/analysis/Dockerfile",
        "sandbox/images/analysis/requirements.txt",
        "sandbox/runner/__main__.py",
        "sandbox/images/python/Dockerfile",
        "sandbox/images/python/build_base.sh",
        "sandbox/images/python/requirements.txt",
        "sandbox/images/python/seccomp.json",
        "service/storage/alembic/env.py",
        "service/storage/alembic/script.py.mako",
    } <= names
    assert any(name.startswith("service/storage/alembic/versions/") for name in names)
    assert any(name.startswith("tasks/library/") and name.endswith(".jsonl") for name in names)
    assert not any(name.startswith(("alembic/", "tests/", "docs/")) for name in names)


def test_the_wheel_works_elsewhere(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "elsewhere"
    venv.create(home / ".venv", with_pip=True)
    python, assay = home / ".venv/bin/python", home / ".venv/bin/assay"
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--requirement", ROOT / "requirements/service.txt", cwd=home)
    run(*pip, "--no-deps", wheel, cwd=home)
    run(python, "-m", "sandbox.images", "build", cwd=home)

    (home / "f.py").write_text("def add(a, b):\n    return a + b\n")
    (home / "asserts.py").write_text("assert add(1, 2) == 3\n")
    database = {"ASSAY_DATABASE_URL": f"sqlite+aiosqlite:///{home}/assay.db"}
    run(assay, "db", "upgrade", cwd=home, **database)
    run(assay, "doctor", cwd=home, **database)
    done = run(assay, "verify", "f.py", "--tests", "asserts.py", "--entry-point", "add", "--json", cwd=home, **database)
    assert '"accepted"' in done.stdout
    run(assay, "tasks", "import", "library", cwd=home, **database)
