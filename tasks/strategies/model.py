"""What is known of a task's arguments: from its visible suites, its signature, its contract and its own words."""

from __future__ import annotations

import ast
import random
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.lowering import lower
from tasks.strategies.conformity import conforms, well_formed
from tasks.strategies.constants import Constants, constants_of
from tasks.strategies.descriptions import describe
from tasks.strategies.hints import shape_of_hint
from tasks.strategies.mutation import Mutation, mutate_args
from tasks.strategies.prose import Prose, holds_empty, prose_of
from tasks.strategies.relations import Args, Relation, counts_are_counts, relations_of, repair
from tasks.strategies.scale import Scale
from tasks.strategies.shapes import Items, Shape, shape_of
from tasks.strategies.signature import parameters
from tasks.syntax import parse
from tasks.task import CallCase, SuiteKind, Task, Visibility

_CHARACTERS = "abcxyzABCXYZ0123456789 .,!?-_"


@dataclass(frozen=True, slots=True)
class ArgumentModel:
    """What inputs of a task look like.

    Attributes:
        names: Of the parameters.
        shapes: Of the arguments, one per parameter that the examples fill.
        examples: Inputs of the visible suites, each once.
        relations: That hold between arguments in every example.
        constants: What the reference and the prompt mention.
        prose: What the prompt says of the inputs, as far as the examples bear it out.
        scale: Of the examples.
        bold: The task has a contract, which will say whether an input belongs to it.
    """

    names: tuple[str, ...]
    shapes: tuple[Shape, ...]
    examples: tuple[Args, ...]
    relations: tuple[Relation, ...]
    constants: Constants
    prose: Prose
    scale: Scale
    bold: bool

    def describe(self) -> tuple[str, ...]:
        """One line per argument and relation, for people."""
        lines = [f"{name}: {describe(shape)}" for name, shape in zip(self.names, self.shapes, strict=False)]
        lines += [f"{self.names[each.left]} {each.name} {self.names[each.right]}" for each in self.relations]
        return (*lines, "the contract decides" if self.bold else "near the examples: there is no contract")

    def admits(self, args: Args) -> bool:
        """Whether arguments may be an input of the task, as far as the model can tell.

        They are never far larger than the examples, they keep their form, what the prompt calls non-empty stays so,
        and lengths, indices and counts are not negative. Without a contract they keep what all examples keep; with
        one, that is for the contract to say.
        """
        if Scale.of(args).exceeds(self.scale) or (self.prose.not_empty and holds_empty(args)):
            return False
        if not all(map(well_formed, self.shapes, args)) or not counts_are_counts(args, self.relations):
            return False
        return self.bold or (self.prose.admits(args) and all(map(conforms, self.shapes, args)))

    def mutate(self, args: Sequence[object], rng: random.Random) -> Args:
        """Arguments with a few small changes; relations between them are kept, or boldly broken at times."""
        mutation = Mutation(rng, self.bold, _CHARACTERS)
        changed = mutate_args(args, self.shapes, mutation, rng)
        return changed if self.bold and rng.random() < 0.4 else repair(changed, self.relations)


class NoModel(ValueError):
    """Nothing can be inferred about a task's inputs; the message says why."""


def model_of(task: Task) -> ArgumentModel:
    """Infer what inputs of a task look like.

    Hidden suites are never looked at unless the task has no visible one.

    Raises:
        NoModel: If the task has no entry point, or no suite from which inputs can be read.
    """
    if task.entry_point is None:
        raise NoModel(f"task {task.id} has no entry point")
    examples = _examples(task, task.entry_point)
    if not examples:
        raise NoModel(f"task {task.id} has no suite whose inputs can be read")
    declared = parameters(task.reference or task.prompt, task.entry_point) or ()
    arity = len(examples[0])
    names = tuple(declared[place].name if place < len(declared) else f"argument {place + 1}" for place in range(arity))
    shapes = []
    for place in range(arity):
        shape = shape_of([args[place] for args in examples])
        hint = shape_of_hint(declared[place].annotation) if place < len(declared) else None
        assert shape is not None
        shapes.append(_completed(shape, hint))
    return ArgumentModel(
        names=names,
        shapes=tuple(shapes),
        examples=examples,
        relations=relations_of(examples),
        constants=constants_of(task.reference or "", task.prompt),
        prose=prose_of(task.prompt, examples),
        scale=Scale.of(examples),
        bold=has_contract(task),
    )


def has_contract(task: Task) -> bool:
    """Whether statements come with the task that refuse inputs outside of it."""
    tree = parse(task.contract)
    return tree is not None and any(isinstance(node, ast.Assert) for node in ast.walk(tree))


def _examples(task: Task, entry_point: str) -> tuple[Args, ...]:
    visible = [suite for suite in task.suites if suite.visibility is Visibility.VISIBLE]
    found: dict[str, Args] = {}
    for suite in visible or task.suites[:1]:
        lowered = lower(suite, entry_point, task.prelude)
        if lowered.kind is not SuiteKind.CASES:
            continue
        for case in lowered.cases:
            if isinstance(case, CallCase):
                found.setdefault(repr(case.args), case.args)
    arities = [len(args) for args in found.values()]
    usual = max(set(arities), key=arities.count) if arities else 0
    return tuple(args for args in found.values() if len(args) == usual and args)


def _completed(shape: Shape, hint: Shape | None) -> Shape:
    """The shape with what only the annotation knows: what an always empty list would hold."""
    if isinstance(shape, Items) and shape.item is None and isinstance(hint, Items):
        return hint
    return shape
