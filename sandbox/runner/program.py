"""The candidate as a whole program: one case in a process of its own, as ``python program.py`` would run it.

Its standard output is a pipe whose other end only the examiner has, so that what the program printed is what
reached the descriptor, in the order in which it did, whichever way the program ended.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import io
import linecache
import os
import sys
import types
from typing import Any

FILE = "<candidate>"
_STREAMS = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}


def register_source(lines: list[str]) -> None:
    """Let ``inspect`` and tracebacks find the candidate's own lines, and no others."""
    linecache.cache[FILE] = (len(lines), None, lines, FILE)


def run(code: types.CodeType, text: str) -> BaseException | None:
    """Run a program that reads ``text``.

    Returns:
        What ended it, if that was an error; what it printed has then reached its descriptor all the same.
    """
    _give_input(text.encode())
    sys.stdin = _stream(0, "r", "<stdin>")
    sys.stdout = _stream(1, "w", "<stdout>")
    sys.__stdin__, sys.__stdout__ = sys.stdin, sys.stdout  # type: ignore[misc] # as in a fresh process
    failure = _execute(code)
    if failure is not None:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
        return failure
    try:
        _leave()
    except BaseException as error:  # exit functions are the program's too: what they raise is its outcome
        return error
    return None


def _execute(code: types.CodeType) -> BaseException | None:
    module = types.ModuleType("__main__")
    module.__file__ = FILE
    sys.modules["__main__"] = module
    try:
        exec(code, module.__dict__)  # noqa: S102 - running the candidate is what this process is for
    except SystemExit as error:
        if error.code not in (None, 0):
            return error
    except BaseException as error:  # whatever it raised is the program's outcome, told to the examiner
        return error
    return None


def _give_input(content: bytes) -> None:
    """Put a nameless file with the program's input under descriptor 0."""
    made = os.open("stdin", os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    os.unlink("stdin")
    view = memoryview(content)
    while view:
        view = view[os.write(made, view) :]
    os.lseek(made, 0, os.SEEK_SET)
    if made != 0:
        os.dup2(made, 0)
        os.close(made)


def _stream(descriptor: int, mode: str, name: str) -> io.TextIOWrapper:
    """A standard stream as the interpreter makes it where its other end is no terminal."""
    raw: Any = io.FileIO(descriptor, mode, closefd=False)
    raw.name = name
    buffer: Any = io.BufferedReader(raw) if mode == "r" else io.BufferedWriter(raw)
    stream: Any = io.TextIOWrapper(buffer, encoding="utf-8", errors="surrogateescape", newline="\n")
    stream.mode = mode
    return stream  # type: ignore[no-any-return] # as made above


def open_stream(real: Any) -> Any:
    """``open`` for programs: the names of their own streams lead through /proc, which is closed to them."""

    def open(file: Any, *args: Any, **options: Any) -> Any:
        number = _STREAMS.get(file) if isinstance(file, str) else None
        return real(file, *args, **options) if number is None else real(os.dup(number), *args, **options)

    return open


def _leave() -> None:
    """What the interpreter does when a program has run: threads, exit functions, flushing, the end of all objects."""
    threading: Any = sys.modules.get("threading")
    workers = getattr(sys.modules.get("concurrent.futures.thread"), "_threads_queues", ())
    for thread in threading.enumerate() if threading else ():
        if thread is not threading.main_thread() and not thread.daemon and thread not in workers:
            thread.join()
    atexit._run_exitfuncs()
    _flush(sys.stdout)
    sys.modules.pop("__main__", None)
    gc.collect()
    _flush(sys.stdout)
    with contextlib.suppress(ValueError):  # the program has taken its buffer away
        _flush(sys.__stdout__)


def _flush(stream: Any) -> None:
    if stream is not None and not getattr(stream, "closed", False):
        stream.flush()
