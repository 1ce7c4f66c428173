"""The corpus as data: each file is a candidate, its first comments say what it sits and what must be found.

``title``, ``exam`` (a name of ``exams.EXAMS`` or of ``inline_tasks.json``), ``expect`` (see ``found``; alternatives
between bars), and where needed ``limits`` (fields of ``Limits``) and ``after`` (a file that the same cell has run just
before).
"""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.encoding import encode_exam
from sandbox.spec import EncodedExam, Ending, ExamResult, Job, Limits, Outcome
from service.verify.exams import prepare_exam
from tasks.inline import build_task
from tests.sandbox.attacks.exams import EXAMS

CHEATS, HOSTILE, HONEST = KINDS = ("cheats", "hostile", "honest")
HERE = Path(__file__).parent
LIMITS = {
    CHEATS: Limits(cpu_s=3, wall_s=6, case_wall_s=3),
    HOSTILE: Limits(cpu_s=3, wall_s=6, case_wall_s=4),
    HONEST: Limits(cpu_s=15, wall_s=30, case_wall_s=15),
}
PASSED = "passed"
_WORST = ((Outcome.WRONG, "wrong"), (Outcome.RAISED, "raised"), (Outcome.SKIPPED, "skipped"), (Outcome.PASSED, PASSED))
_LINE = re.compile(r"^\ufeff?# (title|exam|expect|limits|after): (.*?)\r?$", re.MULTILINE)


@dataclass(frozen=True)
class Program:
    """One file of the corpus."""

    kind: str
    name: str
    title: str
    exam: str
    expect: frozenset[str]
    limits: Limits
    after: str | None
    source: bytes

    @property
    def job(self) -> Job:
        return Job(self.source, (encoded(self.exam),), self.limits)


@cache
def inline_tasks() -> dict[str, dict[str, Any]]:
    """Exams as they come in a request, by name."""
    found: dict[str, dict[str, Any]] = json.loads((HERE / "inline_tasks.json").read_text(encoding="utf-8"))
    return found


@cache
def encoded(name: str) -> EncodedExam:
    if name in EXAMS:
        return encode_exam(EXAMS[name])
    task = build_task(inline_tasks()[name])
    return prepare_exam(task, task.suites[0], None, own_walls=True).exam


def _limits(kind: str, text: str) -> Limits:
    given = {
        key.strip(): ast.literal_eval(value) for key, value in (part.split("=") for part in text.split(",") if part)
    }
    return replace(LIMITS[kind], **given)


def read(kind: str, path: Path) -> Program:
    source = path.read_bytes()
    head = dict(_LINE.findall(source.decode("latin-1" if b"coding: latin-1" in source[:40] else "utf-8-sig")))
    return Program(
        kind=kind,
        name=path.stem,
        title=head["title"],
        exam=head["exam"],
        expect=frozenset(head["expect"].split("|")),
        limits=_limits(kind, head.get("limits", "")),
        after=head.get("after"),
        source=source,
    )


@cache
def programs(kind: str) -> dict[str, Program]:
    """The programs of a kind by name."""
    return {path.stem: read(kind, path) for path in sorted((HERE / kind).glob("*.py"))}


def found(result: ExamResult) -> str:
    """An exam's result in one word: of a completed exam its worst outcome, else the ending."""
    if result.ending is not Ending.COMPLETED:
        return result.ending.value
    return next(word for outcome, word in _WORST if outcome.value in result.outcomes)
