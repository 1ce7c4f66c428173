"""What the examiner writes, on a descriptor that only it has: outcomes, evidence and the completion record."""

from __future__ import annotations

import json
import os
import select
from typing import Any

from . import frames
from .remote import Abort, Remote

_MAX_REPORTS = 20
_MAX_TEXT = 4096
_PATIENCE_S = 5.0
_ABORTED_BY_ENDING = {"case_time": "t"}


class Record:
    """The record of one exam."""

    def __init__(self, descriptor: int, exam: int, cases: int, version: str) -> None:
        """Write to ``descriptor``; the exam has ``cases`` cases and is known by ``version``."""
        self._descriptor = descriptor
        self._exam = exam
        self._outcomes = ["s"] * cases
        self._version = version
        self._reports = 0
        self._at = 0

    def outcome(self, index: int, letter: str) -> None:
        """Set one case's outcome."""
        self._outcomes[index] = letter
        self._at = index + 1

    def ask_for_time(self) -> float:
        """Ask how many seconds the case that is over its wall limit gets more; 0 without an answer in time."""
        frames.write_all(self._descriptor, frames.pack(frames.LATE, b""))
        if not select.select([self._descriptor], [], [], _PATIENCE_S)[0]:
            return 0.0
        said = os.read(self._descriptor, frames.SECONDS.size)
        return float(frames.SECONDS.unpack(said)[0]) if len(said) == frames.SECONDS.size else 0.0

    def begin(self, index: int) -> None:
        """The next abort falls into this case."""
        self._at = index

    def value(self, index: int, data: bytes | None, error: str, wall_s: float) -> None:
        """Write one collected value, or the name of what was raised instead."""
        head = frames.VALUE_HEAD.pack(self._exam, index, wall_s, data is not None)
        body = error.encode("utf-8", "replace") if data is None else data
        frames.write_all(self._descriptor, frames.pack(frames.VALUE, head + body))

    def report(
        self,
        index: int,
        outcome: str,
        *,
        reason: str | None = None,
        message: str = "",
        expected: str | None = None,
        actual: str | None = None,
        trace: str = "",
        stdout: bytes = b"",
    ) -> None:
        """Write the evidence of one case that did not pass."""
        self._reports += 1
        if self._reports > _MAX_REPORTS:
            return
        fields = {
            "exam": self._exam,
            "index": index,
            "outcome": outcome,
            "reason": reason,
            "message": message[:_MAX_TEXT],
            "expected": expected,
            "actual": actual,
            "traceback": trace[:_MAX_TEXT],
            "stdout": stdout[:_MAX_TEXT].decode("utf-8", "replace"),
        }
        frames.write_all(self._descriptor, frames.pack(frames.REPORT, json.dumps(fields).encode()))

    def close(self, remote: Remote, abort: Abort | None) -> None:
        """Write the last word: completed only if nothing was ever aborted and the end was reached."""
        first = remote.aborted or abort
        facts: dict[str, Any] = {"ending": "completed", "phase": "test"}
        if first is not None:
            facts = self._aborted(remote, first)
        facts |= {
            "outcomes": "".join(self._outcomes),
            "version": self._version,
            "candidate_equality": remote.candidate_equality,
        }
        frames.write_all(self._descriptor, frames.pack(frames.EXAM, json.dumps(facts).encode()))

    def _aborted(self, remote: Remote, abort: Abort) -> dict[str, Any]:
        facts = dict(abort.facts)
        trace = facts.pop("trace", "")
        ending = abort.ending
        if self._at < len(self._outcomes) and remote.loaded and ending not in ("opaque", "uncaught"):
            self._outcomes[self._at] = _ABORTED_BY_ENDING.get(ending, "a")
            self.report(
                self._at, self._outcomes[self._at], reason=facts.get("reason"), message=facts.get("message", "")
            )
        if ending == "opaque" and self._at < len(self._outcomes):
            self._outcomes[self._at] = "w"
            self.report(self._at, "w", reason=facts.get("reason"), message=facts.get("message", ""))
            return {"ending": "completed", "phase": "test"}
        if ending == "uncaught":  # a BaseException that is no limit: the candidate's error
            if not remote.loaded:
                return {"ending": "compile", "phase": "import"} | facts | {"reason": "import_error"}
            self._outcomes[min(self._at, len(self._outcomes) - 1)] = "r"
            self.report(self._at, "r", reason=facts.get("reason"), message=facts.get("message", ""), trace=trace)
            return {"ending": "completed", "phase": "test"}
        return {"ending": ending, "phase": "test" if remote.loaded else "import"} | facts
