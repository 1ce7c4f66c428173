"""The verifiers that compare a candidate's text with the reference's: weak evidence, measured like all other.

A likeness says little about correctness: a wrong program may be one character from a right one, and a right one may
share nothing with the reference. Thresholds come from the shipped samples (``scripts/similarity``), and
``docs/verifiers.md`` says how far they can be trusted.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sandbox.encoding import decode_value, encode_exam
from sandbox.port import Sandbox, SandboxError
from sandbox.spec import CollectedValue, CollectExam, Ending, Job, Limits
from service.domain.check import Evidence, Judgement, Usage
from service.domain.ports import Order, Resolved
from service.domain.requests import VerifierInfo
from service.domain.verdict import Detail, Failure, Verdict
from service.errors import NotFound, SandboxTrouble
from service.verify.judgement import compile_error
from service.verify.similarity_measures import (
    MOST_CHARACTERS,
    TREE_PROGRAM,
    bleu,
    bleu_signature,
    chrf,
    chrf_signature,
    edit_similarity,
    token_similarity,
)
from tasks.task import Task

VERSION = "1"
"""Of the measures and thresholds; part of every version."""
DEFAULT = "similarity"
_TREE = "similarity:ast"
_MIB = 1 << 20
_TREE_LIMITS = Limits(cpu_s=5.0, wall_s=20.0, case_wall_s=5.0, memory_bytes=512 * _MIB, result_bytes=4 * _MIB)
_UNPARSABLE = frozenset({"SyntaxError", "IndentationError", "TabError", "ValueError", "RecursionError", "MemoryError"})


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure.

    Attributes:
        threshold: Scores from here on are accepted: the point of the ROC on the shipped samples, with ``plus`` as
            oracle, that has the largest recall - fpr.
        told: What it measures, for people.
        of_texts: The measure on the programs' texts; None for trees.
        signature: What a score has to be compared under.
    """

    threshold: float
    told: str
    of_texts: Callable[[str, str], float] | None
    signature: Callable[[], str]


MEASURES: Mapping[str, Measure] = {
    "similarity:chrf": Measure(0.292, "chrF2 against the reference", chrf, chrf_signature),
    "similarity:bleu": Measure(0.1, "BLEU against the reference", bleu, bleu_signature),
    "similarity:tokens": Measure(
        0.1566, "edit similarity of tokens with the reference's", token_similarity, lambda: "1 - Levenshtein / longer"
    ),
    _TREE: Measure(
        0.3389, "edit similarity of the syntax tree with the reference's", None, lambda: "1 - Levenshtein / longer"
    ),
}
BEST = _TREE
"""What ``similarity`` is: the measure with the largest area under the ROC on the shipped samples."""


class SimilarityVerifiers:
    """Scores candidates by their likeness to the reference; accepted from a threshold on."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Use a sandbox: trees of hostile programs are made in its cells, never here."""
        self._sandbox = sandbox

    def infos(self) -> Sequence[VerifierInfo]:
        """What is on offer for tasks that have a reference."""
        named = [(DEFAULT, MEASURES[BEST]), *MEASURES.items()]
        return [
            VerifierInfo(
                name, _version(name), "similarity", f"{each.told}, accepted from {each.threshold:g} on", scored=True
            )
            for name, each in named
        ]

    def resolve(self, task: Task, name: str) -> Resolved | None:
        """The measure of that name.

        Raises:
            NotFound: If the task has no reference.
        """
        if name != DEFAULT and name not in MEASURES:
            return None
        if task.reference is None:
            raise NotFound(f"task {task.id} has no reference, so that {name!r} has nothing to compare with")
        version = hashlib.sha256(f"{_version(name)}:{task.version}".encode()).hexdigest()[:16]
        return Resolved(name, version, hidden=True)

    async def judge(self, task: Task, order: Order) -> Mapping[str, Judgement]:
        """Score one candidate.

        Raises:
            SandboxTrouble: If the sandbox failed; nothing was concluded.
        """
        if not order.source.strip():
            return dict.fromkeys(order.verifiers, replace(compile_error("no_code", "there is no code"), score=0.0))
        assert task.reference is not None
        program = order.source.decode("utf-8", "replace")
        asked = {name: BEST if name == DEFAULT else name for name in order.verifiers}
        texts = [name for name in set(asked.values()) if name != _TREE]
        found = await asyncio.to_thread(_of_texts, texts, program, task.reference)
        if _TREE in asked.values():
            found[_TREE] = await self._of_trees(program, task.reference)
        return {name: found[measure] for name, measure in asked.items()}

    async def _of_trees(self, program: str, reference: str) -> Judgement:
        exam = CollectExam("similarity", "shape", ((reference,), (program,)))
        job = Job(TREE_PROGRAM.encode(), (encode_exam(exam),), _TREE_LIMITS)
        try:
            result = (await self._sandbox.run(job)).exams[0]
        except (SandboxError, ValueError) as error:
            raise SandboxTrouble(str(error)) from error
        usage = Usage(
            cpu_ms=round(result.usage.cpu_s * 1000, 3),
            wall_ms=round(result.usage.wall_s * 1000, 3),
            memory_peak_bytes=result.usage.memory_peak_bytes,
        )
        if result.ending is not Ending.COMPLETED or len(result.values) != 2:
            return _nothing(f"the parser did not get through: {result.ending.value}", usage)
        return await asyncio.to_thread(_compared, *result.values, usage)


def _version(name: str) -> str:
    measure = BEST if name == DEFAULT else name
    content = f"{VERSION}:{measure}:{MEASURES[measure].threshold}:{MOST_CHARACTERS}"
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def _of_texts(names: Sequence[str], program: str, reference: str) -> dict[str, Judgement]:
    found = {}
    for name in names:
        measure = MEASURES[name].of_texts
        assert measure is not None
        found[name] = _judgement(name, measure(program, reference), len(program) > MOST_CHARACTERS)
    return found


def _compared(reference: CollectedValue, program: CollectedValue, usage: Usage) -> Judgement:
    if reference.encoded is None:
        return _nothing(f"the reference has no tree: {reference.error}", usage, Failure.INVALID_TASK)
    if program.encoded is None:
        if program.error not in _UNPARSABLE:
            return _nothing(f"the parser gave up: {program.error}", usage)
        detail = Detail(reason="syntax_error", phase="import")
        told = Evidence(message="the program has no syntax tree")
        return Judgement(Verdict.COMPILE_ERROR, detail=detail, score=0.0, evidence=told, usage=usage)
    trees: list[Any] = [decode_value(value.encoded) for value in (program, reference) if value.encoded is not None]
    found = _judgement(_TREE, edit_similarity(*trees), cut=False)
    return Judgement(found.verdict, score=found.score, evidence=found.evidence, usage=usage)


def _judgement(name: str, score: float, cut: bool) -> Judgement:
    measure = MEASURES[name]
    accepted = score >= measure.threshold
    told = f"{name} {score:.4f}, accepted from {measure.threshold:g} on; {measure.signature()}"
    if cut:
        told += f"; compared by the first {MOST_CHARACTERS:,} characters"
    verdict = Verdict.ACCEPTED if accepted else Verdict.REJECTED
    return Judgement(verdict, score=score, evidence=Evidence(message=told))


def _nothing(why: str, usage: Usage, failure: Failure = Failure.INFRASTRUCTURE_ERROR) -> Judgement:
    """No verdict: what could not be compared is neither like nor unlike."""
    return Judgement(None, failure, evidence=Evidence(message=why), usage=usage)
