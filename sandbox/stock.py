"""The cells of a pool: started ahead, lent to one job at a time, replaced in the background.

Theory of operation. A stock holds ``target`` cells: idle, lent or starting. Whoever wants a cell takes
an idle one or stands in a queue; a returned or newly started cell goes to the head of that queue. A
cell that is not fit is killed in the background and one more is started. Somebody who wants an unused
cell gets one that has had no job; if all idle cells have had one, one of them is replaced. When cells
cannot be started, those who wait are told so instead of waiting for ever, and starting is tried again
with growing pauses.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine
from typing import Any

from sandbox.backend import Backend, describe
from sandbox.cell import Cell
from sandbox.port import CellLost, SandboxClosed, SandboxUnavailable
from sandbox.spec import CellInfo

_FAILURES = 3
"""Failed starts in a row after which those who wait are told."""
_PAUSE_S = (0.1, 5.0)
_STARTS_AT_ONCE = 4


class CellStock:
    """Cells of one backend.

    Attributes:
        info: Environment of the cells; set once the first has said hello.
    """

    def __init__(self, backend: Backend, isolation: str, target: int) -> None:
        """Hold ``target`` cells, once ``open`` is called."""
        self.info: CellInfo | None = None
        self._backend = backend
        self._isolation = isolation
        self._target = target
        self._idle: list[Cell] = []
        self._lent: set[Cell] = set()
        self._starting = 0
        self._failures = 0
        self._queue: deque[tuple[bool, asyncio.Future[Cell]]] = deque()
        self._ends: set[asyncio.Task[None]] = set()
        self._starters: set[asyncio.Task[None]] = set()
        self._starts = asyncio.Semaphore(_STARTS_AT_ONCE)
        self._closed = False

    async def open(self) -> None:
        """Start the cells.

        Raises:
            SandboxUnavailable: One could not be started; none is left behind.
        """
        started = await asyncio.gather(*(self._launch() for _ in range(self._target)), return_exceptions=True)
        self._idle = [cell for cell in started if isinstance(cell, Cell)]
        problems = [problem for problem in started if isinstance(problem, BaseException)]
        if not problems:
            return
        await self.close()
        first = problems[0]
        if isinstance(first, CellLost):
            raise SandboxUnavailable(f"no cell can be started with {self._backend.name}: {first}") from first
        raise first

    async def _launch(self) -> Cell:
        async with self._starts:
            cell = await self._backend.launch()
        info = describe(self._backend, self._isolation, cell.hello)
        if self.info is None:
            self.info = info
        elif info.fingerprint != self.info.fingerprint:
            await cell.kill()
            raise CellLost("the cell's environment differs from that of the others")
        return cell

    async def take(self, *, unused: bool) -> Cell:
        """Borrow a cell; it must come back through ``give_back``.

        Args:
            unused: It must not have had a job.

        Raises:
            CellLost: No cell can be started.
            SandboxClosed: The stock is closed.
        """
        if self._closed:
            raise SandboxClosed("the sandbox is closed")
        cell = self._pick(unused)
        if cell is not None:
            return cell
        waiting: asyncio.Future[Cell] = asyncio.get_running_loop().create_future()
        self._queue.append((unused, waiting))
        self._serve()
        try:
            return await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled() and waiting.exception() is None:
                self.give_back(waiting.result())
            raise

    def _pick(self, unused: bool) -> Cell | None:
        """An idle cell of the kind that is wanted, a used one where either will do."""
        for cell in [cell for cell in self._idle if not cell.fit]:
            self._idle.remove(cell)
            self._discard(cell)
        wanted = [cell for cell in self._idle if not (unused and cell.jobs)]
        if not wanted:
            return None
        best = max(reversed(wanted), key=lambda cell: cell.jobs > 0)
        self._idle.remove(best)
        self._lent.add(best)
        return best

    def _serve(self) -> None:
        """Give idle cells to those who wait, in their order, and start what is missing."""
        waiting = [(unused, future) for unused, future in self._queue if not future.done()]
        self._queue.clear()
        for unused, future in waiting:
            cell = self._pick(unused)
            if cell is None:
                self._queue.append((unused, future))
            else:
                future.set_result(cell)
        lacking = sum(unused for unused, _ in self._queue)
        while lacking > self._starting and self._idle:
            self._discard(self._idle.pop(0))
            self._refill()
        self._refill()

    def give_back(self, cell: Cell) -> None:
        """Return a cell, in whatever state it is."""
        self._lent.discard(cell)
        worn = self._isolation == "fresh" and cell.jobs > 0
        if self._closed or worn or not cell.fit:
            self._discard(cell)
        else:
            self._idle.append(cell)
        self._serve()

    def _discard(self, cell: Cell) -> None:
        self._spawn(cell.kill(), self._ends)

    def _refill(self) -> None:
        while not self._closed and len(self._idle) + len(self._lent) + self._starting < self._target:
            self._starting += 1
            self._spawn(self._start_one(), self._starters)

    def _spawn(self, work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _start_one(self) -> None:
        try:
            if self._failures:
                low, high = _PAUSE_S
                await asyncio.sleep(min(high, low * 2.0 ** min(self._failures, 10)))
            cell = await self._launch()
        except CellLost as error:
            self._failures += 1
            if self._failures >= _FAILURES:
                self._tell(CellLost(f"cells cannot be started: {error}"))
        else:
            self._failures = 0
            if self._closed:
                await cell.kill()
            else:
                self._idle.append(cell)
        finally:
            self._starting -= 1
            if not self._closed:
                self._serve()

    def _tell(self, error: Exception) -> None:
        while self._queue:
            _, waiting = self._queue.popleft()
            if not waiting.done():
                waiting.set_exception(error)

    async def close(self) -> None:
        """Kill every idle and starting cell and wait until all are gone; lent ones go when they come back."""
        self._closed = True
        self._tell(SandboxClosed("the sandbox is closed"))
        idle, self._idle = self._idle, []
        for starter in self._starters:
            starter.cancel()
        await asyncio.gather(*(cell.close() for cell in idle), *(cell.kill() for cell in self._lent))
        while tasks := self._starters | self._ends:
            await asyncio.wait(tasks)
