"""The verifiers that are suites: a candidate is accepted if every case of the suite passed."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sandbox.encoding import encode_exam
from sandbox.port import Sandbox, SandboxError
from sandbox.spec import Ending, ExamResult, Job, Limits
from service.domain.check import Judgement
from service.domain.ports import Order, Preparation, Resolved, Storage
from service.domain.requests import Environment, LimitPolicy, VerifierInfo
from service.errors import InvalidTask, NotFound, SandboxTrouble
from service.verify.budget import limits_for
from service.verify.exams import PreparedExam, needs_reference, prepare_exam
from service.verify.expectations import REFERENCE_LIMITS, Expectations, collect_exam, read_expectations, unjudged
from service.verify.judgement import compile_error, doubtful, invalid_task, judgement_of
from service.verify.sharing import result_of_part, wholes
from tasks.inline import INLINE_SET
from tasks.lowering import lower
from tasks.stubs import stub_programs
from tasks.task import Suite, SuiteKind, Task, Visibility
from tasks.weakness import inspect_suite

VERSION = "1"
"""Of how suites are run and judged; part of every verifier's version."""
_CACHED_BYTES = 256 << 20
_REFUSALS_HELD = 1000
_WHOLE = "plus"
"""The suite that holds the cases of its siblings, so that its expected values are theirs."""
_INFOS = (
    VerifierInfo("base", VERSION, "suite", "the tests that the task shipped with"),
    VerifierInfo("plus", VERSION, "suite", "the tests that the task shipped with and the extra ones"),
    VerifierInfo("plus-extra", VERSION, "suite", "the extra tests alone"),
    VerifierInfo("challenge", VERSION, "suite", "MBPP's second list of tests"),
)


_MEANT_PERHAPS = frozenset({"return_first_argument", "identity_helpers", "print_input"})
"""Stubs that are right for some inputs of many honest tasks; the others never are."""


class _Prepared:
    """Prepared exams, least recently used first out, bounded by bytes."""

    def __init__(self, capacity_bytes: int) -> None:
        self._capacity = capacity_bytes
        self._held: OrderedDict[tuple[str, ...], PreparedExam] = OrderedDict()
        self._bytes = 0

    def get(self, key: tuple[str, ...]) -> PreparedExam | None:
        found = self._held.get(key)
        if found is not None:
            self._held.move_to_end(key)
        return found

    def put(self, key: tuple[str, ...], prepared: PreparedExam) -> None:
        if key in self._held:
            return
        self._held[key] = prepared
        self._bytes += prepared.size_bytes
        while self._bytes > self._capacity and len(self._held) > 1:
            _, dropped = self._held.popitem(last=False)
            self._bytes -= dropped.size_bytes


class SuiteVerifiers:
    """Judges candidates by the suites of their tasks, in a sandbox."""

    def __init__(self, sandbox: Sandbox, storage: Storage, limits: LimitPolicy) -> None:
        """Use a sandbox and the stored expected values; ``limits`` holds defaults and caps."""
        self._sandbox = sandbox
        self._storage = storage
        self._limits = limits
        self._prepared = _Prepared(_CACHED_BYTES)
        self._single: dict[tuple[str, ...], asyncio.Lock] = {}
        self._refused: OrderedDict[tuple[str, ...], InvalidTask] = OrderedDict()
        self._broken: OrderedDict[tuple[str, str], bool] = OrderedDict()

    def infos(self) -> Sequence[VerifierInfo]:
        """What is on offer; a task may have further suites of its own."""
        return _INFOS

    def resolve(self, task: Task, name: str) -> Resolved | None:
        """The suite of that name of that task; None if it has none."""
        suite = task.suite(name)
        if suite is None:
            return None
        version = hashlib.sha256(f"{VERSION}:{suite.version}:{task.version}".encode()).hexdigest()[:16]
        return Resolved(name, version, suite.visibility is Visibility.HIDDEN)

    def _suite(self, task: Task, name: str) -> Suite:
        suite = task.suite(name)
        if suite is None:
            has = ", ".join(each.name for each in task.suites)
            raise NotFound(f"task {task.id} has no verifier {name!r}; it has {has}")
        return suite

    async def environment(self) -> Environment:
        """Where verdicts are made now.

        Raises:
            SandboxTrouble: If there is no sandbox.
        """
        try:
            info = await self._sandbox.info()
        except SandboxError as error:
            raise SandboxTrouble(str(error)) from error
        return Environment(info.fingerprint, info.backend, info.isolation, info.python, info.image, info.features)

    async def judge(self, task: Task, order: Order) -> Mapping[str, Judgement]:
        """Judge one candidate by some suites, in one job.

        Raises:
            SandboxTrouble: If the sandbox failed; nothing was concluded.
        """
        if not order.source.strip():
            return dict.fromkeys(order.verifiers, compile_error("no_code", "there is no code"))
        environment = (await self.environment()).fingerprint
        judgements: dict[str, Judgement] = {}
        exams: dict[str, PreparedExam] = {}
        for name in order.verifiers:
            try:
                exams[name] = await self._exam(task, self._suite(task, name), order.limits.case_wall_s is None)
            except InvalidTask as problem:
                judgements[name] = invalid_task(problem.reason, str(problem))
        if exams:
            for name, result in (await self._sit(task, order, exams)).items():
                if (reason := doubtful(result)) is not None and await self._is_broken(task, exams[name], reason):
                    said = f"task {task.id}, suite {name!r}: {result.reports[0].message}"
                    judgements[name] = invalid_task(reason, said)
                else:
                    judgements[name] = judgement_of(result, exams[name], environment)
        return {name: judgements[name] for name in order.verifiers}

    async def _sit(self, task: Task, order: Order, exams: Mapping[str, PreparedExam]) -> Mapping[str, ExamResult]:
        """Have a candidate sit some exams, those that another one begins with inside it where that is certain."""
        limits = limits_for(order.limits, self._limits, list(exams.values()))
        parts = wholes(exams)
        whole = {name: prepared for name, prepared in exams.items() if name not in parts}
        run = await self._run(order.source, list(whole.values()), limits, order.isolation)
        results = dict(zip(whole, run, strict=True))
        for name in sorted(parts, key=lambda name: -exams[name].exam.cases):  # a part may hold another one
            around = parts[name]
            printed = self._suite(task, around).visibility is Visibility.VISIBLE
            if around in results:
                found = result_of_part(results[around], name, exams[name].exam.cases, printed=printed)
                results |= {} if found is None else {name: found}
        missing = {name: prepared for name, prepared in exams.items() if name not in results}
        if missing:
            again = await self._run(order.source, list(missing.values()), limits, order.isolation)
            results |= zip(missing, again, strict=True)
        return results

    async def _run(
        self, source: bytes, exams: Sequence[PreparedExam], limits: Limits, isolation: str | None = None
    ) -> Sequence[ExamResult]:
        job = Job(source, tuple(prepared.exam for prepared in exams), limits)
        try:
            return (await self._sandbox.run(job, isolation=isolation)).exams
        except SandboxError as error:
            raise SandboxTrouble(str(error)) from error

    async def _exam(self, task: Task, suite: Suite, own_walls: bool) -> PreparedExam:
        """The suite as an exam.

        Raises:
            InvalidTask: If it cannot judge.
        """
        key = (task.version, suite.version, str(own_walls))
        found = self._prepared.get(key)
        if found is not None:
            return found
        async with self._single.setdefault(key, asyncio.Lock()):
            found = self._prepared.get(key)
            if found is None:
                found = await self._make_once(key, task, suite, own_walls)
                self._prepared.put(key, found)
        self._single.pop(key, None)
        return found

    async def _make_once(self, key: tuple[str, ...], task: Task, suite: Suite, own_walls: bool) -> PreparedExam:
        """The suite as an exam; a suite that cannot judge is found out once, not for every candidate."""
        if key in self._refused:
            raise self._refused[key]
        try:
            return await self._make_exam(task, suite, own_walls)
        except InvalidTask as error:
            if error.reason != "reference":  # a reference may have failed for want of time
                self._refused[key] = error
                while len(self._refused) > _REFUSALS_HELD:
                    self._refused.popitem(last=False)
            raise

    async def _make_exam(self, task: Task, suite: Suite, own_walls: bool) -> PreparedExam:
        report = await asyncio.to_thread(inspect_suite, task, suite)
        if report.reason is not None:
            raise InvalidTask(f"task {task.id}, suite {suite.name!r}: {report.invalid[0].evidence}", report.reason)
        expectations = await self._timings(task, suite)
        try:
            prepared = await asyncio.to_thread(prepare_exam, task, suite, expectations, own_walls=own_walls)
        except ValueError as error:
            raise InvalidTask(f"task {task.id}, suite {suite.name!r}: {error}", "not_plain") from None
        if task.set_name == INLINE_SET:
            return replace(prepared, remark=await self._vet(task, prepared))
        return prepared

    # -- expected values ------------------------------------------------------------------------

    async def _timings(self, task: Task, suite: Suite) -> Expectations | None:
        """Expected values and times of the reference; times alone where the suite knows its values, if it can.

        Raises:
            InvalidTask: If the suite needs the reference's values and it fails.
        """
        if needs_reference(suite):
            return (await self._expectations(task, suite))[0]
        if task.reference is None or task.entry_point is None or task.set_name == INLINE_SET:
            return None
        lowered = await asyncio.to_thread(lower, suite, task.entry_point, task.prelude)
        if lowered.kind is not SuiteKind.CASES:
            return None
        timed = replace(lowered, version=suite.version)
        try:
            return (await self._expectations(task, timed))[0]
        except InvalidTask:
            return None  # a reference that fails shows when the set is validated; its own suite still judges others

    async def _expectations(self, task: Task, suite: Suite) -> tuple[Expectations, bool]:
        """What the reference returns, and whether it was computed now."""
        reference = hashlib.sha256((task.reference or "").encode("utf-8", "surrogatepass")).hexdigest()
        environment = (await self.environment()).fingerprint
        async with self._storage.reading() as unit:
            stored = await unit.evidence.expectations(reference, suite.version, environment)
            whole = task.suite(_WHOLE) if stored is None and suite.name != _WHOLE else None
            stored_whole = await unit.evidence.expectations(reference, whole.version, environment) if whole else None
        if stored is not None:
            return await asyncio.to_thread(Expectations.unpack, stored), False
        if whole is not None and stored_whole is not None:
            part = (await asyncio.to_thread(Expectations.unpack, stored_whole)).part(whole, suite)
            if part is not None:
                return part, False
        try:
            exam = await asyncio.to_thread(encode_exam, collect_exam(task, suite))
        except ValueError as error:
            raise InvalidTask(f"task {task.id}, suite {suite.name!r}: {error}", "not_plain") from None
        assert task.reference is not None
        job = Job(task.reference.encode("utf-8", "surrogatepass"), (exam,), REFERENCE_LIMITS)
        try:
            result = (await self._sandbox.run(job)).exams[0]
        except SandboxError as error:
            raise SandboxTrouble(str(error)) from error
        found = await asyncio.to_thread(read_expectations, task, suite, result)
        document = await asyncio.to_thread(found.pack)
        async with self._storage.writing() as unit:
            await unit.evidence.save_expectations(reference, suite.version, environment, document, datetime.now(UTC))
            await unit.commit()
        return found, True

    async def prepare(self, task: Task, suite: str) -> Preparation:
        """Compute and store expected values that the suite leaves to the reference.

        Raises:
            NotFound: If the task has no such suite.
            SandboxTrouble: If the sandbox failed.
        """
        wanted = self._suite(task, suite)
        count = len(wanted.cases)
        try:
            if not needs_reference(wanted):
                await self._exam(task, wanted, own_walls=True)
                return Preparation(suite, count)
            expectations, fresh = await self._expectations(task, wanted)
        except InvalidTask as error:
            return Preparation(suite, count, problem=str(error))
        lost = unjudged(expectations)
        problem = f"no case can be judged: {len(lost)} values cannot cross" if len(lost) == count else None
        return Preparation(suite, count, count if fresh else 0, sum(expectations.walls), problem)

    # -- tests that cannot judge anybody --------------------------------------------------------

    async def _is_broken(self, task: Task, prepared: PreparedExam, reason: str) -> bool:
        """Whether the reference, or programs of ours where there is none, fail in the same way: found out once."""
        key = (prepared.exam.version, reason)
        if key not in self._broken:
            sources = [task.reference] if task.reference else [stub.source for stub in stub_programs(task)]
            limits = Limits(cpu_s=5.0, wall_s=10.0, case_wall_s=2.0)
            runs = [(await self._run(source.encode("utf-8", "surrogatepass"), [prepared], limits))[0]
                    for source in sources]  # fmt: skip
            self._broken[key] = any(doubtful(run) == reason for run in runs)
            while len(self._broken) > _REFUSALS_HELD:
                self._broken.popitem(last=False)
        return self._broken[key]

    # -- tests that accept a stub ---------------------------------------------------------------

    async def _vet(self, task: Task, prepared: PreparedExam) -> str:
        """Refuse a suite that came with its candidate and accepts a program that solves nothing.

        Returns:
            A remark if it accepts a program that only hands its argument back: weak, but perhaps meant so.

        Raises:
            InvalidTask: If it does.
        """
        limits = Limits(cpu_s=5.0, wall_s=10.0, case_wall_s=2.0)
        remark = ""
        for stub in stub_programs(task):
            result = (await self._run(stub.source.encode(), [prepared], limits))[0]
            if result.ending is not Ending.COMPLETED or set(result.outcomes) != {"p"}:
                continue
            said = f"the tests accept a program that solves nothing ({stub.name.replace('_', ' ')})"
            if stub.name in _MEANT_PERHAPS:
                remark = f"weak_oracle: {said}"
                continue
            raise InvalidTask(f"{said}; add a test that tells it from a solution", "accepts_stub")
        return remark
