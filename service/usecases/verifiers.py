"""Define verifiers, list them, and evaluate combinations over what is stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.domain.combination import Combination, bound, pointer_of, read_rule
from service.domain.definition import Definition, DefinitionKind
from service.domain.ports import UnitOfWork
from service.domain.requests import LOCAL, Caller, Idempotency, Scope, VerifierInfo
from service.errors import Conflict, InvalidInput, NotFound
from service.usecases.app import App
from service.usecases.runs import get_run
from service.usecases.submission import require_same_body

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/+-]{0,99}")
_RESERVED = ("base", "plus", "plus-extra", "challenge", "static", "differential", "similarity")
_BATCH = 500


@dataclass(frozen=True, slots=True)
class ListedVerifier:
    """A verifier on offer; ``rule`` and ``definition`` where users defined it."""

    info: VerifierInfo
    definition: Definition | None = None


@dataclass(frozen=True, slots=True)
class Defined:
    """The version that stands for a definition; ``created`` is false if the current one says the same.

    Attributes:
        replayed: The idempotency key had made it before.
    """

    definition: Definition
    created: bool
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What evaluating a combination over a run's stored checks came to.

    Attributes:
        recorded: Checks that were stored now.
        undecided: Candidates whose stored checks do not decide it.
    """

    definition: Definition
    recorded: int
    undecided: int


async def list_verifiers(app: App, *, caller: Caller = LOCAL) -> tuple[ListedVerifier, ...]:
    """Built-in verifiers, then those that users defined or send verdicts of, in their newest versions.

    Raises:
        Forbidden: Without the scope ``read``.
    """
    caller.require(Scope.READ)
    async with app.storage.reading() as unit:
        definitions = await unit.definitions.current()
    app.definitions.learn(definitions)
    taken = {definition.name for definition in definitions}
    built_in = [ListedVerifier(info) for info in app.verifiers.infos() if info.name not in taken]
    return (*built_in, *(listed(each) for each in definitions))


def listed(definition: Definition) -> ListedVerifier:
    """A defined verifier as it is listed."""
    told = {
        DefinitionKind.COMBINATION: "a combination of other verifiers",
        DefinitionKind.STATIC_POLICY: "rules and thresholds of static analysis",
        DefinitionKind.EXTERNAL: "verdicts from outside",
    }[definition.kind]
    scored = definition.kind is DefinitionKind.EXTERNAL or "weighted" in definition.rule
    info = VerifierInfo(definition.name, definition.version, definition.kind.value, told, scored)
    return ListedVerifier(info, definition)


async def define_verifier(
    app: App, name: str, rule: Mapping[str, Any], *, caller: Caller = LOCAL, idempotency: Idempotency | None = None
) -> Defined:
    """Define a combination or a static policy; under a name that is taken, its next version.

    Raises:
        InvalidInput: If the name or the rule cannot be used: a built-in name, an unknown part, a cycle. The
            pointer names the place.
        Conflict: If the name belongs to another kind of verifier, or the idempotency key to another body.
        Forbidden: Without the scope ``admin``, since runs of others may ask for it.
    """
    caller.require(Scope.ADMIN)
    async with app.storage.writing() as unit:
        if (known := await _replayed(app, unit, idempotency)) is not None:
            return Defined(known, created=False, replayed=True)
        await require_free_name(app, unit, name, "/name")
        versions = await unit.definitions.versions(name)
        kind, document = await _read(app, unit, name, rule)
        if versions and versions[-1].kind is not kind:
            raise Conflict(f"{name!r} is a {versions[-1].kind.value.replace('_', ' ')} already")
        if versions and dict(versions[-1].document) == document:
            made, created = versions[-1], False
        else:
            draft = Definition(name, str(len(versions) + 1), kind, document)
            made, created = await unit.definitions.add(draft, caller.key_id, app.clock()), True
        if idempotency is not None and not await unit.idempotency.remember(idempotency, made.label, app.clock()):
            raise Conflict(f"the idempotency key {idempotency.key!r} is being used at this moment")
        await unit.commit()
    app.definitions.learn([made])
    return Defined(made, created)


async def _replayed(app: App, unit: UnitOfWork, idempotency: Idempotency | None) -> Definition | None:
    known = await unit.idempotency.find(idempotency) if idempotency is not None else None
    if idempotency is None or known is None:
        return None
    require_same_body(known, idempotency)
    return await find_definition(app, unit, known.resource_id)


async def require_free_name(app: App, unit: UnitOfWork, name: str, pointer: str) -> None:
    """Insist on a name that neither a built-in verifier nor a suite has.

    Raises:
        InvalidInput: If it has, or cannot be a name.
    """
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            "a name is 1 to 100 letters, digits and any of _ . : / + -, and begins with a letter or digit", pointer
        )
    defined = {each.name for each in app.definitions.current()}
    built_in = {*_RESERVED, *(info.name for info in app.verifiers.infos() if info.name not in defined)}
    if name in built_in or name.partition(":")[0] in {"static", "differential", "similarity"}:
        raise InvalidInput(f"{name!r} is the name of a built-in verifier", pointer)
    if name in await unit.definitions.suite_names():
        raise InvalidInput(f"{name!r} is the name of a suite", pointer)


async def _read(
    app: App, unit: UnitOfWork, name: str, rule: Mapping[str, Any]
) -> tuple[DefinitionKind, dict[str, Any]]:
    """The kind of a rule, and the document that stores it."""
    if set(rule) == {"static_policy"}:
        policy = rule["static_policy"]
        if not isinstance(policy, dict):
            raise InvalidInput("a static policy is an object", "/rule/static_policy")
        if app.parse_policy is None:
            raise InvalidInput("this service has no static analysis", "/rule/static_policy")
        app.parse_policy(policy)
        return DefinitionKind.STATIC_POLICY, policy
    combination = read_rule(rule)
    parts = await unit.definitions.newest(combination.parts)
    await _require_known(app, unit, rule, combination, parts)
    inner = {
        part: dict(definition.document)
        for part, definition in parts.items()
        if definition.kind is DefinitionKind.COMBINATION
    }
    document = {"rule": dict(rule), "inner": inner}
    for part in combination.parts:
        if part == name or (part in inner and name in parts[part].combination().names()):
            raise InvalidInput(f"{name!r} would be a part of itself", pointer_of(rule, part))
    bound(document)
    return DefinitionKind.COMBINATION, document


async def _require_known(
    app: App, unit: UnitOfWork, rule: Mapping[str, Any], combination: Combination, parts: Mapping[str, Definition]
) -> None:
    known = {info.name for info in app.verifiers.infos()} | set(parts)
    if set(combination.parts) <= known:
        return
    known |= await unit.definitions.suite_names()
    for part in combination.parts:
        if part not in known:
            raise InvalidInput(f"there is no verifier {part!r}", pointer_of(rule, part))


async def find_definition(app: App, unit: UnitOfWork, name: str) -> Definition | None:
    """The newest version of a defined verifier, or with ``name@version`` that one."""
    base, _, version = name.partition("@")
    found = await unit.definitions.versions(base)
    app.definitions.learn(found)
    if not version:
        return found[-1] if found else None
    return next((each for each in found if each.version == version), None)


async def evaluate_combination(app: App, run_id: str, name: str, *, caller: Caller = LOCAL) -> Evaluated:
    """Store a combination's checks of a run's candidates, made from what is stored; nothing is run. Idempotent.

    Raises:
        NotFound: If there is no such run or combination.
        InvalidInput: If the verifier is no combination.
        Forbidden: Without the scope ``submit``.
    """
    caller.require(Scope.SUBMIT)
    await get_run(app, run_id, caller=caller)
    async with app.storage.reading() as unit:
        definition = await find_definition(app, unit, name)
    if definition is None:
        raise NotFound(f"there is no combination {name!r}")
    if definition.kind is not DefinitionKind.COMBINATION:
        raise InvalidInput(f"{name!r} is no combination, so that it does not follow from stored checks", "/verifier")
    recorded = undecided = 0
    after: str | None = ""
    while after is not None:
        async with app.storage.writing() as unit:
            batch = await unit.verdicts.derive(definition, run_id, after, _BATCH, app.clock())
            await unit.commit()
        after = batch.last
        recorded, undecided = recorded + batch.recorded, undecided + batch.undecided
    app.notifier.publish(run_id)
    return Evaluated(definition, recorded, undecided)
