"""Builds what cells are made of: the image for engines, the site directory for jails.

Both come from the same lock, with hashes. The image's packages are fetched here, by this machine's
own pip with its own configuration, and go into the build context: the build itself has no network.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import docker
from docker.errors import BuildError, DockerException, ImageNotFound

from sandbox.images import contents
from sandbox.port import SandboxError

IMAGE_PYTHON = "3.11"
"""The interpreter's version in the image that the Dockerfile names."""
_GLIBC_MINORS = (17, 24, 26, 27, 28, 31, 34)


class BuildFailed(SandboxError):
    """Something that cells are made of could not be built; the message carries the tool's own words."""


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)  # noqa: S603 own command
    if done.returncode:
        raise BuildFailed(f"pip {arguments[0]} failed:\n{(done.stderr or done.stdout).strip()[-4000:]}")


def _warm(recipe: contents.Recipe, site: Path) -> None:
    """Let a new site directory hold what its cells would otherwise compute at each start."""
    if recipe.warm is None:
        return
    command = [sys.executable, "-I", "-S", "-B", str(recipe.warm), str(site)]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)  # noqa: S603 own command
    if done.returncode:
        raise BuildFailed(f"{recipe.warm.name} failed:\n{done.stderr.strip()[-4000:]}")


def build_site(data_dir: Path | None = None, recipe: contents.Recipe = contents.PYTHON) -> Path:
    """Install the locked packages for jails of this interpreter, once.

    Args:
        data_dir: Parent of the site directory; None takes the default.
        recipe: What kind of cell it is for.

    Returns:
        The site directory, complete.

    Raises:
        BuildFailed: pip could not install them; nothing is left behind.
    """
    target = contents.site_dir(data_dir, recipe)
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".site-", dir=target.parent))
    try:
        _pip("install", "--no-deps", "--require-hashes", "--only-binary=:all:", "--root-user-action=ignore",
             f"--target={draft}", f"--requirement={recipe.requirements}")  # fmt: skip
        _warm(recipe, draft)
        draft.chmod(0o755)
        try:
            draft.rename(target)
        except OSError:
            if not target.is_dir():
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _fetch_wheels(target: Path, recipe: contents.Recipe) -> None:
    machine = platform.machine()
    platforms = [f"--platform=manylinux_2_{minor}_{machine}" for minor in _GLIBC_MINORS]
    _pip("download", "--no-deps", "--require-hashes", "--only-binary=:all:", f"--python-version={IMAGE_PYTHON}",
         "--implementation=cp", f"--platform=manylinux2014_{machine}", *platforms, f"--dest={target}",
         f"--requirement={recipe.requirements}")  # fmt: skip


def assemble_context(target: Path, recipe: contents.Recipe = contents.PYTHON) -> None:
    """Lay out the build context of an image in an empty directory.

    Raises:
        BuildFailed: A locked package could not be fetched.
    """
    shutil.copy(recipe.dockerfile, target / "Dockerfile")
    shutil.copy(recipe.requirements, target / "requirements.txt")
    for code in recipe.code:
        shutil.copytree(code, target / code.name, ignore=shutil.ignore_patterns("__pycache__"))
    wheels = target / "wheels"
    wheels.mkdir()
    _fetch_wheels(wheels, recipe)
    for path in target.rglob("*"):
        os.utime(path, (0, 0))
        path.chmod(0o755 if path.is_dir() else 0o644)


def has_image(engine: docker.DockerClient, recipe: contents.Recipe = contents.PYTHON) -> bool:
    """Whether the engine holds the image that this version needs."""
    try:
        engine.images.get(contents.image_tag(recipe))
    except ImageNotFound:
        return False
    return True


def build_image(engine: docker.DockerClient, recipe: contents.Recipe = contents.PYTHON) -> str:
    """Build an image, once per contents. The base image is taken from the engine where it is there.

    Returns:
        The image's tag.

    Raises:
        BuildFailed: The build failed; the message carries its last lines.
    """
    tag = contents.image_tag(recipe)
    if has_image(engine, recipe):
        return tag
    with tempfile.TemporaryDirectory(prefix="assay-image-") as directory:
        assemble_context(Path(directory), recipe)
        try:
            engine.images.build(path=directory, tag=tag, rm=True, forcerm=True, pull=False, network_mode="none")
        except BuildError as error:
            lines = "".join(str(entry.get("stream", "")) for entry in error.build_log)[-3000:]
            raise BuildFailed(f"{error}\n{lines}".strip()) from error
        except DockerException as error:
            raise BuildFailed(str(error)) from error
    return tag
