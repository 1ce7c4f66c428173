"""One program in plain Python: its tests as text, or its calls held against what a cell returned.

``scripts/semantics`` starts it as a process of its own with a request on stdin; the answer is one line of JSON on
descriptor 3. Nothing of the sandbox is used but the decoder of values.
"""

from __future__ import annotations

import copy
import json
import os
import pickle
import reprlib
import sys
from collections.abc import Iterator
from typing import Any

from sandbox.runner import codec

OPAQUE = "opaque_value"


def _load(request: dict[str, Any]) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "solution"}
    exec(request["prelude"], names)
    exec(compile(request["program"], "<candidate>", "exec", dont_inherit=True), names)
    return names


def run_tests(request: dict[str, Any]) -> list[str]:
    """What each test does: ``passed``, or the name of what it raises."""
    try:
        names = _load(request)
        exec(request["setup"], names)
    except BaseException as error:
        return [type(error).__name__] * len(request["tests"])
    found = []
    for test in request["tests"]:
        try:
            exec(test, names)
        except BaseException as error:
            found.append(type(error).__name__)
        else:
            found.append("passed")
    return found


def _differs(value: Any, crossed: Any) -> str | None:
    """How a value differs from what came out of a cell, by ordinary equality; None if it does not."""
    try:
        if value == crossed:
            return None
    except Exception as error:
        return f"comparing raises {type(error).__name__}"
    if type(value) is type(crossed) and repr(value) == repr(crossed):  # not a number is unequal to itself
        return None
    return f"plain {_shown(value)}, cell {_shown(crossed)}"


def _shown(value: Any) -> str:
    return f"{reprlib.repr(value)[:120]} of type {type(value).__name__}"


def _call(function: Any, args: tuple[Any, ...]) -> tuple[Any, str | None]:
    try:
        return function(*copy.deepcopy(args)), None
    except BaseException as error:
        return None, type(error).__name__


def compare_calls(request: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """The calls whose results differ, and the types that became another type on the way, told as index -1."""
    function = _load(request)[request["entry_point"]]
    changed: set[tuple[str, str]] = set()
    for index, (args, (data, error)) in enumerate(zip(request["inputs"], request["cell"], strict=True)):
        value, raised = _call(function, codec.decode(args))
        if data is None or raised is not None:
            if raised != error:
                told = raised or _shown(value)
                yield index, f"plain {told}, cell {error or 'a value'}"
            continue
        crossed = codec.decode(data)
        different = _differs(value, crossed)
        if different is not None:
            yield index, different
        elif type(value) is not type(crossed):
            changed.add((type(value).__qualname__, type(crossed).__qualname__))
    for before, after in sorted(changed):
        yield -1, f"{before} → {after}"


def main() -> None:
    """Answer the request on stdin."""
    request = pickle.load(sys.stdin.buffer)
    sys.stdin = open(os.devnull)  # noqa: SIM115 - for as long as the process lives
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - the same
    answer = run_tests(request) if "tests" in request else list(compare_calls(request))
    with os.fdopen(3, "w") as out:
        out.write(json.dumps(answer))
    os._exit(0)


if __name__ == "__main__":
    main()
