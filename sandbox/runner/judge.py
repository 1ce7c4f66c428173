"""Judges input → output cases: the resident comparator, which runs only our code."""

from __future__ import annotations

import time
from typing import Any

from . import codec, compare, frames
from .budget import MAX_FAILURES
from .handles import Handle
from .record import Record
from .remote import Answer, Remote

OPAQUE_VALUE = "opaque_value"
RESULT_TOO_LARGE = "result_too_large"
"""What stands in place of a collected value that could not be carried over."""
_CHUNK_BYTES = 1 << 18
_CHUNK_CASES = 500


def _opaque(remote: Remote) -> codec.Resolve:
    from .handles import new_handle

    return lambda number, description: new_handle(remote, number, description)


def _chunks(cases: list[tuple[bytes, bool, bool]]) -> list[list[tuple[bytes, bool]]]:
    """Messages of many calls; a barrier starts a new one, so that no input gives an earlier answer away."""
    chunks: list[list[tuple[bytes, bool]]] = [[]]
    size = 0
    for args, iterate, barrier in cases:
        full = size + len(args) > _CHUNK_BYTES or len(chunks[-1]) >= _CHUNK_CASES
        if chunks[-1] and (barrier or full):
            chunks.append([])
            size = 0
        chunks[-1].append((args, iterate))
        size += len(args)
    return chunks


class _Digest:
    """An expected value too large to be sent: its fingerprint and the text that people are shown."""

    __slots__ = ("fingerprint", "text")

    def __init__(self, fingerprint: bytes, text: str) -> None:
        self.fingerprint = fingerprint
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _rule(case: tuple[Any, ...]) -> tuple[Any, ...]:
    _, expected, also, rule, atol, rtol = case[:6]
    value = _Digest(*expected) if type(expected) is tuple else codec.decode(expected)
    args = codec.decode(case[0]) if rule == "root" else ()
    return rule, value, tuple(codec.decode(other) for other in also), atol, rtol, args


def _passes(value: Any, rule: tuple[Any, ...]) -> bool:
    name, expected, also, atol, rtol, args = rule
    if type(expected) is _Digest:
        if type(value) is Handle:
            raise compare.Opaque
        return compare.fingerprint(value) == expected.fingerprint
    return compare.passes(name, value, expected, also, atol, rtol, args)


class CallJudge:
    """One exam of calls, prepared once per suite and reused for each candidate."""

    def __init__(self, parts: tuple[Any, ...]) -> None:
        """Take the exam apart: ``("calls", entry point, cases, decides)`` or ``("collect", entry point, inputs)``."""
        self.collect = parts[0] == "collect"
        self.entry_point: str = parts[1]
        cases = parts[2]
        if self.collect:
            chunks = _chunks([(args, False, False) for args in cases])
            self._rules: list[tuple[Any, ...]] = []
            self.walls: list[float | None] = [None] * len(cases)
        else:
            chunks = _chunks([(case[0], case[3] == "set", case[7]) for case in cases])
            self._rules = [_rule(case) for case in cases]
            self.candidate_decides: bool = parts[3]
            self.walls = [case[6] for case in cases]
        self._requests = [(codec.encode((self.entry_point, tuple(chunk))), len(chunk)) for chunk in chunks]

    def sit(self, remote: Remote, record: Record, limits: dict[str, Any]) -> None:
        """Have one candidate sit the exam and write its outcomes."""
        remote.start_clock(limits["wall_s"])
        remote.load("module", self.entry_point, (), limits)
        index = failures = 0
        for request, count in self._requests:
            began = time.monotonic()
            remote.start_clock(self.walls[index])
            remote.send(frames.CALLS, request)
            for _ in range(count):
                remote.start_clock(self.walls[index])
                kind, payload = remote.receive()
                if kind != frames.RESULT or len(payload) < 5:
                    raise remote.violation()
                ended = time.monotonic()
                answer = Answer(payload)
                if self.collect:
                    self._collect(remote, record, index, answer, ended - began)
                elif not self._judge(remote, record, index, answer):
                    failures += 1
                    if failures >= MAX_FAILURES:
                        return
                began = ended
                index += 1

    def _collect(self, remote: Remote, record: Record, index: int, answer: Answer, wall_s: float) -> None:
        if answer.kind == b"R":
            raised = remote.raised(answer)
            record.value(index, None, raised.name, wall_s)
            record.outcome(index, "r")
        elif answer.kind == b"V":
            try:
                value = codec.decode(answer.data, resolve=_opaque(remote))
            except codec.TooLarge:
                record.value(index, None, RESULT_TOO_LARGE, wall_s)
                record.outcome(index, "w")
                return
            except codec.Malformed:
                raise remote.violation() from None
            if type(value) is Handle:
                record.value(index, None, OPAQUE_VALUE, wall_s)
                record.outcome(index, "w")
                return
            record.value(index, answer.data, "", wall_s)
            record.outcome(index, "p")
        elif answer.kind == b"L" and answer.data.startswith(b"result:"):
            record.value(index, None, RESULT_TOO_LARGE, wall_s)
            record.outcome(index, "w")
        else:
            raise remote.limit(answer)

    def _judge(self, remote: Remote, record: Record, index: int, answer: Answer) -> bool:
        if answer.kind == b"R":
            raised = remote.raised(answer)
            if raised.sticky or raised.ending is not None:
                raise remote.ended_by(raised)
            record.outcome(index, "r")
            record.report(
                index, "r", reason=raised.name, message=raised.message, trace=raised.trace, stdout=answer.stdout
            )
            return False
        if answer.kind != b"V":
            raise remote.limit(answer)
        value = remote.decode(answer.data, resolve=_opaque(remote))
        reason = None
        try:
            if type(value) is Handle and remote.candidate_decides and self._rules[index][0] == "truthy":
                passed = self._rules[index][1] is remote.note_candidate_decided()
            else:
                passed = _passes(value, self._rules[index])
        except compare.Opaque:
            passed, reason = False, "opaque_value"
        except RecursionError:
            passed = False
        if passed:
            record.outcome(index, "p")
            return True
        record.outcome(index, "w")
        record.report(
            index,
            "w",
            reason=reason,
            expected=compare.show(self._rules[index][1]),
            actual=compare.show(value),
            stdout=answer.stdout,
        )
        return False
