"""What the evidence of one task says against it. Each fault is told once, under its most specific name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.analysis.suite_strength import MutationCount
from service.domain.audit import Flag, FlagKind
from service.domain.verdict import Failure
from service.usecases.audit_evidence import Evidence, Sitting, Vote
from tasks.strengthen.contradiction import PROMPT
from tasks.strengthen.scoring import OVERFIT

_MAX_SHOWN = 8
_SUITE_SHARE = 0.8
"""Share of recorded programs that must give one other answer to an input of a suite; models do share mistakes."""
_OPEN_SHARE = 0.9
"""Share of recorded programs that must give one other answer to an input that no suite holds."""
_LEAST_OPEN = 4


@dataclass(frozen=True, slots=True)
class SuiteReport:
    """One suite of one task, as it is stored.

    Attributes:
        suite: Its name.
        reference: What the reference came to: a verdict, a failure, ``varies``, or None without a reference.
        sound: The reference passes every time, so that the figures below say something.
        operators: Operator → mutants.
        survivors: Mutants that the suite accepts and some input tells from the reference: operator, line, change.
        controls: Equivalent-by-construction controls that were run.
        alarms: Those that the suite refused.
        stubs: Programs that solve nothing and are accepted.
    """

    suite: str
    reference: str | None
    sound: bool
    operators: Mapping[str, MutationCount]
    survivors: tuple[Mapping[str, Any], ...] = ()
    controls: int = 0
    alarms: tuple[str, ...] = ()
    stubs: tuple[str, ...] = ()


def reports(evidence: Evidence) -> tuple[SuiteReport, ...]:
    """One report per suite of the task."""
    return tuple(_report(evidence, suite.name) for suite in evidence.task.suites)


def _report(evidence: Evidence, name: str) -> SuiteReport:
    runs = evidence.reference.get(name, {})
    first = next(iter(runs), None)
    said = None if first is None else first.verdict or first.reason
    sound = name in evidence.sound
    if not sound:
        return SuiteReport(name, "varies" if len(runs) > 1 else said, False, {})
    operators: dict[str, MutationCount] = {}
    survivors = []
    for each in evidence.mutants:
        if name not in each.judged_by:
            continue
        mutant, passed = each.program, name in each.accepted_by
        alike = mutant.source in evidence.alike
        count = MutationCount(1, int(not passed), int(passed and alike))
        operators[mutant.operator] = operators.get(mutant.operator, MutationCount(0, 0)) + count
        if passed and not alike:
            survivors.append({"operator": mutant.operator, "line": mutant.line, "change": mutant.change})
    controls = [each for each in evidence.controls if name in each.judged_by]
    return SuiteReport(
        suite=name,
        reference=said,
        sound=True,
        operators=operators,
        survivors=tuple(survivors),
        controls=len(controls),
        alarms=tuple(each.program.operator for each in controls if name not in each.accepted_by),
        stubs=tuple(evidence.stubs.get(name, ())),
    )


def flags_of(evidence: Evidence) -> tuple[Flag, ...]:
    """What speaks against the task, but for what shows only beside the other tasks of its set."""
    return tuple(_flags(evidence))


def flag(kind: FlagKind, task_id: str, version: str, suite: str | None, message: str, found: Mapping[str, Any]) -> Flag:
    """A flag with its fingerprint: kind, task version and suite, so that a review outlives the audit."""
    text = json.dumps([kind.value, task_id, version, suite])
    return Flag(kind, task_id, suite, message, found, hashlib.sha256(text.encode()).hexdigest())


def _flags(evidence: Evidence) -> Iterator[Flag]:
    task = evidence.task
    disputed = _disputed(evidence)
    for name, cases in disputed.items():
        yield flag(
            FlagKind.CONTRADICTORY_TESTS,
            task.id,
            task.version,
            name,
            f"{len(cases)} cases of {name} contradict others of the same task",
            {"cases": cases[:_MAX_SHOWN]},
        )
    prompt = [each for each in evidence.disputes if PROMPT in (each.first.suite, each.second.suite)]
    accused = set(disputed)
    for name, runs in evidence.reference.items():
        found = _reference_flag(evidence, name, runs, accused)
        if found is not None:
            accused.add(name)
            yield found
    if prompt and not accused:
        shown = [_dispute(each.args, each.first, each.second) for each in prompt[:_MAX_SHOWN]]
        message = "an example in the prompt contradicts a test that the reference passes"
        yield flag(FlagKind.WRONG_GOLD, task.id, task.version, None, message, {"cases": shown})
        accused.add(PROMPT)
    votes = [vote for vote in evidence.votes if _outvoted(vote, evidence.voters)]
    if votes and not accused:
        message = f"most of {evidence.voters} recorded programs that the visible tests accept answer otherwise"
        found_votes = {"voters": evidence.voters, "inputs": [_vote(vote) for vote in votes[:_MAX_SHOWN]]}
        yield flag(FlagKind.WRONG_GOLD, task.id, task.version, None, message, found_votes)
    for report in reports(evidence):
        if report.alarms and report.suite not in accused:
            message = f"{report.suite} refuses programs that do the same as the reference: {', '.join(report.alarms)}"
            yield flag(
                FlagKind.FALSE_ALARM, task.id, task.version, report.suite, message, {"controls": list(report.alarms)}
            )


def _disputed(evidence: Evidence) -> dict[str, list[dict[str, Any]]]:
    """Suite → its cases that contradict earlier ones of the task's tests."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in evidence.disputes:
        if each.within or (evidence.task.reference is None and each.second.suite != PROMPT):
            found.setdefault(each.second.suite, []).append(_dispute(each.args, each.first, each.second))
    for name, cases in evidence.table.items():
        suite = evidence.task.suite(name)
        assert suite is not None
        sources = [getattr(suite.cases[index], "source", "")[:300] for index in cases]
        extra = [{"case": index, "source": text} for index, text in zip(cases, sources, strict=True)]
        varies = len(evidence.reference.get(name, ())) > 1  # a test that depends on chance fails whom it likes
        if extra and name not in found and not varies:
            found[name] = extra
    return found


def _dispute(args: object, first: Any, second: Any) -> dict[str, Any]:
    return {
        "input": repr(args)[:300],
        "expected": [
            {"suite": place.suite, "case": place.case, "value": repr(place.expected)[:300]} for place in (first, second)
        ],
    }


def _reference_flag(evidence: Evidence, name: str, runs: Mapping[Sitting, int], accused: set[str]) -> Flag | None:
    task = evidence.task
    first = next(iter(runs))
    if len(runs) > 1:
        shown = [
            {"verdict": run.verdict, "cases": list(run.failed)[:20], "times": times} for run, times in runs.items()
        ]
        message = f"the reference does not always come to the same verdict at {name}"
        return flag(FlagKind.FLAKY_TEST, task.id, task.version, name, message, {"runs": shown})
    if first.accepted:
        return None
    told = {"verdict": first.verdict, "cases": list(first.failed)[:20], "messages": list(first.messages)}
    if first.reason == Failure.INVALID_TASK.value:
        message = f"{name} cannot judge anything"
        return flag(FlagKind.INVALID_SUITE, task.id, task.version, name, message, told)
    if accused and _explained(evidence, name, first):
        return None
    suite = task.suite(name)
    assert suite is not None
    some = 0 < len(first.failed) < len(suite.cases)
    kind = FlagKind.WRONG_GOLD if some else FlagKind.REFERENCE_FAILS
    message = f"the reference is refused by {name}: {first.verdict}"
    if some:
        message = f"reference and {name} disagree at {len(first.failed)} of {len(suite.cases)} cases"
    return flag(kind, task.id, task.version, name, message, told | _answers(evidence))


def _explained(evidence: Evidence, name: str, sitting: Sitting) -> bool:
    """Whether the reference fails only where tests contradict each other."""
    places = [place for each in evidence.disputes if each.within for place in (each.first, each.second)]
    disputed = {place.case for place in places if place.suite == name} | set(evidence.table.get(name, ()))
    return set(sitting.failed) <= disputed


def _answers(evidence: Evidence) -> dict[str, Any]:
    """What recorded programs say where they disagree with the reference."""
    votes = [vote for vote in evidence.votes if vote.of_suite]
    return {"voters": evidence.voters, "inputs": [_vote(vote) for vote in votes[:3]]} if votes else {}


def _vote(vote: Vote) -> dict[str, Any]:
    return {"input": vote.args, "reference": vote.reference, "answers": dict(list(vote.answers.items())[:4])}


def _outvoted(vote: Vote, voters: int) -> bool:
    """Whether recorded programs agree with each other on another answer."""
    answer, count = next(iter(vote.answers.items()))
    if answer.startswith("raises "):
        return False
    if vote.of_suite:
        return count >= _SUITE_SHARE * voters
    return voters >= _LEAST_OPEN and count >= _OPEN_SHARE * voters


def counted(report: SuiteReport, *, overfit: bool) -> MutationCount:
    """All mutants of a suite together, with or without the programs that hard-code the visible answers."""
    return sum((count for name, count in report.operators.items() if overfit or name != OVERFIT), MutationCount(0, 0))
