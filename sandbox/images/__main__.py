"""``python -m sandbox.images build``: builds what cells are made of on this machine.

Builds the images where an engine answers, and the site directories for jails. Prints one line for
each; exits with 1 if one that could be built was not.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path

import docker
from docker.errors import DockerException

from sandbox.images import contents
from sandbox.images.build import BuildFailed, build_image, build_site


def _report(line: str) -> None:
    sys.stderr.write(f"images: {line}\n")


def _build(data_dir: Path | None, *, image: bool, site: bool) -> bool:
    good = True
    if image:
        try:
            with closing(docker.from_env(timeout=600)) as engine:
                engine.ping()
                for recipe in contents.RECIPES:
                    _report(f"image {build_image(engine, recipe)}")
        except BuildFailed as error:
            good = False
            _report(f"the image was not built: {error}")
        except DockerException as error:
            _report(f"no engine answers, so no image was built ({error})")
    if site:
        try:
            for recipe in contents.RECIPES:
                _report(f"site directory {build_site(data_dir, recipe)}")
        except BuildFailed as error:
            good = False
            _report(f"the site directory was not built: {error}")
    return good


def main() -> int:
    """Parse the command line and build."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.images")
    parser.add_argument("action", choices=["build"])
    parser.add_argument("--data-dir", type=Path, help="parent of the site directory (default: beside the packages)")
    parser.add_argument("--only", choices=["image", "site"], help="build one of the two")
    arguments = parser.parse_args()
    good = _build(arguments.data_dir, image=arguments.only != "site", site=arguments.only != "image")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
