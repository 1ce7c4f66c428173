"""From the names of verifiers in a request to the checks that are queued for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.domain.definition import Definition, DefinitionKind
from service.domain.ids import new_id
from service.domain.ports import NewCheck, UnitOfWork
from service.errors import InvalidInput
from service.usecases.app import App
from tasks.task import Task


@dataclass(frozen=True, slots=True)
class Named:
    """A verifier that is to judge; ``definition`` if it is a combination, which follows from the others."""

    name: str
    definition: Definition | None = None


async def learn_definitions(app: App, unit: UnitOfWork, names: Sequence[str]) -> None:
    """Read definitions from the database if one of the names may be a defined verifier's."""
    defined = {definition.name for definition in app.definitions.current()}
    built_in = {info.name for info in app.verifiers.infos()} - defined
    if any(name not in built_in for name in names):
        app.definitions.learn(await unit.definitions.current())


async def learn_unknown(app: App, task: Task, names: Sequence[str]) -> None:
    """Read definitions from the database if one of a task's verifiers is of a name that only others have heard of."""
    built_in = {info.name for info in app.verifiers.infos()}
    named = [name.partition("@") for name in names if name not in built_in and task.suite(name) is None]
    if any(app.definitions.find(base, version or None) is None for base, _, version in named):
        async with app.storage.reading() as unit:
            app.definitions.learn(await unit.definitions.current())


def expand(app: App, names: Sequence[str], is_suite: Callable[[str], bool]) -> tuple[Named, ...]:
    """The verifiers that names ask for, each combination behind the parts that it rests on.

    Args:
        app: With definitions learnt.
        names: As asked for.
        is_suite: Whether the task has a suite of that name, which then goes before a definition.

    Raises:
        InvalidInput: If a name, or a part of a combination, has its verdicts from outside.
    """
    found: dict[str, Named] = {}
    for index, name in enumerate(names):
        definition = None if is_suite(name) else app.definitions.find(name)
        if definition is not None and definition.kind is DefinitionKind.COMBINATION:
            for leaf in definition.combination().leaves():
                _require_runnable(app, leaf, name, index)
                found.setdefault(leaf, Named(leaf))
            found[name] = Named(name, definition)
        elif name not in found:
            _require_runnable(app, name, name, index)
            found[name] = Named(name)
    return tuple(found.values())


def _require_runnable(app: App, leaf: str, name: str, index: int) -> None:
    definition = app.definitions.find(leaf)
    if definition is not None and definition.kind is DefinitionKind.EXTERNAL:
        whose = "its" if leaf == name else f"those of its part {leaf!r}"
        raise InvalidInput(
            f"nobody here can run {name!r}: {whose} verdicts come from outside; combine them once they are stored",
            f"/verifiers/{index}",
        )


def new_checks(app: App, task: Task, names: Sequence[str]) -> tuple[NewCheck, ...]:
    """One check per verifier, in order; parts of combinations that nobody asked for come before them.

    Raises:
        NotFound: If the task has no such verifier.
        InvalidInput: If a verifier's verdicts come from outside.
    """
    checks: dict[str, NewCheck] = {}
    for each in expand(app, names, lambda name: task.suite(name) is not None):
        if each.definition is None:
            item = app.verifiers.resolve(task, each.name)
            checks[each.name] = NewCheck(new_id("chk"), item.name, item.version, item.hidden)
        else:
            hidden = any(checks[leaf].hidden for leaf in each.definition.combination().leaves())
            checks[each.name] = NewCheck(new_id("chk"), each.name, each.definition.version, hidden, each.definition.key)
    return tuple(checks.values())
