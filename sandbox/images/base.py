"""``python -m sandbox.images.base``: gives the engine the base image that the Dockerfiles name.

From the registry where one can be reached, else from Debian's packages and the CPython that runs this,
under the same tag, so that the same Dockerfiles build offline.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import docker
from docker.errors import DockerException, ImageNotFound

from sandbox.images import contents
from sandbox.images.build import BuildFailed

BUILDER = contents.DOCKERFILE.parent / "build_base.sh"
CHANGES = [
    "ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin",
    "ENV LANG=C.UTF-8",
    'CMD ["python3"]',
]


def base_tag() -> str:
    """The tag after ``FROM`` in the Dockerfile of the cells."""
    lines = contents.DOCKERFILE.read_text(encoding="utf-8").splitlines()
    return next(line.split()[1] for line in lines if line.startswith("FROM "))


def _pull(engine: docker.DockerClient, tag: str) -> bool:
    try:
        engine.images.pull(tag)
    except DockerException:
        return False
    return True


def _build(engine: docker.DockerClient, tag: str) -> None:
    with tempfile.TemporaryDirectory(prefix="assay-base-") as directory:
        archive = Path(directory) / "base.tar"
        command = ["/usr/bin/env", f"PYTHON={sys.executable}", "bash", str(BUILDER), str(archive)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)  # noqa: S603 own script
        if done.returncode:
            raise BuildFailed(f"{BUILDER.name} failed:\n{done.stderr.strip()[-3000:]}")
        repository, _, version = tag.partition(":")
        engine.api.import_image(str(archive), repository=repository, tag=version, changes=CHANGES)


def ensure_base(engine: docker.DockerClient) -> str:
    """Make sure that the engine holds the base image.

    Returns:
        How it came: ``present``, ``pulled`` or ``built from Debian packages``.

    Raises:
        BuildFailed: No registry answers and the image could not be built; the message says why.
        DockerException: The engine failed.
    """
    tag = base_tag()
    try:
        engine.images.get(tag)
    except ImageNotFound:
        if _pull(engine, tag):
            return "pulled"
        _build(engine, tag)
        return "built from Debian packages"
    return "present"


def main() -> int:
    """Provide the image if an engine answers; 0 also when none does, for then there is nothing to provide."""
    try:
        with closing(docker.from_env(timeout=600)) as engine:
            engine.ping()
            how = ensure_base(engine)
    except BuildFailed as error:
        sys.stderr.write(f"images: no base image: {error}\n")
        return 1
    except DockerException:
        return 0
    if how != "present":
        sys.stderr.write(f"images: base image {base_tag()} {how}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
