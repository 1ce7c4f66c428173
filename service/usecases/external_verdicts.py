"""Verdicts and scores of a judge or a person, recorded as checks of a named verifier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.definition import Definition, DefinitionKind
from service.domain.ports import ExternalCheck, ExternalPlace, UnitOfWork
from service.domain.requests import LOCAL, Caller, Idempotency, Scope
from service.errors import Conflict, InvalidInput, TooLarge
from service.usecases.app import App
from service.usecases.submission import require_same_body
from service.usecases.verifiers import require_free_name

MOST_CHECKS = 10_000
MOST_EVIDENCE = 20_000
"""Characters of one check's evidence."""
_BATCH = 500


@dataclass(frozen=True, slots=True)
class ExternalVerdicts:
    """What ``POST /v1/external-verdicts`` brings.

    Attributes:
        verifier: Name of whoever judged; never that of a built-in verifier.
        version: Its version; another version's checks stand beside the first one's.
        threshold: Scores of at least that are accepted where no verdict is given.
    """

    verifier: str
    version: str
    checks: tuple[ExternalCheck, ...]
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class RefusedCheck:
    """A check that was not recorded, by its place in the request, and why."""

    index: int
    detail: str


@dataclass(frozen=True, slots=True)
class RecordedVerdicts:
    """What became of external verdicts; ``unchanged`` were recorded with the same content before."""

    recorded: int
    unchanged: int
    refused: tuple[RefusedCheck, ...]


async def record_external_verdicts(
    app: App, verdicts: ExternalVerdicts, *, caller: Caller = LOCAL, idempotency: Idempotency | None = None
) -> RecordedVerdicts:
    """Store each verdict once per candidate, verifier and version; what cannot be stored is refused by its index.

    A repeat records nothing twice with or without an idempotency key; the key only insists on the same body.

    Raises:
        InvalidInput: If the name or the version cannot be used.
        Conflict: If the name belongs to another kind of verifier, or the version came with another threshold,
            or the idempotency key with another body.
        TooLarge: If there are more checks than one request may bring.
        Forbidden: Without the scope ``submit``.
    """
    caller.require(Scope.SUBMIT)
    if len(verdicts.checks) > MOST_CHECKS:
        raise TooLarge(f"one request may bring {MOST_CHECKS} checks, not {len(verdicts.checks)}", "/checks")
    if "@" in verdicts.version or not verdicts.version.isprintable():
        raise InvalidInput("a version is printable text without @", "/version")
    async with app.storage.writing() as unit:
        known = await unit.idempotency.find(idempotency) if idempotency is not None else None
        if idempotency is not None and known is not None:
            require_same_body(known, idempotency)
        definition = await _definition(app, unit, verdicts, caller)
        if idempotency is not None and known is None:
            await unit.idempotency.remember(idempotency, definition.label, app.clock())
        await unit.commit()
    recorded, unchanged, refused = 0, 0, list[RefusedCheck]()
    for start in range(0, len(verdicts.checks), _BATCH):
        batch = dict(enumerate(verdicts.checks[start : start + _BATCH], start))
        async with app.storage.writing() as unit:
            stored, same, bad = await _store(app, unit, definition, batch, caller)
            await unit.commit()
        recorded, unchanged = recorded + stored, unchanged + same
        refused += bad
    return RecordedVerdicts(recorded, unchanged, tuple(refused))


async def _definition(app: App, unit: UnitOfWork, verdicts: ExternalVerdicts, caller: Caller) -> Definition:
    versions = await unit.definitions.versions(verdicts.verifier)
    if versions and versions[-1].kind is not DefinitionKind.EXTERNAL:
        raise Conflict(f"{verdicts.verifier!r} is a {versions[-1].kind.value.replace('_', ' ')} of this service")
    document = {"threshold": verdicts.threshold}
    for known in versions:
        if known.version == verdicts.version:
            if dict(known.document) != document:
                raise Conflict(f"{known.label!r} came with the threshold {known.document['threshold']} before")
            return known
    if not versions:
        await require_free_name(app, unit, verdicts.verifier, "/verifier")
    draft = Definition(verdicts.verifier, verdicts.version, DefinitionKind.EXTERNAL, document)
    made = await unit.definitions.add(draft, caller.key_id, app.clock())
    app.definitions.learn([made])
    return made


async def _store(
    app: App, unit: UnitOfWork, definition: Definition, batch: Mapping[int, ExternalCheck], caller: Caller
) -> tuple[int, int, list[RefusedCheck]]:
    names = sorted({check.candidate_id for check in batch.values()})
    places = await unit.verdicts.places(names)
    known = dict(await unit.verdicts.known(definition, names))
    refused: list[RefusedCheck] = []
    new: list[ExternalCheck] = []
    unchanged = 0
    for index, given in batch.items():
        check = _decided(given, definition)
        why = _why_not(check, places.get(check.candidate_id), known.get(check.candidate_id), caller)
        if why is not None:
            refused.append(RefusedCheck(index, why))
        elif check.candidate_id in known:
            unchanged += 1
        else:
            new.append(check)
            known[check.candidate_id] = check
    await unit.verdicts.add_external(definition, new, app.clock())
    return len(new), unchanged, refused


def _decided(check: ExternalCheck, definition: Definition) -> ExternalCheck:
    """The check with its verdict, by the threshold where only a score was given."""
    threshold = definition.document["threshold"]
    if check.accepted is not None or check.score is None or threshold is None:
        return check
    return ExternalCheck(check.candidate_id, check.score >= threshold, check.score, check.evidence)


def _why_not(
    check: ExternalCheck, place: ExternalPlace | None, known: ExternalCheck | None, caller: Caller
) -> str | None:
    """Why a check cannot be recorded; None if it can, or was."""
    if check.accepted is None and check.score is None:
        return "give accepted, score or both"
    if check.score is not None and not 0 <= check.score <= 1:
        return "a score lies within 0 and 1"
    if len(check.evidence) > MOST_EVIDENCE:
        return f"the evidence is longer than {MOST_EVIDENCE} characters"
    if place is None or not (caller.may(Scope.READ) or place.key_id == caller.key_id):
        return f"there is no candidate {check.candidate_id!r}"
    if known is not None and (known.accepted, known.score) != (check.accepted, check.score):
        return "this version said something else of the candidate before; send another version"
    return None
