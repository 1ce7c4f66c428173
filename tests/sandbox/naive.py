"""The naive split: a supervisor that parses the job, forks candidate and examiner, and trusts what comes back.

It exists to show that the tests of holes H1 to H4 can fail: each of those candidates is accepted here.
"""

from __future__ import annotations

import builtins
import json
import os
import sys
from typing import Any, NoReturn

ACCEPTED = b"accepted"


class _Channel:
    def __init__(self, read_end: int, write_end: int) -> None:
        self._reader = os.fdopen(read_end, "r")
        self._writer = os.fdopen(write_end, "w")

    def send(self, message: Any) -> None:
        self._writer.write(json.dumps(message) + "\n")
        self._writer.flush()

    def receive(self) -> Any:
        line = self._reader.readline()
        if not line:
            raise EOFError("the candidate is gone")  # H4: an ordinary exception
        return json.loads(line)


def _candidate(source: str, channel: _Channel) -> NoReturn:
    module: dict[str, Any] = {"__name__": "solution"}
    try:
        exec(source, module)
        while True:
            name, args = channel.receive()
            try:
                channel.send(["value", module[name](*args)])
            except Exception as error:
                channel.send(["raise", type(error).__name__, str(error)])
    except BaseException:
        os._exit(1)


class _Names(dict[str, Any]):
    """H3: every name that the test does not define is the candidate's."""

    def __init__(self, channel: _Channel) -> None:
        super().__init__()
        self._channel = channel

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name):
            return getattr(builtins, name)

        def call(*args: Any) -> Any:
            self._channel.send([name, args])
            kind, *rest = self._channel.receive()
            if kind == "raise":
                raise getattr(builtins, rest[0], Exception)(rest[1])  # H1: looked up by name
            return rest[0]

        return call


def _examiner(tests: list[str], channel: _Channel, record: int) -> NoReturn:
    try:
        for test in tests:
            exec(compile(test, "<test>", "exec"), {"__builtins__": builtins}, _Names(channel))
        os.write(record, ACCEPTED)
    except BaseException as error:
        os.write(record, f"refused: {error!r}"[:200].encode())
    os._exit(0)


def verify_naively(source: str, tests: list[str], prelude: str = "") -> bool:
    """Whether the naive split accepts the candidate. Runs it unconfined: only for the programs of these tests."""
    job = json.loads(json.dumps({"source": prelude + source, "tests": tests}))  # H2: parsed before the forks
    to_candidate, from_examiner = os.pipe()
    to_examiner, from_candidate = os.pipe()
    record_read, record_write = os.pipe()
    sys.stdout.flush()
    candidate = os.fork()
    if candidate == 0:
        os.close(record_read)
        os.close(from_examiner)
        _candidate(job["source"], _Channel(to_candidate, from_candidate))
    examiner = os.fork()
    if examiner == 0:
        os.close(from_candidate)
        _examiner(job["tests"], _Channel(to_examiner, from_examiner), record_write)
    for descriptor in (to_candidate, from_examiner, to_examiner, from_candidate, record_write):
        os.close(descriptor)
    with os.fdopen(record_read, "rb") as record:
        said = record.read()
    for pid in (examiner, candidate):
        os.waitpid(pid, 0)
    return said == ACCEPTED
