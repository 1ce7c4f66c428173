"""Names and digests of what cells are made of. The same contents have the same names everywhere."""

from __future__ import annotations

import hashlib
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
RUNNER = PACKAGE / "runner"
"""The code inside a cell for candidates; the analysers use some of it."""
ANALYSERS = PACKAGE / "analysers"
"""The code inside a cell for analysis."""
SITE_IN_CELL = "/opt/assay/site"
"""Where the locked packages stand inside a cell of either backend."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the cells of one kind are made of.

    Attributes:
        name: Directory below ``images`` with Dockerfile and locked packages, and part of all names.
        place: The directory of a cell in which ours stand.
        code: Directories of ours that stand there under their own names.
        main: The directory among them that is started.
    """

    name: str
    place: str
    code: tuple[Path, ...]
    main: Path

    @property
    def dockerfile(self) -> Path:
        """How the image is built."""
        return PACKAGE / "images" / self.name / "Dockerfile"

    @property
    def requirements(self) -> Path:
        """Locked packages, with hashes."""
        return PACKAGE / "images" / self.name / "requirements.txt"

    @property
    def warm(self) -> Path | None:
        """The program that completes a new site directory, if there is one."""
        script = self.main / "warm.py"
        return script if script.exists() else None

    @property
    def places(self) -> tuple[str, ...]:
        """Where the directories of ours stand in a cell, in order of ``code``."""
        return tuple(str(Path(self.place, directory.name)) for directory in self.code)

    @property
    def repository(self) -> str:
        """The image's name without its tag."""
        return f"assay-sandbox-{self.name}"


PYTHON = Recipe("python", "/", (RUNNER,), RUNNER)
"""Cells that run candidates: interpreter, numpy, pytest."""
ANALYSIS = Recipe("analysis", "/sandbox", (RUNNER, ANALYSERS), ANALYSERS)
"""Cells that read candidates without running them: ruff, bandit, mypy and rules of our own."""
RECIPES = (PYTHON, ANALYSIS)

DOCKERFILE = PYTHON.dockerfile
SECCOMP = PACKAGE / "images" / "python" / "seccomp.json"
"""The profile of every container, whatever its recipe."""


def digest(files: Iterable[tuple[str, Path]]) -> str:
    """SHA-256 over named files, hex; independent of the order in which they are given."""
    total = hashlib.sha256()
    for name, path in sorted(files):
        content = path.read_bytes()
        total.update(f"{name}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


@cache
def code_digest(recipe: Recipe = PYTHON) -> str:
    """Digest of the source of ours that a recipe puts into its cells."""
    return digest(
        (str(path.relative_to(root if root is recipe.main else root.parent)), path)
        for root in recipe.code
        for path in root.rglob("*.py")
    )


@cache
def site_digest(recipe: Recipe = PYTHON) -> str:
    """Digest of the locked packages and of what completes them."""
    files = [("requirements.txt", recipe.requirements)]
    return digest([*files, ("warm.py", recipe.warm)] if recipe.warm else files)


@cache
def image_tag(recipe: Recipe = PYTHON) -> str:
    """Name of the image that this version of the product needs, such as ``assay-sandbox-python:<digest>``."""
    content = f"{digest([('Dockerfile', recipe.dockerfile)])} {site_digest(recipe)} {code_digest(recipe)}"
    return f"{recipe.repository}:{hashlib.sha256(content.encode()).hexdigest()[:16]}"


def default_data_dir() -> Path:
    """Where the site directory of jails stands unless told otherwise: beside the installed packages."""
    return Path(sys.prefix) / "share" / "assay"


def site_dir(data_dir: Path | None = None, recipe: Recipe = PYTHON) -> Path:
    """The site directory for jails of this interpreter; it may not have been built yet.

    Args:
        data_dir: Its parent; None takes ``default_data_dir()``.
        recipe: What kind of cell it is for.
    """
    key = hashlib.sha256(f"{site_digest(recipe)} {sysconfig.get_config_var('SOABI')}".encode()).hexdigest()[:16]
    return (data_dir or default_data_dir()) / f"site-{recipe.name}-{key}"
