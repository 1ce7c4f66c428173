"""Figures into files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from service.cli.console import say
from service.errors import InvalidInput

_FORMS = ("svg", "png", "pdf")


def write_plot(path: Path, draw: Callable[[str], bytes]) -> None:
    """Draw into a file; its ending says in which form.

    Args:
        path: Such as ``curve.svg``.
        draw: Gives the file's content for a form.

    Raises:
        InvalidInput: If the ending is another one, or matplotlib is not installed.
        OSError: If the file cannot be written.
    """
    form = path.suffix.lower().removeprefix(".")
    if form not in _FORMS:
        raise InvalidInput(f"{path} must end in {', '.join(f'.{each}' for each in _FORMS)}")
    try:
        content = draw(form)
    except ModuleNotFoundError as error:
        raise InvalidInput(f"{error.name} is not installed: pip install 'assay[plots]'") from error
    path.write_bytes(content)
    say(f"wrote {path}")
