"""Columns of the matrix candidate × verifier: what a named verifier said of candidates, stored or derived."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from service.domain.combination import Combination, Said
from service.domain.definition import DefinitionKind
from service.domain.matrix import verifiers_of
from service.domain.ports import ProfileCount, ScorePoints, Selection, UnitOfWork
from service.domain.profile import ANALYSER_FAILED, ANALYSER_MISSING, NOT_CHECKED, PASS, VERSION_MARK, Profile, accepted
from service.errors import InvalidInput, NotFound
from service.usecases.app import App
from service.usecases.score_columns import Reader, read_outcomes, spread_by_score
from service.usecases.verifiers import find_definition

_UNDECIDED = "!undecided"
_WHY_MISSING = (
    "!invalid_task", "!infrastructure_error", ANALYSER_FAILED, ANALYSER_MISSING, "!cancelled", NOT_CHECKED
)  # fmt: skip
"""Why parts lack a verdict, the weightiest first."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Candidates with what some verifiers said of them.

    Attributes:
        counts: Candidates, counted by what all verifiers said (and by outcomes where a column rests on scores).
        names: Of the columns.
        outcomes: For each item of ``counts`` one outcome per column.
        scored: Verifiers on whose scores columns rest: then candidates of one profile may differ in their outcomes.
        points: Scores that were read on the way, by verifier.
    """

    counts: Sequence[ProfileCount]
    names: tuple[str, ...]
    outcomes: Sequence[tuple[str, ...]]
    scored: tuple[str, ...] = ()
    points: Mapping[str, ScorePoints] = field(default_factory=dict)


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
    if not wanted:
        return Columns(counts, asked, read_outcomes(counts, readers))
    if len(wanted) > 1:
        joint = await source.unit.matrix.joint_scores(source.selection, wanted)
        return _merged(zip(joint, read_outcomes(joint, readers), strict=True), asked, wanted)
    points = await source.unit.matrix.scores(source.selection, wanted[0])
    spread = await asyncio.to_thread(spread_by_score, counts, points, readers)
    return replace(_merged(spread, asked, wanted), points={wanted[0]: points})


def _merged(
    items: Iterable[tuple[ProfileCount, tuple[str, ...]]], names: tuple[str, ...], scored: Sequence[str]
) -> Columns:
    """Columns that rest on scores: candidates of one run, task and profile counted by their outcomes."""
    sums: dict[tuple[object, ...], tuple[ProfileCount, tuple[str, ...]]] = {}
    for item, outcomes in items:
        key = (item.run_id, item.task_key, item.profile_key, outcomes)
        count = item.count + (sums[key][0].count if key in sums else 0)
        sums[key] = (replace(item, count=count, scores=()), outcomes)
    return Columns([item for item, _ in sums.values()], names, [found for _, found in sums.values()], tuple(scored))


def _unknown(name: str, present: set[str]) -> str:
    shown = ", ".join(sorted(each for each in present if VERSION_MARK not in each)) or "none"
    return f"no verifier {name!r} judged these candidates, and none of that name is defined; there are {shown}"


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
    return Reader(lambda profile, _: profile.get(name, NOT_CHECKED))


def _thresholded(name: str, place: int, threshold: float) -> Reader:
    def read(profile: Profile, scores: Sequence[float | None]) -> str:
        score = scores[place]
        if score is None:
            return profile.get(name, NOT_CHECKED)
        return PASS if score >= threshold else "rejected"

    return Reader(read, weighs=True)


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
        for word in _WHY_MISSING:
            if word in missing:
                return word
        return missing[0] if missing else _UNDECIDED

    return Reader(read, weighs=bool(weighed), rises=combination.rises)
