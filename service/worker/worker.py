"""The worker.

Theory of operation. One loop claims checks in batches into a buffer, interactive ones first; the buffer holds half a
second's work, so that a fast sandbox needs few transactions and a slow one hoards little. Runners (twice as many as
cells, so that a cell never waits for the database) take verifications from the buffer and have all their checks
judged in one job. Verifiers that gather (static analysis) read many candidates for one start of an analyser: their
checks wait beside the runners, for each other and never in the way of a cell. The recorder writes results in groups;
the heartbeat renews leases of everything claimed. Before a check runs, its content key is looked up among recorded
results and among what is in flight here. Sandbox trouble puts a check back with its loss counted, until its third
loss is recorded as ``infrastructure_error``; while there is trouble, claiming slows down. ``stop(drain=True)`` gives
the buffer back, lets running jobs end, and records them. A killed worker loses nothing: its leases end and others
claim again.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Coroutine, Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from service.domain.check import Evidence, Judgement
from service.domain.ports import Claim, ClaimedCheck, Order, Recording, Reusable
from service.domain.ports.queue import BULK
from service.domain.verdict import Failure
from service.errors import AssayError, SandboxTrouble
from service.usecases.app import WORK, App
from service.usecases.task_documents import load_task
from service.usecases.verifier_names import learn_unknown
from service.worker.identity import dead, new_name, retire
from service.worker.pace import Pace
from service.worker.recorder import Recorder
from service.worker.reuse import Follower, InFlight, content_key, is_reusable, may_reuse, without_cases

_LOG = structlog.get_logger(__name__)
_MAX_ATTEMPTS = 20
"""Claims that one check survives: a check that takes its worker down every time must end."""
_LONGEST_PAUSE_S = 5.0
_MOST_BUFFERED = 400
_FREE_BESIDE = 128
"""Checks of gathering verifiers that may be under way before they count as buffered."""


@dataclass(order=True)
class _Work:
    """Checks of one verification that are to be run together."""

    priority: int
    order: int
    claim: Claim = field(compare=False)
    keys: dict[str, str] = field(compare=False)
    """Check id → content key."""


class Worker:
    """Claims, verifies and records until it is stopped."""

    def __init__(self, app: App, *, cells: int, lease_s: float = 60.0) -> None:
        """Prepare a worker; ``start`` starts it.

        Args:
            app: Ports and policies.
            cells: Candidates that the sandbox verifies at once, >= 1.
            lease_s: Seconds that a claimed check stays ours without a sign of life.
        """
        self.name = new_name()
        self._app = app
        self._cells = cells
        self._lease = timedelta(seconds=lease_s)
        self._recorder = Recorder(app, self.name)
        self._unfinished: dict[str, int] = {}
        self._in_flight = InFlight()
        self._buffer: asyncio.PriorityQueue[_Work] = asyncio.PriorityQueue()
        self._buffered = 0
        self._pace = Pace(least=8 * cells, most=_MOST_BUFFERED)
        self._order = 0
        self._more = True
        self._environment = ""
        self._pause_s = 0.0
        self._paused_until = 0.0
        self._busy = 0
        self._quiet = asyncio.Event()
        self._wake = asyncio.Event()
        self._stopping = False
        self._tasks: list[asyncio.Task[None]] = []
        self._runners: list[asyncio.Task[None]] = []
        self._beside: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Take back what dead workers of this host held, and begin.

        Raises:
            Unavailable: If the database does not answer.
        """
        async with self._app.storage.writing() as unit:
            gone = dead(await unit.checks.holders())
            count = await unit.checks.release(gone) if gone else 0
            await unit.idempotency.forget(self._app.clock() - timedelta(days=self._app.policy.idempotency_days))
            await unit.commit()
        if gone:
            _LOG.info("abandoned_checks_released", checks=count, workers=len(gone))
        self._tasks = [asyncio.create_task(loop()) for loop in (self._recorder.run, self._claim_loop, self._heartbeat)]
        self._runners = [asyncio.create_task(self._runner()) for _ in range(2 * self._cells)]
        _LOG.info("worker_started", worker=self.name, cells=self._cells)

    async def stop(self, *, drain: bool = True, timeout_s: float = 20.0) -> None:
        """End; idempotent. What was not finished goes back to the queue.

        Args:
            drain: Let running jobs end first.
            timeout_s: How long to wait for them.
        """
        if self._stopping:
            return
        self._stopping = True
        self._give_back_buffer()
        if drain:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._idle(), timeout_s)
        await _end([*self._runners, *self._beside])
        self._give_back_buffer()
        for check_id, attempt in list(self._unfinished.items()):
            self._recorder.give(Recording(check_id, attempt, None))
        if self._tasks:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._recorder.flush(), 5.0)
        await _end(self._tasks)
        retire(self.name)
        _LOG.info("worker_stopped", worker=self.name)

    @property
    def idle(self) -> bool:
        """Nothing is claimed that was not recorded."""
        return not self._recorder.held

    # -- claiming ---------------------------------------------------------------------------------

    async def _claim_loop(self) -> None:
        with self._app.notifier.subscribe(WORK) as subscription:
            while not self._stopping:
                self._more = False
                try:
                    self._more = await self._claim()
                except AssayError as error:
                    self._trouble("claiming_failed", error)
                except Exception:
                    _LOG.exception("claiming_failed")
                    self._slow_down()
                if not self._more or not self._room():
                    await self._wait(subscription.wait(self._app.policy.poll_s))

    async def _wait(self, notified: Coroutine[None, None, bool]) -> None:
        """Until there is work, room in the buffer, or it is time to look again."""
        waits = [asyncio.create_task(notified), asyncio.create_task(self._wake.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            self._wake.clear()

    async def _claim(self) -> bool:
        """Claim for the room in the buffer; whether more may be waiting."""
        pause = self._paused_until - time.monotonic()
        if pause > 0:
            await asyncio.sleep(pause)
        if not self._environment:
            await self._learn_environment()
        # A full buffer still takes a few: they may be interactive and then go first.
        room = max(self._room(), self._cells if self._buffered < _MOST_BUFFERED else 0)
        if not room:
            return True
        now = self._app.clock()
        async with self._app.storage.writing() as unit:
            claims = await unit.checks.claim(self.name, now=now, lease_until=now + self._lease, limit=room)
            if claims:
                await unit.commit()
        for claim in claims:
            for check in claim.checks:
                self._recorder.hold(check.id)
                self._unfinished[check.id] = check.attempt
        if claims:
            await self._sort(claims)
        return sum(len(claim.checks) for claim in claims) >= room

    async def _learn_environment(self) -> None:
        environment = await self._app.verifiers.environment()
        async with self._app.storage.writing() as unit:
            await unit.evidence.save_environment(environment, self._app.clock())
            await unit.commit()
        self._environment = environment.fingerprint

    async def _sort(self, claims: Iterable[Claim]) -> None:
        """Answer what is known already, let followers wait, and put the rest into the buffer."""
        keys = {check.id: content_key(claim, check, self._environment) for claim in claims for check in claim.checks}
        known = await self._known({keys[check.id] for claim in claims if may_reuse(claim) for check in claim.checks})
        for claim in claims:
            run: list[ClaimedCheck] = []
            for check in claim.checks:
                key = keys[check.id]
                if check.attempt > _MAX_ATTEMPTS:
                    self._record(claim, check, _infrastructure_error("every worker that ran it was lost"))
                elif may_reuse(claim) and key in known:
                    self._record(claim, check, known[key].judgement, source_id=known[key].check_id)
                elif not may_reuse(claim) or self._in_flight.lead_or_follow(key, claim, check):
                    run.append(check)
            if run:
                self._put(replace(claim, checks=tuple(run)), keys)

    async def _known(self, keys: Set[str]) -> Mapping[str, Reusable]:
        """Results found lately or recorded; what cannot be looked up is run."""
        missing = sorted(key for key in keys if self._in_flight.found(key) is None)
        recorded: Mapping[str, Reusable] = {}
        if not missing:
            return {key: reusable for key in keys if (reusable := self._in_flight.found(key)) is not None}
        try:
            async with self._app.storage.reading() as unit:
                recorded = await unit.checks.reusable(missing)
        except AssayError as error:
            self._trouble("looking_up_results_failed", error)
        # Looked at after the wait: what landed meanwhile may not be recorded yet.
        landed = {key: reusable for key in keys if (reusable := self._in_flight.found(key)) is not None}
        return {**recorded, **landed}

    def _put(self, claim: Claim, keys: dict[str, str]) -> None:
        gathered = tuple(check for check in claim.checks if self._app.verifiers.gathers(check.verifier))
        if gathered and not self._stopping:
            task = asyncio.create_task(self._run(self._work(claim, gathered, keys)))
            self._beside.add(task)
            task.add_done_callback(self._beside.discard)
        others = tuple(check for check in claim.checks if check not in gathered or self._stopping)
        if others:
            self._buffered += len(others)
            self._buffer.put_nowait(self._work(claim, others, keys))

    def _work(self, claim: Claim, checks: tuple[ClaimedCheck, ...], keys: Mapping[str, str]) -> _Work:
        self._order += 1
        mine = {check.id: keys[check.id] for check in checks}
        return _Work(claim.priority, self._order, replace(claim, checks=checks), mine)

    def _room(self) -> int:
        """Checks to claim now; those beside the runners count once they are many."""
        return self._pace.room(self._buffered + max(0, len(self._beside) - _FREE_BESIDE))

    # -- verifying --------------------------------------------------------------------------------

    async def _runner(self) -> None:
        while True:
            work = await self._buffer.get()
            self._buffered -= len(work.keys)
            self._wake_for_more()
            await self._run(work)

    async def _run(self, work: _Work) -> None:
        self._busy += 1
        self._quiet.clear()
        try:
            await self._verify(work)
        finally:
            self._busy -= 1
            self._pace.count(len(work.keys))
            self._wake_for_more()
            if not self._busy:
                self._quiet.set()

    def _wake_for_more(self) -> None:
        if self._more and self._room():
            self._wake.set()

    async def _verify(self, work: _Work) -> None:
        claim = work.claim
        with structlog.contextvars.bound_contextvars(verification_id=claim.verification_id):
            try:
                task = await load_task(self._app, claim.task_key)
                names = tuple(check.verifier for check in claim.checks)
                await learn_unknown(self._app, task, names)
                order = Order(claim.code, names, claim.limits, claim.isolation)
                judgements = await self._app.verifiers.judge(task, order)
                self._pause_s = 0.0
            except SandboxTrouble as error:
                self._trouble("sandbox_trouble", error)
                self._lost(work, str(error))
            except Exception as error:
                _LOG.exception("verification_failed")
                self._lost(work, f"{type(error).__name__}: {error}")
            else:
                for check in claim.checks:
                    self._found(claim, check, judgements[check.verifier], work.keys[check.id])

    def _found(self, claim: Claim, check: ClaimedCheck, judgement: Judgement, key: str) -> None:
        reusable = Reusable(check.id, without_cases(judgement)) if is_reusable(judgement) else None
        self._record(claim, check, judgement, content_key=key if reusable else None)
        if not may_reuse(claim):
            return
        for follower in self._in_flight.land(key, reusable):
            if reusable is not None:
                self._record(follower.claim, follower.check, reusable.judgement, source_id=check.id)
            else:
                self._requeue(follower, key)

    def _lost(self, work: _Work, why: str) -> None:
        for check in work.claim.checks:
            losses = check.losses + 1
            if losses >= self._app.policy.max_losses:
                self._record(work.claim, check, _infrastructure_error(why), trouble=why)
            else:
                self._unfinished.pop(check.id, None)
                self._recorder.give(Recording(check.id, check.attempt, None, lost=True, trouble=why))
            if may_reuse(work.claim):
                for follower in self._in_flight.land(work.keys[check.id]):
                    self._requeue(follower, work.keys[check.id])

    def _requeue(self, follower: Follower, key: str) -> None:
        """A leader that found nothing reusable leaves its followers to run for themselves, one leading again."""
        claim, check = follower.claim, follower.check
        if self._in_flight.lead_or_follow(key, claim, check):
            self._put(replace(claim, checks=(check,)), {check.id: key})

    def _record(
        self,
        claim: Claim,
        check: ClaimedCheck,
        judgement: Judgement,
        *,
        content_key: str | None = None,
        source_id: str | None = None,
        trouble: str = "",
    ) -> None:
        self._unfinished.pop(check.id, None)
        self._recorder.give(
            Recording(
                check.id, check.attempt, judgement, content_key=content_key, source_id=source_id, trouble=trouble
            ),
            urgent=claim.priority < BULK,
        )

    # -- leases, trouble, the end -----------------------------------------------------------------

    async def _heartbeat(self) -> None:
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 3)
            held = self._recorder.held
            if not held:
                continue
            try:
                async with self._app.storage.writing() as unit:
                    await unit.checks.renew(self.name, sorted(held), self._app.clock() + self._lease)
                    await unit.commit()
            except AssayError as error:
                _LOG.warning("lease_renewal_failed", error=str(error))

    def _trouble(self, event: str, error: Exception) -> None:
        _LOG.warning(event, error=str(error))
        self._slow_down()

    def _slow_down(self) -> None:
        self._pause_s = min(_LONGEST_PAUSE_S, max(0.1, self._pause_s * 2))
        self._paused_until = time.monotonic() + self._pause_s

    def _give_back_buffer(self) -> None:
        """Put everything that was not begun back into the queue."""
        while not self._buffer.empty():
            claim = self._buffer.get_nowait().claim
            self._buffered -= len(claim.checks)
            for check in claim.checks:
                self._unfinished.pop(check.id, None)
                self._recorder.give(Recording(check.id, check.attempt, None))

    async def _idle(self) -> None:
        while self._busy:
            await self._quiet.wait()


def _infrastructure_error(why: str) -> Judgement:
    return Judgement(None, Failure.INFRASTRUCTURE_ERROR, evidence=Evidence(message=why[:500]))


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
