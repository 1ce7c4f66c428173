"""Proposes inputs for a task: its edges, mutations of its examples, and fresh values of the same shapes."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from tasks.budget import NotLiteral
from tasks.literal_text import literal_text
from tasks.strategies.edges import edge_inputs
from tasks.strategies.model import ArgumentModel, model_of
from tasks.strategies.relations import Args, repair
from tasks.task import Task

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

VERSION = f"2/{version('hypothesis')}"
"""Of what is proposed: it changes whenever equal seeds may give other inputs."""
_LONGEST = 6000
"""Characters of the largest input that is proposed, written out."""
_EDGES = 0.45
"""Share of edges among what is proposed, at most."""
_DRAWN = 0.2
"""Draws from Hypothesis for each input that is proposed: they are dear, and each gives up to three inputs."""


def strategy_for(task: Task) -> SearchStrategy[Args]:
    """Inputs of a task: fresh ones and mutated examples.

    Raises:
        NoModel: If nothing can be inferred about its inputs.
    """
    return strategy_of(model_of(task))


def strategy_of(model: ArgumentModel) -> SearchStrategy[Args]:
    """Inputs of a model."""
    from hypothesis import strategies as st  # half a second that most commands need not spend

    related = fresh_strategy(model).map(lambda args: repair(args, model.relations))
    mutated = st.builds(model.mutate, st.sampled_from(model.examples), st.randoms(use_true_random=True))
    return st.one_of(related, mutated)


def fresh_strategy(model: ArgumentModel) -> SearchStrategy[Args]:
    """Arguments of the model's shapes, each for itself."""
    from hypothesis import strategies as st

    from tasks.strategies.drawing import Drawing

    drawing = Drawing(model.bold, model.constants)
    return st.tuples(*map(drawing.values, model.shapes))


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
    rng = random.Random(seed)  # noqa: S311 - inputs, not secrets
    fresh = draw(fresh_strategy(model), seed=seed, examples=max(1, int(examples * _DRAWN)))
    _take(chosen, known, _fitting(model, _varied(model, fresh, rng)), int(examples * (_EDGES + 2 * _DRAWN)))
    _take(chosen, known, _fitting(model, _mutants(model, rng, 2 * examples)), examples)
    return tuple(chosen.values())


def _varied(model: ArgumentModel, fresh: Iterable[Args], rng: random.Random) -> Iterator[Args]:
    """Fresh arguments with their relations mended; within an example; and, boldly, as they are."""
    for args in fresh:
        yield repair(args, model.relations)
        if len(args) > 1:
            place = rng.randrange(len(args))
            example = rng.choice(model.examples)
            yield repair((*example[:place], args[place], *example[place + 1 :]), model.relations)
        if model.bold and model.relations:
            yield args


def _mutants(model: ArgumentModel, rng: random.Random, count: int) -> Iterator[Args]:
    return (model.mutate(rng.choice(model.examples), rng) for _ in range(count))


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
