"""How alike two tasks are: shared runs of words of their prompts, shared shapes of their references."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks.syntax import parse
from tasks.task import Task

_WORD = re.compile(r"[a-z0-9]+")
_RUN = 3
_MANY = 50
"""Runs that so many tasks share are the frame of the set, not the task."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two tasks that are almost the same.

    Attributes:
        first: Index of one task.
        second: Index of the other one.
        prompt: Jaccard similarity of the runs of three words of the prompts, in [0, 1].
        reference: The same for runs of three parts of the references' syntax trees; None without both references.
    """

    first: int
    second: int
    prompt: float
    reference: float | None


def near_duplicates(tasks: Sequence[Task], *, prompt: float = 0.7, reference: float = 0.9) -> tuple[Likeness, ...]:
    """Pairs of tasks whose prompts are alike and whose references are not far apart, or the other way round.

    Args:
        tasks: All tasks of a set.
        prompt: Similarity of prompts from which on two tasks are almost the same, if the references are half as
            alike as ``reference`` asks for.
        reference: Similarity of references from which on they are, if the prompts are at least half as alike.
    """
    words = [_prompt_runs(task) for task in tasks]
    shapes = [_reference_runs(task) for task in tasks]
    found = []
    for first, second in sorted(_pairs(words)):
        alike = _jaccard(words[first], words[second])
        known = shapes[first] and shapes[second]
        same = _jaccard(shapes[first], shapes[second]) if known else None
        other_program = same is not None and same < reference / 2
        if (alike >= prompt and not other_program) or (same is not None and same >= reference and alike >= prompt / 2):
            found.append(Likeness(first, second, round(alike, 4), None if same is None else round(same, 4)))
    return tuple(found)


def _pairs(runs: Sequence[frozenset[str]]) -> Iterator[tuple[int, int]]:
    """Pairs that share at least one run which is not everybody's."""
    holders: dict[str, list[int]] = defaultdict(list)
    for index, own in enumerate(runs):
        for run in own:
            holders[run].append(index)
    pairs = {
        (left, right)
        for indices in holders.values()
        if len(indices) <= _MANY
        for place, left in enumerate(indices)
        for right in indices[place + 1 :]
    }
    yield from pairs


def _prompt_runs(task: Task) -> frozenset[str]:
    text = "\n".join(line for line in task.prompt.splitlines() if not line.strip().startswith(("assert ", ">>>")))
    return _runs(_WORD.findall(text.lower()))


def _reference_runs(task: Task) -> frozenset[str]:
    tree = parse(task.reference or "")
    return _runs([_part(node) for node in ast.walk(tree)]) if tree is not None else frozenset()


def _part(node: ast.AST) -> str:
    match node:
        case ast.Constant(value=value):
            return repr(value) if not isinstance(value, str) else "text"
        case ast.Attribute(attr=name):
            return name
        case _:
            return type(node).__name__


def _runs(parts: Sequence[str]) -> frozenset[str]:
    return frozenset(" ".join(parts[index : index + _RUN]) for index in range(len(parts) - _RUN + 1))


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    union = len(one | other)
    return len(one & other) / union if union else 0.0
