"""Runs programs that it reads from stdin, each in a fork of its own or all in this process; the standard library alone.

``python -I -S worker.py fork|exec``: a program is four bytes of length and the source; the answer is one byte,
``1`` if it ended well. Nothing is confined, and the answer is the program's own word.
"""

from __future__ import annotations

import gc
import os
import sys

WARM = (
    "abc array ast bisect cmath collections contextlib copy dataclasses datetime decimal enum fractions functools "
    "heapq io itertools json math numbers operator re string struct textwrap time traceback types typing unicodedata"
)


def run(source: bytes) -> bool:
    """Whether the program ends without an exception."""
    try:
        exec(compile(source, "candidate", "exec"), {"__name__": "candidate"})
    except BaseException:
        return False
    return True


def run_forked(source: bytes) -> bool:
    """The same in a child."""
    child = os.fork()
    if child == 0:
        os._exit(0 if run(source) else 1)
    return os.waitpid(child, 0)[1] == 0


def main(mode: str) -> None:
    """Serve until stdin ends."""
    for name in WARM.split():
        __import__(name)
    verdict_of = run_forked if mode == "fork" else run
    gc.collect()
    gc.freeze()
    answers = os.dup(1)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    while head := sys.stdin.buffer.read(4):
        source = sys.stdin.buffer.read(int.from_bytes(head, "big"))
        os.write(answers, b"1" if verdict_of(source) else b"0")


if __name__ == "__main__":
    main(sys.argv[1])
