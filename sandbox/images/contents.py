"""Names and digests of what cells are made of. The same contents have the same names everywhere."""

from __future__ import annotations

import hashlib
import sys
import sysconfig
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
RUNNER = PACKAGE / "runner"
"""The code inside the cell."""
PYTHON_IMAGE = PACKAGE / "images" / "python"
DOCKERFILE = PYTHON_IMAGE / "Dockerfile"
REQUIREMENTS = PYTHON_IMAGE / "requirements.txt"
"""Locked packages for candidates and tests, with hashes."""
SECCOMP = PYTHON_IMAGE / "seccomp.json"

REPOSITORY = "assay-sandbox-python"
SITE_IN_CELL = "/opt/assay/site"
"""Where the locked packages stand inside a cell of either backend."""
RUNNER_IN_CELL = "/runner"


def digest(files: Iterable[tuple[str, Path]]) -> str:
    """SHA-256 over named files, hex; independent of the order in which they are given."""
    total = hashlib.sha256()
    for name, path in sorted(files):
        content = path.read_bytes()
        total.update(f"{name}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


@cache
def runner_digest() -> str:
    """Digest of the runner's source."""
    return digest((path.name, path) for path in RUNNER.glob("*.py"))


@cache
def site_digest() -> str:
    """Digest of the locked packages."""
    return digest([("requirements.txt", REQUIREMENTS)])


@cache
def image_tag() -> str:
    """Name of the image that this version of the product needs: ``assay-sandbox-python:<digest>``."""
    content = f"{digest([('Dockerfile', DOCKERFILE)])} {site_digest()} {runner_digest()}"
    return f"{REPOSITORY}:{hashlib.sha256(content.encode()).hexdigest()[:16]}"


def default_data_dir() -> Path:
    """Where the site directory of jails stands unless told otherwise: beside the installed packages."""
    return Path(sys.prefix) / "share" / "assay"


def site_dir(data_dir: Path | None = None) -> Path:
    """The site directory for jails of this interpreter; it may not have been built yet.

    Args:
        data_dir: Its parent; None takes ``default_data_dir()``.
    """
    key = hashlib.sha256(f"{site_digest()} {sysconfig.get_config_var('SOABI')}".encode()).hexdigest()[:16]
    return (data_dir or default_data_dir()) / f"site-python-{key}"
