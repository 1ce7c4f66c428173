"""Measures of likeness: known values, bounds on hostile text, and thresholds that come from the shipped samples."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from service.analysis.roc import Roc, roc_of
from service.verify.similarity import BEST, MEASURES
from service.verify.similarity_measures import (
    MOST_CHARACTERS,
    TREE_PROGRAM,
    bleu,
    bleu_signature,
    chrf,
    chrf_signature,
    edit_distance,
    edit_similarity,
    token_similarity,
    tokens,
)

LIBRARY = Path(__file__).parents[3] / "tasks" / "library"
PROGRAM = "def add(a, b):\n    total = a + b\n    return total\n"
REFERENCE = "def add(x, y):\n    return x + y\n"


def slow_distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for index, first in enumerate(one, 1):
        left = [index]
        for place, second in enumerate(other, 1):
            left.append(min(row[place] + 1, left[-1] + 1, row[place - 1] + (first != second)))
        row = left
    return row[-1]


def shape(source: str) -> list[str]:
    """The tree program on programs of our own; those of others run it in a cell."""
    names: dict[str, Any] = {}
    exec(TREE_PROGRAM, names)
    found: list[str] = names["shape"](source)
    return found


@given(st.text("abc", max_size=12), st.text("abcd", max_size=12))
def test_distance_is_levenshtein_s(one: str, other: str) -> None:
    assert edit_distance(one, other) == slow_distance(one, other)


def test_likeness_lies_between_nothing_and_the_same() -> None:
    assert (edit_similarity([], []), edit_similarity("ab", ""), edit_similarity("kitten", "sitting")) == (
        1,
        0,
        1 - 3 / 7,
    )


def test_chrf_and_bleu_are_sacrebleu_s() -> None:
    metric, other = CHRF(), BLEU(effective_order=True)
    assert chrf(PROGRAM, REFERENCE) == pytest.approx(metric.sentence_score(PROGRAM, [REFERENCE]).score / 100)
    assert bleu(PROGRAM, REFERENCE) == pytest.approx(other.sentence_score(PROGRAM, [REFERENCE]).score / 100)
    assert chrf_signature() == f"chrF2|{metric.get_signature()}"
    assert chrf_signature().startswith("chrF2|nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:")
    assert bleu_signature() == f"BLEU|{other.get_signature()}"


def grams(text: str, order: int) -> list[str]:
    return [text[index : index + order] for index in range(len(text) - order + 1)]


def test_chrf_by_its_definition() -> None:
    """F with β = 2 of precision and recall, each a mean over the orders that exist, white space removed."""
    one, other = "".join(PROGRAM.split()), "".join(REFERENCE.split())
    precisions, recalls = [], []
    for order in range(1, 7):
        said, true = grams(one, order), grams(other, order)
        shared = sum(min(said.count(gram), true.count(gram)) for gram in set(said))
        precisions.append(shared / len(said))
        recalls.append(shared / len(true))
    precision, recall = sum(precisions) / 6, sum(recalls) / 6
    assert chrf(PROGRAM, REFERENCE) == pytest.approx(5 * precision * recall / (4 * precision + recall), abs=2e-3)


def test_tokens_are_those_of_python() -> None:
    source = "def f(a, *b):  # why\n  return f\"x{a}\" + 'it\\'s' + '''two\nlines''' ** 1.5e3 // b\n"
    assert tokens(source) == [
        "def", "f", "(", "a", ",", "*", "b", ")", ":", "return", 'f"x{a}"', "+", "'it\\'s'", "+",
        "'''two\nlines'''", "**", "1.5e3", "//", "b",
    ]  # fmt: skip
    assert token_similarity(source, source.replace("# why", "# whatever else")) == 1.0


def test_trees_know_no_names_but_order() -> None:
    assert shape("def f(a): return a + 1") == shape("def g(b): return b + 2")
    assert shape("f(x, y)") != shape("f(x)(y)")
    assert shape("x = a + b")[:3] == ["Assign", "Name", ")"]


@pytest.mark.parametrize(
    "hostile", ["'''" * 9000 + "\\", "a " * 9000, "\\" * 50_000, '"\\' * 9000, "\x00\ud800" * 9000]
)
def test_hostile_text_costs_little(hostile: str) -> None:
    began = time.process_time()
    for measure in (token_similarity, chrf, bleu):
        assert 0 <= measure(hostile.encode("utf-8", "replace").decode(), REFERENCE * 99) <= 1
    assert len(tokens(hostile)) <= MOST_CHARACTERS
    assert time.process_time() - began < 5


def samples() -> list[tuple[str, str, str, bool]]:
    """(task, program, reference, good by ``plus``) of the shipped samples."""
    tasks = [json.loads(line) for line in (LIBRARY / "tasks.jsonl").read_text().splitlines()]
    references = {f"library/{task['local']}": task["reference"] for task in tasks}
    rows = [json.loads(line) for line in (LIBRARY / "samples.jsonl").read_text().splitlines()]
    return [
        (
            row["task_id"],
            row["solution"],
            references[row["task_id"]],
            row["metadata"]["expected"]["plus"] == "accepted",
        )
        for row in rows
    ]


def tree_similarity(program: str, reference: str) -> float:
    try:
        return edit_similarity(shape(program), shape(reference))
    except (SyntaxError, ValueError):
        return 0.0


def shipped_roc(measure: Callable[[str, str], float]) -> Roc:
    rows = samples()
    numbers = {task: index for index, task in enumerate(dict.fromkeys(task for task, *_ in rows))}
    scores = [measure(program, reference) for _, program, reference, _ in rows]
    return roc_of([numbers[row[0]] for row in rows], scores, [row[3] for row in rows], [1] * len(rows))


def test_thresholds_and_the_default_come_from_the_shipped_samples() -> None:
    """Each threshold is where recall - fpr is largest; the default measure has the largest area. Both are small."""
    areas = {}
    for name, measure in MEASURES.items():
        roc = shipped_roc(measure.of_texts or tree_similarity)
        assert roc.best is not None
        assert roc.auc is not None
        below = [point.threshold for point in roc.points if point.threshold < roc.best.threshold]
        assert max(below) < measure.threshold <= roc.best.threshold, name
        areas[name] = roc.auc.value
    assert max(areas, key=lambda name: areas[name]) == BEST
    assert areas[BEST] < 0.6  # on these samples likeness says nothing of correctness; docs/verifiers.md says so
