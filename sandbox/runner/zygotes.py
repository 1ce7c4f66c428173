"""The two zygotes that the supervisor forks before it reads its first byte: C for candidates, E for examiners.

C gets fixed-size headers and descriptors, never test bytes; E gets exams. Each lives as long as the cell.
"""

from __future__ import annotations

import contextlib
import gc
import os
import socket
import struct
import sys
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, NoReturn

from . import candidate, codec, confine, frames, kernel, pytest_file, seccomp  # noqa: F401 - pytest_file: imported before the fork
from .judge import CallJudge, ProgramJudge
from .record import Record
from .remote import Abort, Remote
from .script import ScriptJudge, seed_randomness

CANDIDATE_HEAD = struct.Struct("<dqiQ")
"""CPU seconds (negative: none), memory bytes (negative: none), processes, source bytes."""
EXAM_HEAD = struct.Struct("<QIIQddqq64s")
"""Exam bytes, exam index, cases, seed, wall_s, case_wall_s (negative: none), output_bytes, result_bytes, version."""
STARTED = struct.Struct("<ci")
ENDED = struct.Struct("<ciddq")
"""``E``, wait status, user seconds, system seconds, peak resident bytes."""

_WARM_MODULES = [
    "abc",
    "argparse",
    "array",
    "ast",
    "bisect",
    "cmath",
    "collections",
    "collections.abc",
    "contextlib",
    "copy",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "hashlib",
    "heapq",
    "io",
    "itertools",
    "json",
    "math",
    "numbers",
    "operator",
    "os",
    "queue",
    "random",
    "re",
    "statistics",
    "string",
    "struct",
    "textwrap",
    "time",
    "traceback",
    "types",
    "typing",
    "unicodedata",
    "uuid",
]
_EXAMINER_MEMORY_BYTES = 1 << 30
_CACHED_EXAM_BYTES = 48 << 20


@dataclass(frozen=True, slots=True)
class ZygoteConfig:
    """What both zygotes need to know.

    Attributes:
        candidate: Confinement of candidates.
        examiner: Confinement of examiners.
        site: Locked site directory for candidates and tests, or None.
        work_bytes: Size of the cell's tmpfs.
    """

    candidate: confine.Side
    examiner: confine.Side
    site: str | None
    work_bytes: int


def warm_up() -> None:
    """Import what candidates usually import, once, before anything hostile exists."""
    for name in _WARM_MODULES:
        __import__(name)
    for processes in (1, 2):
        if kernel.MACHINE in ("x86_64", "aarch64"):
            seccomp.filter_program(kernel.MACHINE, 0, processes)


def _address_space_bytes() -> int:
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGESIZE")


def _receive(control: socket.socket, head: struct.Struct, count: int) -> tuple[bytes, list[int]]:
    data, descriptors, _, _ = socket.recv_fds(control, head.size, count)
    if not data:
        os._exit(0)
    return data, descriptors


def _use_site(site: str | None) -> None:
    if site is not None and site not in sys.path:
        sys.path.append(site)


# -- C ----------------------------------------------------------------------------------------


def candidate_zygote(control: socket.socket, config: ZygoteConfig) -> NoReturn:
    """Fork a candidate for each header; say its pid, wait for it, say how it ended."""
    null = os.open(os.devnull, os.O_RDONLY)
    base = _address_space_bytes()
    sys.argv = [candidate.FILE]
    _use_site(config.site)
    sys.path[:] = [path for path in sys.path if not path.startswith("/runner")]
    os.environ.clear()
    os.environ.update({"HOME": config.candidate.directory, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})
    gc.collect()
    gc.freeze()
    while True:
        data, descriptors = _receive(control, CANDIDATE_HEAD, 5)
        cpu_s, memory, processes, source_bytes = CANDIDATE_HEAD.unpack(data)
        rights = confine.Rights(
            cpu_s=None if cpu_s < 0 else cpu_s,
            address_space_bytes=None if memory < 0 else base + memory,
            processes=processes,
            file_bytes=config.work_bytes,
        )
        pid = os.fork()
        if pid == 0:
            _be_candidate(config.candidate, rights, null, descriptors, source_bytes)
        for descriptor in descriptors:
            os.close(descriptor)
        control.send(STARTED.pack(b"S", pid))
        _, status, usage = os.wait4(pid, 0)
        control.send(ENDED.pack(b"E", status, usage.ru_utime, usage.ru_stime, usage.ru_maxrss * 1024))


def _be_candidate(
    side: confine.Side, rights: confine.Rights, null: int, descriptors: list[int], source_bytes: int
) -> NoReturn:
    try:
        source, read_end, write_end, out, err = descriptors
        confine.confine(side, rights, (null, out, err, read_end, write_end, source))
        text = os.pread(5, source_bytes, 0) if source_bytes else b""
        os.close(5)
    except BaseException:
        os._exit(71)
    candidate.Server(3, 4).serve(text)


# -- E ----------------------------------------------------------------------------------------


class _Exams:
    """Exams taken apart, by version; bounded by bytes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, tuple[int, Any]] = OrderedDict()
        self._bytes = 0

    def get(self, version: bytes, source: int, size: int) -> Any:
        found = self._kept.get(version)
        if found is not None:
            self._kept.move_to_end(version)
            return found[1]
        judge = _judge_for(codec.decode(_read_at(source, size), max_nodes=1 << 62))
        self._kept[version] = (size, judge)
        self._bytes += size
        while self._bytes > _CACHED_EXAM_BYTES and len(self._kept) > 1:
            _, (dropped, _judge) = self._kept.popitem(last=False)
            self._bytes -= dropped
        return judge


def _read_at(descriptor: int, size: int) -> bytes:
    parts, offset = [], 0
    while offset < size:
        part = os.pread(descriptor, min(size - offset, 1 << 24), offset)
        if not part:
            raise frames.StreamClosed
        parts.append(part)
        offset += len(part)
    return b"".join(parts)


def _judge_for(parts: tuple[Any, ...]) -> Any:
    if parts[0] == "script":
        return ScriptJudge(parts)
    return ProgramJudge(parts) if parts[0] == "stdio" else CallJudge(parts)


def examiner_zygote(control: socket.socket, config: ZygoteConfig) -> NoReturn:
    """Judge calls and programs here; fork a confined examiner for test code. Says ``D`` when an exam is over."""
    base = _address_space_bytes()
    _use_site(config.site)
    exams = _Exams()
    gc.collect()
    gc.freeze()
    rights = confine.Rights(None, base + _EXAMINER_MEMORY_BYTES, 1, config.work_bytes)
    while True:
        data, descriptors = _receive(control, EXAM_HEAD, 4)
        head = EXAM_HEAD.unpack(data)
        source, read_end, write_end, record_end = descriptors
        judge = exams.get(head[8], source, head[0])
        os.close(source)
        if isinstance(judge, ScriptJudge):
            pid = os.fork()
            if pid == 0:
                _be_examiner(config.examiner, rights, judge, head, (read_end, write_end, record_end))
            for descriptor in descriptors[1:]:
                os.close(descriptor)
            control.send(STARTED.pack(b"S", pid))
            os.waitpid(pid, 0)
        else:
            _hold_exam(judge, head, read_end, write_end, record_end)
            for descriptor in descriptors[1:]:
                os.close(descriptor)
        control.send(STARTED.pack(b"D", 0))


def _be_examiner(
    side: confine.Side, rights: confine.Rights, judge: ScriptJudge, head: tuple[Any, ...], ends: tuple[int, int, int]
) -> NoReturn:
    try:
        null = os.open(os.devnull, os.O_RDWR)
        confine.confine(side, rights, (null, null, null, *ends))
        seed_randomness(head[3])
    except BaseException:
        os._exit(71)
    _hold_exam(judge, head, 3, 4, 5)
    os._exit(0)


def _limit(value: float) -> Any:
    return None if value < 0 else value


def _hold_exam(judge: Any, head: tuple[Any, ...], read_end: int, write_end: int, record_end: int) -> None:
    _, exam, cases, _, wall_s, case_wall_s, output_bytes, result_bytes, version = head
    frame_limit = frames.MAX_HOST_FRAME if result_bytes < 0 else int(result_bytes) + (1 << 17)
    channel = frames.TimedChannel(read_end, write_end, frame_limit)
    remote = Remote(channel, _limit(case_wall_s), getattr(judge, "candidate_decides", False))
    record = Record(record_end, exam, cases, version.decode("ascii"))
    limits = {"wall_s": _limit(wall_s), "output_bytes": _limit(output_bytes), "result_bytes": _limit(result_bytes)}
    abort: Abort | None = None
    try:
        judge.sit(remote, record, limits)
    except Abort as ended:
        abort = ended
    with contextlib.suppress(OSError):  # the supervisor may have given this exam up
        record.close(remote, abort)
