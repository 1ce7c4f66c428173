"""How alike two programs are, as texts, as tokens and as trees: each measure lies within 0 and 1.

Programs are hostile: every measure reads at most ``MOST_CHARACTERS`` of each, in time that this bounds, and none of
them parses one here. Trees come as labels that a cell made.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from functools import cache
from typing import Any

MOST_CHARACTERS = 10_000
MOST_LABELS = 5_000
"""Tokens or nodes that are compared."""

_TOKEN = re.compile(
    r"""
    (?P<blank>[ \t\f\r\n]+|\\\n)
    |(?P<comment>\#[^\n]*)
    |(?P<text>(?i:[rbuf]{0,2})(?:'''(?:[^'\\]|\\.|'(?!''))*+(?:'''|\\?\Z)|\"\"\"(?:[^"\\]|\\.|"(?!""))*+(?:\"\"\"|\\?\Z)
        |'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?))
    |(?P<name>[^\W\d]\w*)
    |(?P<number>\d[\w.]*)
    |(?P<sign>\*\*=?|//=?|>>=?|<<=?|[-+*/%@&|^=<>!:]=|->|.)
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(program: str) -> list[str]:
    """The program's tokens as far as a scanner sees them, without comments and blanks; never fails."""
    found = []
    for match in _TOKEN.finditer(program[:MOST_CHARACTERS]):
        if match.lastgroup not in ("blank", "comment"):
            found.append(match[0])
    return found[:MOST_LABELS]


def edit_distance(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """Fewest insertions, deletions and replacements that turn one sequence into the other.

    Source:
        Levenshtein 1966; bit-parallel as in Myers 1999 and Hyyrö 2001, on integers of any length.
    """
    if not one:
        return len(other)
    places: dict[Hashable, int] = {}
    for index, item in enumerate(one):
        places[item] = places.get(item, 0) | 1 << index
    mask, last = (1 << len(one)) - 1, 1 << len(one) - 1
    plus, minus, distance = mask, 0, len(one)
    for item in other:
        equal = places.get(item, 0)
        zero = ((equal & plus) + plus ^ plus) | equal | minus
        horizontal_plus = minus | ~(zero | plus) & mask
        horizontal_minus = plus & zero
        if horizontal_plus & last:
            distance += 1
        elif horizontal_minus & last:
            distance -= 1
        horizontal_plus = (horizontal_plus << 1 | 1) & mask
        horizontal_minus = horizontal_minus << 1 & mask
        plus = horizontal_minus | ~(zero | horizontal_plus) & mask
        minus = horizontal_plus & zero
    return distance


def edit_similarity(one: Sequence[Hashable], other: Sequence[Hashable]) -> float:
    """1 - edit distance / length of the longer sequence; 1 for two empty ones."""
    longest = max(len(one), len(other))
    return 1.0 if not longest else 1.0 - edit_distance(one, other) / longest


@cache
def _chrf_metric() -> Any:
    from sacrebleu.metrics.chrf import CHRF  # a tenth of a second that only runs with this verifier pay

    return CHRF()


@cache
def _bleu_metric() -> Any:
    from sacrebleu.metrics.bleu import BLEU

    return BLEU(effective_order=True)


def chrf(program: str, reference: str) -> float:
    """chrF2 of the program against the reference, as sacrebleu computes it for a sentence, divided by 100."""
    return _score(_chrf_metric(), program, reference)


def bleu(program: str, reference: str) -> float:
    """BLEU of the program against the reference, as sacrebleu computes it for a sentence, divided by 100."""
    return _score(_bleu_metric(), program, reference)


def _score(metric: Any, program: str, reference: str) -> float:
    found: float = metric.sentence_score(program[:MOST_CHARACTERS], [reference[:MOST_CHARACTERS]]).score
    return min(1.0, max(0.0, found / 100))


def chrf_signature() -> str:
    """The library's own signature of the measure: what a score has to be compared under."""
    _chrf_metric().sentence_score("", [""])
    return f"chrF2|{_chrf_metric().get_signature()}"


def bleu_signature() -> str:
    """The library's own signature of the measure."""
    _bleu_metric().sentence_score("", [""])
    return f"BLEU|{_bleu_metric().get_signature()}"


def token_similarity(program: str, reference: str) -> float:
    """Edit similarity of the programs' tokens."""
    return edit_similarity(tokens(program), tokens(reference))


TREE_PROGRAM = f'''
import ast

def shape(source):
    """Labels of the syntax tree in order: kinds of nodes, each node's end, and no names."""
    labels, waiting = [], [ast.parse(source)]
    while waiting and len(labels) < {MOST_LABELS}:
        node = waiting.pop()
        if node is None:
            labels.append(")")
            continue
        if isinstance(node, (ast.expr_context, ast.Module)) is False:
            labels.append(type(node).__name__)
        children = list(ast.iter_child_nodes(node))
        if children:
            waiting.append(None)
            waiting.extend(reversed(children))
    return labels
'''
"""Run in a cell as if it were a candidate; it gets programs as plain text and gives back plain labels."""
