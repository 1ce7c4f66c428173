"""Proposes inputs for a task: its edges, mutations of its examples, and fresh values of the same shapes."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from tasks.literals import NotLiteral, literal_text
from tasks.strategies.edges import edge_inputs
from tasks.strategies.model import ArgumentModel, model_of
from tasks.strategies.relations import Args, repair
from tasks.task import Task

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

VERSION = f"1/{version('hypothesis')}"
"""Of what is proposed: it changes whenever equal seeds may give other inputs."""
_LONGEST = 6000
"""Characters of the largest input that is proposed, written out."""
_OVERSHOOT = 3
"""Half of how many times as much is drawn as is needed, since much is drawn twice."""
_EDGES = 0.45
"""Share of edges among what is proposed, at most."""


def strategy_for(task: Task) -> SearchStrategy[Args]:
    """Inputs of a task: fresh ones and mutated examples.

    Raises:
        NoModel: If nothing can be inferred about its inputs.
    """
    return strategy_of(model_of(task))


def strategy_of(model: ArgumentModel) -> SearchStrategy[Args]:
    """Inputs of a model."""
    from hypothesis import strategies as st  # half a second that most commands need not spend

    from tasks.strategies.drawing import Drawing

    drawing = Drawing(model.bold, model.constants)
    fresh = st.tuples(*map(drawing.values, model.shapes))
    related = fresh.map(lambda args: repair(args, model.relations))
    partly = st.builds(_partly, st.sampled_from(model.examples), fresh, st.integers(0, len(model.shapes) - 1))
    mutated = st.builds(model.mutate, st.sampled_from(model.examples), st.randoms(use_true_random=True))
    options = [related, mutated, mutated]
    if len(model.shapes) > 1:
        options.append(partly.map(lambda args: repair(args, model.relations)))
    if model.bold and model.relations:
        options.append(fresh)
    return st.one_of(*options)


def _partly(example: Args, fresh: Args, place: int) -> Args:
    return (*example[:place], fresh[place], *example[place + 1 :])


def propose(task: Task, *, seed: int, examples: int) -> Sequence[Args]:
    """Inputs that a task may accept, each once. Whether it does, the contract and the reference must say.

    Args:
        task: A task with an entry point and a suite whose inputs can be read.
        seed: Equal seeds give equal inputs.
        examples: How many at most, >= 1.

    Returns:
        Plain argument tuples, none of them an input of the visible suites.

    Raises:
        NoModel: If nothing can be inferred about its inputs.
    """
    return propose_for(model_of(task), seed=seed, examples=examples)


def propose_for(model: ArgumentModel, *, seed: int, examples: int) -> Sequence[Args]:
    """Inputs of a model; see ``propose``."""
    from tasks.strategies.generation import draw

    chosen: dict[str, Args] = {}
    known = {literal_text(args) for args in model.examples}
    _take(chosen, known, _fitting(model, _edges(model)), int(examples * _EDGES))
    drawn = draw(strategy_of(model), seed=seed, examples=_OVERSHOOT * (examples - len(chosen)) // 2)
    _take(chosen, known, _fitting(model, drawn), examples)
    return tuple(chosen.values())


def _fitting(model: ArgumentModel, proposed: Iterable[Args]) -> Iterator[Args]:
    """Those that belong to the model."""
    return (args for args in proposed if model.admits(args))


def _edges(model: ArgumentModel) -> Iterator[Args]:
    for args in edge_inputs(model.shapes, model.examples, model.constants, bold=model.bold):
        mended = repair(args, model.relations)
        yield mended
        if model.bold:
            yield args


def _take(chosen: dict[str, Args], known: set[str], proposed: Iterable[Args], at_most: int) -> None:
    for args in proposed:
        if len(chosen) >= at_most:
            return
        text = _text(args)
        if text is not None and text not in known:
            chosen.setdefault(text, args)


def _text(args: Args) -> str | None:
    try:
        text = literal_text(args)
    except (NotLiteral, ValueError):
        return None
    return text if len(text) <= _LONGEST else None


def mutate_input(task: Task, args: Sequence[Any], rng: random.Random) -> Args:
    """An input of a task with a few small changes.

    Raises:
        NoModel: If nothing can be inferred about its inputs.
    """
    return model_of(task).mutate(args, rng)
