"""The host's end of the connection to a cell: frames, and what they say, strictly checked.

The other end is the supervisor of a cell, which never runs candidate code, yet nothing that it says
is believed without a check: sizes are bounded before they are read, every field has a type, numbers
of cases, nonces and versions must be those that were sent.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from sandbox.port import CellLost, SandboxError
from sandbox.runner import frames
from sandbox.spec import (
    CaseReport,
    CollectedValue,
    EncodedExam,
    Ending,
    ExamResult,
    Job,
    JobResult,
    Limits,
    Outcome,
    Usage,
)

PROTOCOL = 1
MAX_ANSWER_BYTES = 1 << 30
"""All frames of one job together."""
_MAX_SMALL_FRAME = 1 << 20
_LIMIT_FIELDS = tuple(field.name for field in fields(Limits))
_MAX_TEXT = 4096
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters but tab and line feed, what changes the direction of text, and halves of a character."""
_LETTERS = frozenset(outcome.value for outcome in Outcome)
_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)


class ProtocolError(CellLost):
    """The cell said something that it must not say."""


@dataclass(frozen=True, slots=True)
class Hello:
    """What a cell says of itself at its start."""

    python: str
    features: tuple[str, ...]
    problems: tuple[str, ...]
    warm_rss_bytes: int


@lru_cache(maxsize=256)
def _limits_json(limits: Limits) -> str:
    return json.dumps({name: getattr(limits, name) for name in _LIMIT_FIELDS})


@lru_cache(maxsize=4096)
def _exam_json(
    name: str, cases: int, version: str, size: int, entry_point: str | None, case_wall_s: float | None
) -> str:
    return json.dumps(
        {
            "name": name,
            "cases": cases,
            "version": version,
            "bytes": size,
            "entry_point": entry_point,
            "case_wall_s": case_wall_s,
        }
    )


def job_frame(job: Job, nonce: str) -> list[bytes]:
    """A job as pieces of one frame; large payloads are not copied.

    Raises:
        SandboxError: The job is larger than a frame may be.
    """
    exams = ",".join(
        _exam_json(exam.name, exam.cases, exam.version, len(exam.payload), exam.entry_point, exam.case_wall_s)
        for exam in job.exams
    )
    seed = secrets.randbits(32) if job.seed is None else job.seed
    header = (
        f'{{"nonce":"{nonce}","seed":{seed},"source_bytes":{len(job.source)},'
        f'"limits":{_limits_json(job.limits)},"shares_limits":{json.dumps(job.shares_limits)},"exams":[{exams}]}}'
    ).encode()
    size = 4 + len(header) + len(job.source) + sum(len(exam.payload) for exam in job.exams)
    if size > frames.MAX_HOST_FRAME:
        raise SandboxError(f"the job takes {size} bytes, a cell accepts {frames.MAX_HOST_FRAME}")
    head = frames.HEAD.pack(size, frames.JOB) + len(header).to_bytes(4, "big") + header + job.source
    return [head, *(exam.payload for exam in job.exams)]


def _object(payload: bytes) -> dict[str, Any]:
    try:
        value = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("a frame of the cell is not JSON") from error
    if not isinstance(value, dict):
        raise ProtocolError("a frame of the cell is not a JSON object")
    return value


def _field(source: dict[str, Any], name: str, kind: type[_T]) -> _T:
    value = source.get(name)
    if type(value) is not kind:
        raise ProtocolError(f"the cell sent no {kind.__name__} {name!r}")
    return value


def _optional(source: dict[str, Any], name: str, kind: type[_T]) -> _T | None:
    return None if source.get(name) is None else _field(source, name, kind)


def _number(source: dict[str, Any], name: str) -> float:
    value = source.get(name)
    if not isinstance(value, int | float) or not value >= 0:
        raise ProtocolError(f"the cell sent no number >= 0 for {name!r}")
    return float(value)


def _escaped(text: str) -> str:
    """Text of a candidate's making as it may be stored and shown: it commands no terminal and breaks no encoding."""
    return _UNFIT.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)[:_MAX_TEXT]


def _told(source: dict[str, Any], name: str) -> str | None:
    text = _optional(source, name, str)
    return None if text is None else _escaped(text)


def _text(source: dict[str, Any], name: str) -> str:
    return _told(source, name) or ""


def _member(kind: type[_E], source: dict[str, Any], name: str) -> _E:
    value = _field(source, name, str)
    try:
        return kind(value)
    except ValueError:
        raise ProtocolError(f"{value[:50]!r} is no {name}") from None


def _blob(source: dict[str, Any], name: str) -> bytes:
    try:
        return base64.b64decode(_text(source, name), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ProtocolError(f"{name!r} is not base64") from error


def read_hello(payload: bytes) -> Hello:
    """A cell's first frame.

    Raises:
        ProtocolError: It is not in the form of this protocol, or of another version of it.
    """
    said = _object(payload)
    if _field(said, "protocol", int) != PROTOCOL:
        raise ProtocolError(f"the cell speaks protocol {said['protocol']}, not {PROTOCOL}")
    return Hello(
        python=_field(said, "python", str),
        features=tuple(sorted(str(name) for name in _field(said, "features", list))),
        problems=tuple(str(problem) for problem in _field(said, "problems", list)),
        warm_rss_bytes=int(_number(said, "warm_rss_bytes")),
    )


def _read_report(said: dict[str, Any], exam: EncodedExam) -> CaseReport:
    index = _field(said, "index", int)
    if not 0 <= index < exam.cases:
        raise ProtocolError(f"a report for case {index} of {exam.cases}")
    return CaseReport(
        index=index,
        outcome=_member(Outcome, said, "outcome"),
        reason=_told(said, "reason"),
        message=_text(said, "message"),
        expected=_told(said, "expected"),
        actual=_told(said, "actual"),
        traceback=_text(said, "traceback"),
        stdout=_text(said, "stdout"),
    )


def _read_usage(said: dict[str, Any]) -> Usage:
    return Usage(
        cpu_s=_number(said, "cpu_s"),
        wall_s=_number(said, "wall_s"),
        memory_peak_bytes=_optional(said, "memory_peak_bytes", int),
    )


def _read_exam(
    said: dict[str, Any], exam: EncodedExam, reports: list[CaseReport], values: list[CollectedValue]
) -> ExamResult:
    ending, outcomes = _member(Ending, said, "ending"), _field(said, "outcomes", str)
    if not _LETTERS.issuperset(outcomes):
        raise ProtocolError("an unknown outcome")
    if len(outcomes) != exam.cases and (ending is Ending.COMPLETED or len(outcomes) > exam.cases):
        raise ProtocolError(f"{len(outcomes)} outcomes for {exam.cases} cases")
    if _field(said, "exam", str) != exam.name:
        raise ProtocolError("the exams are out of order")
    phase = _field(said, "phase", str)
    if phase not in ("import", "test"):
        raise ProtocolError("an unknown phase")
    return ExamResult(
        exam=exam.name,
        ending=ending,
        outcomes=outcomes.ljust(exam.cases, Outcome.SKIPPED.value),
        phase=phase,
        reason=_told(said, "reason"),
        message=_text(said, "message"),
        clock=_optional(said, "clock", str),
        limit=_optional(said, "limit", str),
        rule=_optional(said, "rule", str),
        signal=_optional(said, "signal", int),
        exit_code=_optional(said, "exit_code", int),
        candidate_equality=_field(said, "candidate_equality", bool),
        reports=tuple(reports),
        stdout=_blob(said, "stdout_b64"),
        stderr=_blob(said, "stderr_b64"),
        usage=_read_usage(_field(said, "usage", dict)),
        values=tuple(values),
    )


class Answer:
    """Everything that a cell says about one job, collected frame by frame.

    Attributes:
        results: Exams that are finished.
        done: The last frame has come.
        why: Why the cell is not clean; empty if it is.
    """

    def __init__(self, job: Job, nonce: str, cell_id: str) -> None:
        """Expect the answer to ``job``, which was sent under ``nonce``."""
        self.results: list[ExamResult] = []
        self.done = False
        self.why = ""
        self._job = job
        self._nonce = nonce
        self._cell_id = cell_id
        self._clean = False
        self._bytes = 0
        self._reports: list[CaseReport] = []
        self._values: list[CollectedValue] = []
        self._handlers: dict[int, Callable[[bytes], None]] = {
            frames.REPORT: self._on_report,
            frames.VALUE: self._on_value,
            frames.EXAM: self._on_exam,
            frames.DONE: self._on_done,
            frames.FATAL: self._on_fatal,
            frames.ALIVE: lambda _payload: None,
        }

    def feed(self, kind: int, payload: bytes) -> bool:
        """Take one frame.

        Returns:
            True when the answer is complete.

        Raises:
            CellLost: The cell broke the protocol or gave itself up.
        """
        self._bytes += len(payload)
        handler = self._handlers.get(kind)
        if handler is None or self.done:
            raise ProtocolError(f"an unexpected frame of kind {kind}")
        if self._bytes > MAX_ANSWER_BYTES:
            raise ProtocolError(f"the answer is larger than {MAX_ANSWER_BYTES} bytes")
        if len(payload) > _MAX_SMALL_FRAME and kind not in (frames.VALUE, frames.EXAM):
            raise ProtocolError(f"a frame of kind {kind} with {len(payload)} bytes")
        handler(payload)
        return self.done

    def result(self) -> JobResult:
        """The job's result; only after ``feed`` has returned True."""
        return JobResult(tuple(self.results), self._clean, self._cell_id)

    def _current(self, index: int) -> EncodedExam:
        if index != len(self.results) or index >= len(self._job.exams):
            raise ProtocolError("the exams are out of order")
        return self._job.exams[index]

    def _on_report(self, payload: bytes) -> None:
        said = _object(payload)
        exam = self._current(_field(said, "exam", int))
        if len(self._reports) >= exam.cases:
            raise ProtocolError("more reports than cases")
        self._reports.append(_read_report(said, exam))

    def _on_value(self, payload: bytes) -> None:
        head = frames.VALUE_HEAD
        if len(payload) < head.size:
            raise ProtocolError("a value frame is cut short")
        index, case, wall_s, good = head.unpack_from(payload)
        exam = self._current(index)
        if case != len(self._values) or case >= exam.cases or not wall_s >= 0 or good > 1:
            raise ProtocolError("the values are out of order")
        content = payload[head.size :]
        error = None if good else content.decode(errors="replace")
        self._values.append(CollectedValue(content if good else None, error, wall_s))

    def _on_exam(self, payload: bytes) -> None:
        said = _object(payload)
        exam = self._current(len(self.results))
        if _field(said, "nonce", str) != self._nonce or _field(said, "version", str) != exam.version:
            raise ProtocolError("the completion record belongs to something else")
        self.results.append(_read_exam(said, exam, self._reports, self._values))
        self._reports, self._values = [], []

    def _on_done(self, payload: bytes) -> None:
        said = _object(payload)
        if _field(said, "nonce", str) != self._nonce:
            raise ProtocolError("the answer belongs to another job")
        self._clean = _field(said, "clean", bool)
        # A cell that must be replaced stops there; whoever sent the job has the rest done elsewhere.
        may_stop = self.results and (not self._clean or self._job.shares_limits)
        if len(self.results) != len(self._job.exams) and not may_stop:
            raise ProtocolError(f"{len(self.results)} results for {len(self._job.exams)} exams")
        self.why = _text(said, "why")
        self.done = True

    def _on_fatal(self, payload: bytes) -> None:
        raise CellLost(f"the cell gave itself up: {_text(_object(payload), 'message')[:500]}")
