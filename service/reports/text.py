"""Text of candidates and tests as parts of Markdown: what it holds cannot end the block that it stands in."""

from __future__ import annotations

import re
from itertools import groupby

_UNPRINTABLE = re.compile("[^\t\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TEXT_SHOWN = 2_000


def frames(traceback: str) -> str:
    """Frames with some room before them; one that repeats itself is told once."""
    lines = []
    for line, same in groupby(traceback.rstrip().splitlines()):
        count = sum(1 for _ in same)
        lines.append(f"  {line}" + (f"  (and the same {count - 1} more times)" if count > 2 else ""))
        lines += [f"  {line}"] if count == 2 else []
    return "\n".join(lines)


def indented(text: str) -> str:
    """A block as part of a list's item."""
    return "\n".join(f"  {line}" for line in text.splitlines())


def one_line(text: str) -> str:
    """A text without line ends and back-ticks."""
    return " ".join(text.split()).replace("`", "'")


def cut(text: str) -> str:
    """As much of a text as is shown of any."""
    if len(text) <= _TEXT_SHOWN:
        return text
    return f"{text[:_TEXT_SHOWN]}\n… {len(text) - _TEXT_SHOWN} characters more"


def fenced(text: str, language: str = "") -> str:
    """A code block whose fence the text cannot close."""
    text = _UNPRINTABLE.sub(lambda found: f"\\x{ord(found[0]):02x}", cut(text))
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text}\n{fence}"
