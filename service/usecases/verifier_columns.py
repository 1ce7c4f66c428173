"""Columns of the matrix candidate × verifier: what a named verifier said of candidates, stored or derived."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.domain.combination import Combination, Said
from service.domain.definition import DefinitionKind
from service.domain.matrix import verifiers_of
from service.domain.ports import ProfileCount, Selection, UnitOfWork
from service.domain.profile import NOT_CHECKED, OPEN, PASS, VERSION_MARK, Profile, accepted
from service.errors import InvalidInput, NotFound
from service.usecases.app import App
from service.usecases.verifiers import find_definition

_UNDECIDED = "!undecided"

Reader = Callable[[Profile, Sequence[float | None]], str]
"""The outcome of a verifier, from a profile and the scores that were asked for."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Candidates with what some verifiers said of them.

    Attributes:
        counts: Candidates, counted by what all verifiers said (and by scores where a column needs them).
        names: Of the columns.
        outcomes: For each item of ``counts`` one outcome per column.
        scored: Verifiers whose scores the items of ``counts`` hold, in their order.
    """

    counts: Sequence[ProfileCount]
    names: tuple[str, ...]
    outcomes: Sequence[tuple[str, ...]]
    scored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where columns come from: one selection, read once."""

    app: App
    unit: UnitOfWork
    selection: Selection
    threshold: float | None = None


async def read_columns(source: Source, names: Sequence[str], oracle: str, pointer: str) -> Columns:
    """The columns of these verifiers and, last, the oracle; without names those of all that said something.

    Raises:
        NotFound: If a verifier said nothing of any of the candidates and does not follow from what others said.
        InvalidInput: If the oracle is of that kind.
    """
    counts = await source.unit.matrix.profiles(source.selection)
    present = {name for item in counts if item.profile for name in item.profile}
    asked = tuple(names) or tuple(name for name in verifiers_of(counts) if name != oracle)
    readers: list[Reader] = []
    wanted: list[str] = []
    scored = await source.unit.matrix.scored(source.selection.run_ids)
    for name in (*asked, oracle):
        found = await _reader(source, name, counts, scored, wanted)
        if found is None and counts and name == oracle:
            raise InvalidInput(_unknown(name, present), pointer)
        if found is None and counts:
            raise NotFound(_unknown(name, present))
        readers.append(found or _stored(name))
    if wanted:
        counts = await source.unit.matrix.scores(source.selection, wanted)
    return Columns(counts, asked, _outcomes(counts, readers), tuple(wanted))


def _unknown(name: str, present: set[str]) -> str:
    shown = ", ".join(sorted(each for each in present if VERSION_MARK not in each)) or "none"
    return f"no verifier {name!r} judged these candidates, and none of that name is defined; there are {shown}"


def _outcomes(counts: Sequence[ProfileCount], readers: Sequence[Reader]) -> list[tuple[str, ...]]:
    known: dict[tuple[object, ...], tuple[str, ...]] = {}
    found = []
    for item in counts:
        if item.profile is None:
            found.append((OPEN,) * len(readers))
            continue
        key = (item.profile_key, *item.scores)
        if key not in known:
            known[key] = tuple(reader(item.profile, item.scores) for reader in readers)
        found.append(known[key])
    return found


async def _reader(
    source: Source, name: str, counts: Sequence[ProfileCount], scored: frozenset[str], wanted: list[str]
) -> Reader | None:
    """How to read a verifier, None if nothing is known of it; adds to ``wanted`` verifiers whose scores it needs."""
    present = {each for item in counts if item.profile for each in item.profile}
    definition = await find_definition(source.app, source.unit, name)
    if definition is not None and definition.kind is DefinitionKind.COMBINATION:
        if all(definition.label in item.profile for item in counts if item.profile is not None):
            return _stored(definition.label)
        combination = definition.combination()
        if not any(leaf in present for leaf in combination.leaves()):
            return None
        weighed = {leaf: _place(leaf, wanted) for leaf in combination.leaves() if leaf in combination.weighs() & scored}
        return _derived(combination, weighed)
    if name not in present:
        return None
    if source.threshold is not None and name in scored:
        return _thresholded(name, _place(name, wanted), source.threshold)
    return _stored(name)


def _place(name: str, wanted: list[str]) -> int:
    if name not in wanted:
        wanted.append(name)
    return wanted.index(name)


def _stored(name: str) -> Reader:
    return lambda profile, _: profile.get(name, NOT_CHECKED)


def _thresholded(name: str, place: int, threshold: float) -> Reader:
    def read(profile: Profile, scores: Sequence[float | None]) -> str:
        score = scores[place]
        if score is None:
            return profile.get(name, NOT_CHECKED)
        return PASS if score >= threshold else "rejected"

    return read


def _derived(combination: Combination, weighed: dict[str, int]) -> Reader:
    def read(profile: Profile, scores: Sequence[float | None]) -> str:
        def said(name: str) -> Said:
            score = scores[weighed[name]] if name in weighed else None
            return Said(accepted(profile.get(name, NOT_CHECKED)), score)

        found = combination.evaluate(said).accepted
        if found is not None:
            return PASS if found else "rejected"
        missing = [profile.get(leaf, NOT_CHECKED) for leaf in combination.leaves()]
        missing = [outcome for outcome in missing if accepted(outcome) is None]
        for word in ("!invalid_task", "!infrastructure_error", "!cancelled", NOT_CHECKED):
            if word in missing:
                return word
        return missing[0] if missing else _UNDECIDED

    return read
