"""Recording in groups: while one transaction is written, the next group gathers."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace

import structlog

from service.domain.check import Judgement
from service.domain.ports import Recorded, Recording
from service.domain.verdict import Failure
from service.errors import AssayError
from service.usecases.app import App

_GROUP = 500
_GATHER_S = 0.1
_RETRY_S = 0.5
_NOT_STORED = "the result could not be stored"
_LOG = structlog.get_logger(__name__)


class Recorder:
    """Writes recordings of one worker; what nobody waits for gathers for a moment."""

    def __init__(self, app: App, worker: str) -> None:
        """Record for the worker of that name."""
        self._app = app
        self._worker = worker
        self._waiting: list[Recording] = []
        self._given = asyncio.Event()
        self._written = asyncio.Event()
        self._written.set()
        self._urgent = asyncio.Event()
        self._held: set[str] = set()

    def hold(self, check_id: str) -> None:
        """Note a claimed check, whose lease is to be renewed until it is recorded."""
        self._held.add(check_id)

    @property
    def held(self) -> frozenset[str]:
        """Checks that are claimed and not recorded."""
        return frozenset(self._held)

    def give(self, recording: Recording, *, urgent: bool = True) -> None:
        """Have a recording written: at once if somebody waits for it, else with those of the next moment."""
        self._waiting.append(recording)
        self._written.clear()
        self._given.set()
        if urgent or len(self._waiting) >= _GROUP:
            self._urgent.set()

    async def run(self) -> None:
        """Write until cancelled; what the database refuses is tried again."""
        while True:
            await self._given.wait()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_GATHER_S):
                    await self._urgent.wait()
            self._urgent.clear()
            self._given.clear()
            while self._waiting:
                group, self._waiting = self._waiting[:_GROUP], self._waiting[_GROUP:]
                try:
                    await self._write(group)
                except AssayError as error:
                    _LOG.warning("recording_failed", error=str(error), checks=len(group))
                    self._waiting = group + self._waiting
                    await asyncio.sleep(_RETRY_S)
                except Exception:
                    _LOG.exception("recording_failed", checks=len(group))
                    await self._write_one_by_one(group)
            self._written.set()

    async def _write_one_by_one(self, group: list[Recording]) -> None:
        """One result that the database cannot hold must not keep others from being recorded."""
        for recording in group:
            try:
                await self._write([recording])
            except Exception:
                _LOG.exception("result_not_recorded", check_id=recording.check_id)
                if recording.trouble == _NOT_STORED:
                    self._held.discard(recording.check_id)  # its lease ends, and somebody else may try
                    continue
                without = Judgement(None, Failure.INFRASTRUCTURE_ERROR)
                self._waiting.append(replace(recording, judgement=without, content_key=None, trouble=_NOT_STORED))

    async def flush(self) -> None:
        """Wait until everything given so far is written."""
        self._urgent.set()
        await self._written.wait()

    async def _write(self, group: list[Recording]) -> None:
        async with self._app.storage.writing() as unit:
            recorded = await unit.checks.record(self._worker, group, self._app.clock())
            await unit.commit()
        self._held.difference_update(item.check_id for item in group)
        self._tell(group, recorded)

    def _tell(self, group: list[Recording], recorded: Recorded) -> None:
        stale = len(group) - len(recorded.checks)
        if stale:
            _LOG.info("stale_results_dropped", checks=stale)
        for verification_id, run_id in recorded.finished:
            self._app.notifier.publish(verification_id)
            if run_id is not None:
                self._app.notifier.publish(run_id)
