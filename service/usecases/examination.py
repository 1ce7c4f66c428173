"""Examines one task: runs its reference, mutants of it and other programs against its suites.

Theory of operation. The reference sits every suite several times, in another cell once, so that tests that depend on
chance show. Suites that always accept it are sound; scoring mutants, controls and stubs sit those. What every suite
accepts is compared with the reference on a pool of inputs, since a mutant that no input tells from the reference is
no fault of a suite. Recorded programs that the visible suites accept are asked where they disagree with the reference.
"""

from __future__ import annotations

import ast
import asyncio
import random
import re
from collections.abc import Mapping, Sequence

from service.domain.candidate import encode_program
from service.domain.check import Judgement
from service.domain.execution import Answer, Executor, Trial
from service.domain.ports import Order, Verifiers
from service.domain.requests import Isolation, LimitValues
from service.domain.verdict import Verdict
from service.errors import InvalidTask
from service.usecases.audit_evidence import AuditOptions, Evidence, Judged, Sitting, Vote
from tasks.strategies import NoModel, propose
from tasks.strengthen.contradiction import contradictions, repeated
from tasks.strengthen.controls import controls_of
from tasks.strengthen.mutation import Mutant, mutants_of
from tasks.strengthen.overfit import calls_in, known_cases, overfit_mutants, table_program
from tasks.strengthen.scoring import SCORING
from tasks.stubs import Stub, stub_programs
from tasks.syntax import parse
from tasks.task import AssertCase, CallCase, ScriptCase, Suite, Task, Visibility

VERSION = "2"
"""Of how tasks are examined: it changes whenever the same task may be found otherwise."""
_AT_ONCE = 4
_LEAST_CASE_S = 0.5
_TELLING = re.compile(
    r"\b(random|randint|shuffle|choice|sample|time|perf_counter|monotonic|datetime|now|today|uuid\w*|secrets|urandom"
    r"|getpid|sleep|thread\w*|hash|id|set|environ)\b"
)
"""Words of code that may answer differently at another time or in another process."""
_HONEST_STUBS = frozenset({"return_first_argument", "identity_helpers", "print_input"})
_LEAST_VOTERS = 3
_SHARE = (2, 3)
"""So many of so many programs must disagree with the reference before anybody listens to them."""
_MAX_VOTES = 20
_MAX_CONSTANTS = 4
_FRESH_EVERY = 5
"""Of the repeated runs of a reference one in so many gets a new cell, whose hashes are seeded otherwise."""


class Examination:
    """Examines one task."""

    def __init__(self, verifiers: Verifiers[Task], executor: Executor[Task], task: Task, options: AuditOptions) -> None:
        """Judge by these verifiers and run programs by this executor."""
        self._verifiers = verifiers
        self._executor = executor
        self._task = task
        self._options = options
        self._names = tuple(suite.name for suite in task.suites)
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._limits = LimitValues()

    async def examine(self, programs: Sequence[bytes]) -> Evidence:
        """Everything about the task.

        Raises:
            SandboxTrouble: If the sandbox failed.
        """
        found = Evidence(self._task)
        found.disputes = await asyncio.to_thread(contradictions, self._task)
        found.table = await self._table()
        if self._task.reference is None:
            return found
        await self._repeat_reference(found)
        found.sound = tuple(
            name for name, runs in found.reference.items() if len(runs) == 1 and next(iter(runs)).accepted
        )
        if found.sound:
            await self._programs(found)
        await self._ask(found, programs)
        return found

    # -- judging --------------------------------------------------------------------------------

    async def _judge(
        self, source: bytes, names: tuple[str, ...], isolation: Isolation | None = None
    ) -> Mapping[str, Judgement]:
        async with self._slots:
            order = Order(source, names, self._limits, isolation)
            return await self._verifiers.judge(self._task, order)

    async def _judged(self, program: Mutant, names: tuple[str, ...]) -> Judged:
        found = await self._judge(encode_program(program.source), names)
        return Judged(
            program,
            frozenset(name for name in names if found[name].verdict is Verdict.ACCEPTED),
            frozenset(name for name in names if found[name].verdict is not None),
        )

    # -- the reference --------------------------------------------------------------------------

    async def _repeat_reference(self, found: Evidence) -> None:
        assert self._task.reference is not None
        source = encode_program(self._task.reference)
        first = await self._judge(source, self._names)
        walls = [(judgement.usage.wall_ms or 0.0) / 1000 for judgement in first.values()]
        found.reference = {name: {_sitting(judgement): 1} for name, judgement in first.items()}
        for times in range(self._options.repeats):
            names = tuple(
                name for name in self._names if times < self._repeats(name) and len(found.reference[name]) == 1
            )
            if not names:
                break
            again = await self._judge(source, names, Isolation.FRESH if times % _FRESH_EVERY == 1 else None)
            for name, judgement in again.items():
                runs = found.reference[name]
                sitting = _sitting(judgement)
                if sitting.verdict != Verdict.TIME_LIMIT_EXCEEDED.value:  # that tells of the machine
                    runs[sitting] = runs.get(sitting, 0) + 1
        self._limits = LimitValues(case_wall_s=max(_LEAST_CASE_S, 4 * max(walls)))

    def _repeats(self, name: str) -> int:
        suite = self._task.suite(name)
        assert suite is not None
        code = [self._task.reference or "", self._task.prelude, suite.setup]
        code += [case.source for case in suite.cases if isinstance(case, AssertCase | ScriptCase)]
        return self._options.repeats if any(map(_TELLING.search, code)) else 2

    async def _table(self) -> dict[str, tuple[int, ...]]:
        """Cases that a program fails which answers as the tests themselves say, although it knows their inputs."""
        found: dict[str, tuple[int, ...]] = {}
        for suite in self._task.suites:
            known = [case for _, case in known_cases(self._task, suite)]
            program = table_program(self._task, known) if isinstance(suite.cases[0], AssertCase) else None
            if program is None:
                continue
            runs = [(await self._judge(encode_program(program), (suite.name,)))[suite.name] for _ in range(3)]
            always = frozenset.intersection(*(frozenset(_sitting(run).failed) for run in runs))
            found[suite.name] = tuple(index for index in sorted(always) if self._answered(suite, index, known))
        return found

    def _answered(self, suite: Suite, index: int, known: Sequence[CallCase]) -> bool:
        assert self._task.entry_point is not None
        calls = calls_in(suite.cases[index], self._task.entry_point)
        return calls is not None and repeated(calls, [case.args for case in known])

    # -- mutants, controls, stubs ---------------------------------------------------------------

    async def _programs(self, found: Evidence) -> None:
        task, options = self._task, self._options
        assert task.reference is not None
        rng = random.Random(options.seed)  # noqa: S311 - programs, not secrets
        mutants = await asyncio.to_thread(mutants_of, task.reference, SCORING, at_most=options.mutants, rng=rng)
        mutants = (*mutants, *overfit_mutants(task))
        controls = await asyncio.to_thread(controls_of, task.reference)
        found.mutants = await asyncio.gather(*(self._judged(mutant, found.sound) for mutant in mutants))
        found.controls = await asyncio.gather(*(self._judged(control, found.sound) for control in controls))
        for stub in (*stub_programs(task), *await self._constants()):
            if stub.name not in _HONEST_STUBS:
                judged = await self._judged(Mutant(stub.name, stub.source, 0, ""), found.sound)
                for name in judged.accepted_by:
                    found.stubs.setdefault(name, []).append(stub.name)
        survivors = [each.program for each in found.mutants if each.accepted_by and each.accepted_by == each.judged_by]
        if survivors:
            await self._compare(found, survivors)

    async def _constants(self) -> Sequence[Stub]:
        """Programs that always give one of the answers that the first case of each suite asks for."""
        task = self._task
        assert task.reference is not None
        if task.entry_point is None:
            return ()
        read = [calls_in(suite.cases[0], task.entry_point) for suite in task.suites]
        read += [tuple(case.args for _, case in known_cases(task, suite)[:1]) for suite in task.suites]
        inputs = list({repr(args): args for calls in read for args in calls or ()}.values())[:_MAX_CONSTANTS]
        answers = (await self._executor.answers(task, [encode_program(task.reference)], inputs))[0]
        texts = list(dict.fromkeys(answer.text for answer in answers if answer.text is not None and answer.whole))
        return [
            Stub("constant_answer", f"def {task.entry_point}(*_args):\n    return {text}\n")
            for text in texts
            if parse(text) is not None
        ]

    async def _compare(self, found: Evidence, survivors: Sequence[Mutant]) -> None:
        """Look for an input that tells mutants from the reference which every suite accepts."""
        trials = await self._trials([])
        words = await self._executor.outcomes(
            self._task, [encode_program(mutant.source) for mutant in survivors], trials
        )
        found.pool = len(trials)
        found.alike = frozenset(
            mutant.source for mutant, word in zip(survivors, words, strict=True) if not set(word) & set("wrta")
        )

    async def _trials(self, first: Sequence[tuple[object, ...]]) -> Sequence[Trial]:
        try:
            proposed = await asyncio.to_thread(
                propose, self._task, seed=self._options.seed + 1, examples=self._options.examples
            )
            return await self._executor.trials(self._task, [*first, *proposed])
        except (InvalidTask, NoModel):
            return []

    # -- recorded programs ----------------------------------------------------------------------

    async def _ask(self, found: Evidence, programs: Sequence[bytes]) -> None:
        """What programs answer that the visible suites accept, where most of them disagree with the reference."""
        visible = tuple(suite.name for suite in self._task.suites if suite.visibility is Visibility.VISIBLE)
        own_text = parse(self._task.reference or "")
        others = [source for source in programs if own_text is None or _shape(source) != ast.dump(own_text)]
        accepted = [source for source in others if await self._passes(source, visible)]
        found.voters = len(accepted)
        if len(accepted) < _LEAST_VOTERS:
            return
        own = _inputs(self._task)
        trials = await self._trials(own)
        words = await self._executor.outcomes(self._task, accepted, trials)
        doubted = [
            trial
            for place, trial in enumerate(trials)
            if sum(word[place] in "wr" for word in words) * _SHARE[1] >= len(words) * _SHARE[0]
        ][:_MAX_VOTES]
        held = {repr(args) for args in own}
        answers = await self._executor.answers(self._task, accepted, [trial.args for trial in doubted])
        for place, trial in enumerate(doubted):
            given = [each[place] for each in answers]
            found.votes.append(_vote(trial, given, repr(trial.args) in held))

    async def _passes(self, source: bytes, names: tuple[str, ...]) -> bool:
        found = await self._judge(source, names) if names else {}
        return bool(found) and all(judgement.verdict is Verdict.ACCEPTED for judgement in found.values())


def _shape(source: bytes) -> str | None:
    """A program without layout and comments; None if it does not parse."""
    tree = parse(source.decode("utf-8", "replace"))
    return None if tree is None else ast.dump(tree)


def _sitting(judgement: Judgement) -> Sitting:
    cases = [case for case in judgement.evidence.cases if case.verdict not in (Verdict.ACCEPTED.value, "skipped")]
    told = tuple(
        f"{case.source[:200]}: expected {(case.expected or '?')[:120]}, got {(case.actual or case.message)[:120]}"
        for case in cases[:5]
    )
    reason = judgement.failure.value if judgement.failure is not None else judgement.detail.reason or ""
    verdict = None if judgement.verdict is None else judgement.verdict.value
    return Sitting(verdict, reason or judgement.evidence.message[:200], tuple(case.index for case in cases), told)


def _inputs(task: Task) -> list[tuple[object, ...]]:
    found = {repr(case.args): case.args for suite in task.suites for case in suite.cases if isinstance(case, CallCase)}
    found |= {repr(case.args): case.args for suite in task.suites for _, case in known_cases(task, suite)}
    return list(found.values())[:200]


def _vote(trial: Trial, given: Sequence[Answer], of_suite: bool) -> Vote:
    counts: dict[str, int] = {}
    texts: dict[str, str] = {}
    for answer in given:
        key = answer.digest or f"raises {answer.error}"
        texts[key] = answer.text if answer.text is not None else f"raises {answer.error}"
        counts[key] = counts.get(key, 0) + 1
    return Vote(
        args=repr(trial.args)[:300],
        reference=repr(trial.expected)[:300],
        answers={texts[key]: count for key, count in sorted(counts.items(), key=lambda item: -item[1])},
        of_suite=of_suite,
    )
