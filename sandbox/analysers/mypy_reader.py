"""Has mypy check a batch in one build, from the results for the standard library that the site directory holds."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Callable

from sandbox.runner import frames

from .canary import CANARY
from .children import Bounds
from .warm import MYPY_CACHE, MYPY_OPTIONS

_SILENCERS = re.compile(rb"#([^\n#]*?)\b(type:\s*ignore|mypy:)")
"""Comments by which a candidate would excuse itself from being checked."""


def bounds(files: int) -> Bounds:
    """What mypy may use for so many candidates."""
    return Bounds(cpu_s=8 + files // 4)


def prepare(site: str, nowhere: str) -> Callable[[list[int]], None]:
    """Import mypy; what is returned checks candidates inside a child.

    Args:
        site: The locked site directory.
        nowhere: An empty directory.

    Raises:
        ImportError: It is not installed.
        OSError: The results for the standard library are not there.
    """
    from mypy import build, errors
    from mypy import main as command
    from mypy.modulefinder import BuildSource

    cache = os.path.join(site, MYPY_CACHE)
    os.listdir(cache)
    arguments = [*MYPY_OPTIONS, f"--cache-dir={cache}", "--output=json", "--show-error-end", "--command=pass"]
    _, options = command.process_options(arguments)

    def lines_of(files: list[int], prefix: str, texts: dict[int, str]) -> list[str]:
        sources = [BuildSource(f"{CANARY}.py", f"{prefix}{CANARY}", f"{CANARY}_sings\n")]
        sources += [BuildSource(f"c{index}.py", f"{prefix}{index}", texts[index]) for index in files]
        try:
            return list(build.build(sources, options).errors)
        except errors.CompileError as blocked:
            lines = list(blocked.messages)
        guilty = {int(json.loads(line)["file"][1:-3]) for line in lines if f'"{CANARY}.py"' not in line}
        rest = [index for index in files if index not in guilty]
        return lines + (lines_of(rest, prefix, texts) if rest and len(rest) < len(files) else [])

    def check(files: list[int]) -> None:
        texts = {index: _text(index) for index in files}
        os.chdir(nowhere)  # modules are looked for here, and no candidate shall find another one
        prefix = f"candidate_{secrets.token_hex(8)}_"
        said = "\n".join(lines_of(files, prefix, texts)).encode()
        frames.write_all(1, re.sub(rf"{prefix}\d+".encode(), b"candidate", said))

    return check


def _text(index: int) -> str:
    """A candidate's text without the comments that would silence mypy; as long as before, line by line."""
    with open(f"c{index}.py", "rb") as file:
        source = _SILENCERS.sub(lambda found: found.group().replace(b":", b"_"), file.read())
    return source.decode("utf-8", "replace")
