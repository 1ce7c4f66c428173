"""The two zygotes that judge: they get exams, never a candidate's source, and live as long as the cell.

The supervisor forks both before it reads its first byte. The judge holds exams of calls and of programs
itself, where only our code runs, and keeps them for the next candidate. Test code is run in confined children
of the other one, which reads no exam itself: whoever wrote a test finds nobody else's in his memory.
"""

from __future__ import annotations

import contextlib
import gc
import os
import random  # noqa: F401 - test code uses it, and so does its seeding
import socket
from collections import OrderedDict
from typing import Any, NoReturn

from . import codec, confine, frames, pytest_file  # noqa: F401 - pytest_file: imported before the fork
from .judge import CallJudge
from .program_judge import Printed, ProgramJudge
from .record import Record
from .remote import Abort, Remote
from .script import ScriptJudge, seed_randomness
from .zygotes import EXAM_HEAD, STARTED, ZygoteConfig, address_space_bytes, receive, use_site

_EXAMINER_MEMORY_BYTES = 1 << 30
_JUDGE_MEMORY_BYTES = 3 << 29
_CACHED_EXAM_BYTES = 48 << 20
_EXAM_OVERHEAD_BYTES = 1 << 10


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
        judge = _judge_for(_read_exam(source, size))
        size += _EXAM_OVERHEAD_BYTES
        self._kept[version] = (size, judge)
        self._bytes += size
        while self._bytes > _CACHED_EXAM_BYTES and len(self._kept) > 1:
            _, (dropped, _judge) = self._kept.popitem(last=False)
            self._bytes -= dropped
        gc.collect()
        gc.freeze()  # an exam stays: it need not be searched for garbage with each candidate
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


def _read_exam(source: int, size: int) -> Any:
    return codec.decode(_read_at(source, size), max_nodes=1 << 62)


def _judge_for(parts: tuple[Any, ...]) -> Any:
    return ProgramJudge(parts) if parts[0] == "program" else CallJudge(parts)


def judge_zygote(control: socket.socket, config: ZygoteConfig) -> NoReturn:
    """Judge calls and programs, here. Says ``D`` when an exam is over."""
    exams = _Exams()
    confine.confine_zygote(config.examiner, config.work_bytes)
    confine.confine_judge(config.examiner, address_space_bytes() + _JUDGE_MEMORY_BYTES)
    gc.collect()
    gc.freeze()
    while True:
        data, descriptors = receive(control, EXAM_HEAD, 5)
        head = EXAM_HEAD.unpack(data)
        source, *ends = descriptors
        _hold_exam(exams.get(head[8], source, head[0]), head, *ends)
        for descriptor in descriptors:
            os.close(descriptor)
        control.send(STARTED.pack(b"D", 0))


def script_zygote(control: socket.socket, config: ZygoteConfig) -> NoReturn:
    """Fork a confined examiner for each exam of test code. Says its pid, and ``D`` when the exam is over."""
    base = address_space_bytes()
    use_site(config.site)
    confine.confine_zygote(config.examiner, config.work_bytes)
    gc.collect()
    gc.freeze()
    rights = confine.Rights(None, base + _EXAMINER_MEMORY_BYTES, 1)
    while True:
        data, descriptors = receive(control, EXAM_HEAD, 4)
        pid = os.fork()
        if pid == 0:
            _be_examiner(config.examiner, rights, EXAM_HEAD.unpack(data), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        control.send(STARTED.pack(b"S", pid))
        os.waitpid(pid, 0)
        control.send(STARTED.pack(b"D", 0))


def _be_examiner(side: confine.Side, rights: confine.Rights, head: tuple[Any, ...], descriptors: list[int]) -> NoReturn:
    try:
        source, *ends = descriptors
        null = os.open(os.devnull, os.O_RDWR)
        confine.confine(side, rights, (null, null, null, *ends, source))
        seed_randomness(head[3])
        judge = ScriptJudge(_read_exam(6, head[0]))
        os.close(6)
        _hold_exam(judge, head, 3, 4, 5)
    finally:
        os._exit(0)  # without a record, whatever went wrong is the end of the examiner


def _limit(value: float) -> Any:
    return None if value < 0 else value


def _hold_exam(
    judge: Any, head: tuple[Any, ...], read_end: int, write_end: int, record_end: int, print_end: int | None = None
) -> None:
    _, exam, cases, _, wall_s, case_wall_s, output_bytes, result_bytes, version = head
    frame_limit = frames.MAX_HOST_FRAME if result_bytes < 0 else int(result_bytes) + (1 << 17)
    record = Record(record_end, exam, cases, version.decode("ascii"))
    channel = frames.TimedChannel(read_end, write_end, frame_limit, record.ask_for_time)
    remote = Remote(channel, _limit(case_wall_s), getattr(judge, "candidate_decides", False))
    limits = {"wall_s": _limit(wall_s), "output_bytes": _limit(output_bytes), "result_bytes": _limit(result_bytes)}
    more = () if print_end is None else (Printed(channel, print_end, limits["output_bytes"]),)
    abort: Abort | None = None
    try:
        judge.sit(remote, record, limits, *more)
    except Abort as ended:
        abort = ended.with_traceback(None)  # its frames hold what the candidate sent, and would hold themselves
    with contextlib.suppress(OSError):  # the supervisor may have given this exam up
        record.close(remote, abort)
