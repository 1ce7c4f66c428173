"""Static analysis of candidates in a cell of its own: many candidates for each start of an analyser.

Theory of operation. Whoever asks is put into a line. A server (one for each cell) takes what stands there,
up to a batch, and sends it to its cell; meanwhile the next batch gathers. Under load it waits a moment for a
batch to fill, because ruff and mypy cost as much to start as to read a dozen candidates. A candidate that an
analyser crashes or hangs on is told apart inside the cell. If the cell itself is lost, a new one reads the
batch one candidate at a time, so that only the guilty one stays without an answer.

The cell is started by the first who asks, and ends with ``close``.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import struct
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sandbox.analysers.canary import CANARY
from sandbox.backend import Backend
from sandbox.cell import Cell
from sandbox.port import CellLost, SandboxClosed, SandboxError
from sandbox.runner import frames

OWN, RUFF, BANDIT, MYPY = ANALYSERS = ("own", "ruff", "bandit", "mypy")
FOUND, UNPARSED, FAILED, MISSING = "found", "unparsed", "failed", "missing"

_BATCH, _PART, _SETTLED = 40, 41, 42
_LENGTH = struct.Struct("!I")
_NAMED_BY = {RUFF: "filename", MYPY: "file"}
"""Analysers that say each finding in a line of JSON, and the key of the candidate's file in it."""
_HAS = "analyser:"
"""Begins the features by which a cell says which analysers it has."""
_GATHER_S = 0.04
_SILENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What one analyser said of one candidate.

    Attributes:
        status: ``found`` (it read the candidate, whatever it found), ``unparsed`` (the candidate is no Python),
            ``failed`` (it crashed or hung on this candidate), ``missing`` (it is not installed).
        documents: What it said, as JSON values of its own shape.
        why: Why there is nothing, for ``failed`` and ``missing``.
    """

    status: str
    documents: tuple[Any, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What all analysers said of one candidate.

    Attributes:
        readings: By analyser. One that needs a program that parses is absent for one that does not.
        cpu_s: Processor seconds by analyser, this candidate's share of its batch; ``desk`` is what handing out cost.
        batch: How many candidates were read together.
    """

    readings: Mapping[str, Reading]
    cpu_s: Mapping[str, float]
    batch: int = 1


class StaticAnalysis(Protocol):
    """Reads candidates without running them."""

    async def analyse(self, source: bytes, analysers: frozenset[str]) -> Analysis:
        """Have analysers read one candidate; our own rules always read it, because they know whether it parses.

        Raises:
            CellLost: The cell was lost, with this candidate alone in it or before it could be started. Try again.
            SandboxUnavailable: There can be no such cell on this machine; the message says what to install.
            SandboxClosed: The cells are closed.
        """

    async def close(self) -> None:
        """End the cells; who still waits is told so. Idempotent."""


@dataclass(slots=True)
class _Asked:
    """One who waits."""

    source: bytes
    analysers: frozenset[str]
    answer: asyncio.Future[Analysis]


@dataclass(slots=True)
class _Answers:
    """What a cell says of one batch."""

    count: int
    readings: list[dict[str, Reading]] = field(default_factory=list)
    cpu_s: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.readings = [{} for _ in range(self.count)]

    def feed(self, kind: int, payload: bytes) -> bool:
        """Take one frame; True after the last."""
        try:
            if kind == _SETTLED:
                self.cpu_s = {str(name): float(value) for name, value in json.loads(payload)["cpu_s"].items()}
                return True
            if kind != _PART:
                raise CellLost(f"the analysis cell sent a frame of kind {kind}")
            end = _LENGTH.size + _LENGTH.unpack_from(payload)[0]
            header = json.loads(payload[_LENGTH.size : end])
            self._take(header, payload[end:])
        except (ValueError, KeyError, TypeError, IndexError, struct.error) as error:
            raise CellLost(f"the analysis cell broke the protocol: {error!r}") from error
        return False

    def _take(self, header: dict[str, Any], said: bytes) -> None:
        analyser, status, why = str(header["analyser"]), str(header["status"]), str(header["why"])
        documents: dict[int, list[Any]] = {index: [] for index in header["files"]}
        if status in (FOUND, UNPARSED):
            try:
                spoken = [(_name_of(analyser, line), line) for line in map(json.loads, filter(None, said.split(b"\n")))]
                if analyser in _NAMED_BY and all(name != CANARY for name, _ in spoken):
                    raise ValueError("the canary was not heard")
                for name, document in spoken:
                    if name != CANARY:
                        documents[int(name[1:]) if name else header["files"][0]].append(document)
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                status, why = FAILED, f"what it said makes no sense: {error!r}"[:300]
        for index, found in documents.items():
            self.readings[index][analyser] = Reading(status, tuple(found) if status != FAILED else (), why)


def _name_of(analyser: str, document: Any) -> str:
    """Which file a line is about; empty where lines name none, because each file is told of alone."""
    if analyser not in _NAMED_BY:
        return ""
    return str(document[_NAMED_BY[analyser]]).rpartition("/")[2].removesuffix(".py")


class AnalysisRoom:
    """Reads candidates without running them, in cells of their own."""

    def __init__(
        self,
        open_backend: Callable[[], Awaitable[Backend]],
        *,
        cells: int = 1,
        batch: int = 64,
        batch_bytes: int = 8 << 20,
        patience_s: float = 20.0,
    ) -> None:
        """Prepare; nothing is started yet.

        Args:
            open_backend: Makes the backend of analysis cells; raises ``SandboxUnavailable`` where that cannot be.
            cells: Batches at a time, >= 1.
            batch: Candidates in one batch, >= 1.
            batch_bytes: Their size together; a single candidate may be larger.
            patience_s: Seconds that an analyser may be silent over one candidate; over a batch it is three times that.
        """
        self._open = open_backend
        self._batch = batch
        self._batch_bytes = batch_bytes
        self._patience_s = patience_s
        self._backend: Backend | None = None
        self._opening = asyncio.Lock()
        self._line: list[_Asked] = []
        self._arrived = asyncio.Event()
        self._full = asyncio.Event()
        self._cells = cells
        self._servers: list[asyncio.Task[None]] = []
        self._closed = False
        self._crowded = False
        self._present: frozenset[str] | None = None

    async def analyse(self, source: bytes, analysers: frozenset[str]) -> Analysis:
        """Have analysers read one candidate; our own rules always read it, because they know whether it parses.

        Raises:
            CellLost: The cell was lost, with this candidate alone in it or before it could be started. Try again.
            SandboxUnavailable: There can be no such cell on this machine; the message says what to install.
            SandboxClosed: The room is closed.
        """
        if self._closed:
            raise SandboxClosed("the analysis cells are closed")
        if not self._servers:
            self._servers = [asyncio.create_task(self._serve()) for _ in range(self._cells)]
        asked = _Asked(source, analysers | {OWN}, asyncio.get_running_loop().create_future())
        self._line.append(asked)
        self._arrived.set()
        if len(self._line) >= self._batch:
            self._full.set()
        return await asked.answer

    async def prove(self) -> Mapping[str, Reading]:
        """Have every analyser read a program of ours, to see which are there.

        Raises:
            SandboxError: As ``analyse``.
        """
        return (await self.analyse(b"def prove(value):\n    return value + 1\n", frozenset(ANALYSERS))).readings

    @property
    def present(self) -> frozenset[str] | None:
        """The analysers that the cell has; None before it was started for the first time."""
        return self._present

    async def close(self) -> None:
        """End the cells; who still waits is told so. Idempotent."""
        self._closed = True
        for server in self._servers:
            server.cancel()
        await asyncio.gather(*self._servers, return_exceptions=True)
        self._servers = []
        _refuse(self._line, SandboxClosed("the analysis cells are closed"))
        if self._backend is not None:
            await self._backend.close()
            self._backend = None

    # -- one server for each cell -------------------------------------------------------------

    async def _serve(self) -> None:
        cell: Cell | None = None
        try:
            while True:
                group = await self._next_group()
                try:
                    cell = await self._settle(cell, group)
                except SandboxError as error:
                    cell = None
                    _refuse(group, error)
                except Exception as error:  # a fault of ours must not leave anybody waiting
                    cell = None
                    _refuse(group, CellLost(f"analysis failed: {error!r}"))
                except asyncio.CancelledError:
                    _refuse(group, SandboxClosed("the analysis cells are closed"))
                    raise
        finally:
            if cell is not None:
                await cell.kill()

    async def _next_group(self) -> list[_Asked]:
        """Those at the head of the line who ask the same analysers, after a moment for others to come."""
        while True:
            while not self._line:
                self._arrived.clear()
                await self._arrived.wait()
            await asyncio.sleep(0)  # those who ask in the same moment
            if (self._crowded or len(self._line) > 1) and len(self._line) < self._batch:
                self._full.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._full.wait(), _GATHER_S)
            if group := self._take_group():
                return group

    def _take_group(self) -> list[_Asked]:
        self._line = [asked for asked in self._line if not asked.answer.done()]
        group: list[_Asked] = []
        size = 0
        for asked in list(self._line):
            if group and (asked.analysers != group[0].analysers or size + len(asked.source) > self._batch_bytes):
                continue
            group.append(asked)
            size += len(asked.source)
            self._line.remove(asked)
            if len(group) == self._batch:
                break
        self._crowded = len(group) > 1
        return group

    async def _settle(self, cell: Cell | None, group: list[_Asked]) -> Cell | None:
        """Answer a group, if need be one by one on cells of their own."""
        try:
            cell = await self._ask(cell, group)
        except CellLost:
            if len(group) == 1:
                raise
            cell = None
            for asked in group:
                try:
                    cell = await self._ask(cell, [asked])
                except CellLost as error:
                    cell = None
                    _refuse([asked], error)
        return cell

    async def _ask(self, cell: Cell | None, group: list[_Asked]) -> Cell:
        if cell is not None and not cell.fit:
            await cell.kill()
            cell = None
        if cell is None:
            cell = await (await self._backend_now()).launch()
            features = {feature.removeprefix(_HAS) for feature in cell.hello.features if feature.startswith(_HAS)}
            self._present = frozenset(features)
        answers = _Answers(len(group))
        header = {
            "sizes": [len(asked.source) for asked in group],
            "analysers": sorted(group[0].analysers),
            "silence_s": self._patience_s,
        }
        head = json.dumps(header).encode()
        payload = b"".join([_LENGTH.pack(len(head)), head, *(asked.source for asked in group)])
        try:
            await cell.exchange([frames.pack(_BATCH, payload)], answers.feed, _SILENCE_S)
        except BaseException:
            await cell.kill()
            raise
        cell.usable = True
        share = {name: value / len(group) for name, value in answers.cpu_s.items()}
        for asked, readings in zip(group, answers.readings, strict=True):
            if not asked.answer.done():
                asked.answer.set_result(Analysis(readings, share, len(group)))
        return cell

    async def _backend_now(self) -> Backend:
        async with self._opening:
            if self._backend is None:
                self._backend = await self._open()
            return self._backend


def _refuse(group: Sequence[_Asked], error: SandboxError) -> None:
    for asked in group:
        if not asked.answer.done():
            asked.answer.set_exception(error)
