"""Cells without processes: a peer that speaks the wire protocol and misbehaves as its candidate's source says."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from typing import Any

from sandbox.cell import Cell, CellStream
from sandbox.port import CellLost
from sandbox.runner import frames

HELLO = {"protocol": 1, "python": "3.11.0", "features": ["fake"], "problems": [], "warm_rss_bytes": 1}
Send = Callable[[int, Any], None]


def exam_record(header: dict[str, Any], index: int, **changes: Any) -> dict[str, Any]:
    exam = header["exams"][index]
    record = {
        "exam": exam["name"], "ending": "completed", "outcomes": "p" * exam["cases"], "phase": "test", "reason": None,
        "message": "", "clock": None, "limit": None, "rule": None, "signal": None, "exit_code": None,
        "candidate_equality": False, "stdout_b64": "", "stderr_b64": "", "nonce": header["nonce"],
        "version": exam["version"], "usage": {"cpu_s": 0.0, "wall_s": 0.0, "memory_peak_bytes": None},
    }  # fmt: skip
    return record | changes


class Peer:
    """The other end of a connection. The first word of the source says what goes wrong."""

    def __init__(self, backend: FakeBackend, connection: socket.socket) -> None:
        self.backend = backend
        self.connection = connection

    async def live(self) -> None:
        reader, self.writer = await asyncio.open_unix_connection(sock=self.connection)
        try:
            self.send(frames.HELLO, self.backend.hello)
            while True:
                size, kind = frames.HEAD.unpack(await reader.readexactly(frames.HEAD.size))
                payload = await reader.readexactly(size)
                if kind != frames.JOB or not await self.answer(payload):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.writer.close()

    def send(self, kind: int, payload: Any) -> None:
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self.writer.write(frames.pack(kind, data))

    async def answer(self, payload: bytes) -> bool:
        size = int.from_bytes(payload[:4], "big")
        header = json.loads(payload[4 : 4 + size])
        source = payload[4 + size : 4 + size + header["source_bytes"]].decode()
        word = "die" if self.backend.sick else source.split()[0]
        self.backend.seen.append(word)
        self.backend.running += 1
        self.backend.at_once.setdefault(word, []).append(self.backend.running)
        if word in ("slow", "starved", "busy", "sleeper"):
            await asyncio.sleep(0.05)
            self.backend.at_once[word][-1] = max(self.backend.at_once[word][-1], self.backend.running)
        self.backend.running -= 1
        return getattr(self, f"on_{word}", self.on_honest)(header)

    def results(self, header: dict[str, Any], **changes: Any) -> None:
        for index in range(len(header["exams"])):
            self.send(frames.EXAM, exam_record(header, index, **changes))

    def done(self, header: dict[str, Any], **changes: Any) -> None:
        self.send(frames.DONE, {"nonce": header["nonce"], "clean": True, "why": ""} | changes)

    def on_honest(self, header: dict[str, Any]) -> bool:
        self.results(header)
        self.done(header)
        return True

    def on_die(self, header: dict[str, Any]) -> bool:
        return False

    def on_silent(self, header: dict[str, Any]) -> bool:
        return True

    def on_wrong(self, header: dict[str, Any]) -> bool:
        report = {"exam": 0, "index": 0, "outcome": "w", "reason": None, "message": "", "expected": "1", "actual": "2",
                  "traceback": "", "stdout": ""}  # fmt: skip
        self.send(frames.REPORT, report)
        self.send(frames.EXAM, exam_record(header, 0, outcomes="w" + "p" * (header["exams"][0]["cases"] - 1)))
        self.done(header)
        return True

    def on_values(self, header: dict[str, Any]) -> bool:
        self.send(frames.VALUE, frames.VALUE_HEAD.pack(0, 0, 0.5, 1) + b"encoded")
        self.send(frames.VALUE, frames.VALUE_HEAD.pack(0, 1, 0.25, 0) + b"ValueError")
        return self.on_honest(header)

    def on_starved(self, header: dict[str, Any]) -> bool:
        if self.backend.seen.count("starved") > 1:
            return self.on_honest(header)
        return self.on_sleeper(header)

    def on_sleeper(self, header: dict[str, Any]) -> bool:
        return self._out_of_time(header, "case_time", cpu_s=0.1)

    def on_busy(self, header: dict[str, Any]) -> bool:
        return self._out_of_time(header, "wall_time", cpu_s=1.9)

    def _out_of_time(self, header: dict[str, Any], ending: str, cpu_s: float) -> bool:
        usage = {"cpu_s": cpu_s, "wall_s": 2.0, "memory_peak_bytes": None}
        self.results(header, ending=ending, outcomes="tss", clock="wall", usage=usage)
        self.done(header)
        return True

    def on_unclean(self, header: dict[str, Any]) -> bool:
        self.results(header)
        self.done(header, clean=False, why="a file is left")
        return True

    def on_lost(self, header: dict[str, Any]) -> bool:
        self.results(header, ending="examiner_lost", outcomes="")
        self.done(header)
        return True

    def on_fatal(self, header: dict[str, Any]) -> bool:
        self.send(frames.FATAL, {"message": "no zygote"})
        return True

    def on_foreign_nonce(self, header: dict[str, Any]) -> bool:
        self.results(header, nonce="0" * 32)
        self.done(header)
        return True

    def on_foreign_suite(self, header: dict[str, Any]) -> bool:
        self.results(header, version="0" * 64)
        self.done(header)
        return True

    def on_short_record(self, header: dict[str, Any]) -> bool:
        self.results(header, outcomes="p")
        self.done(header)
        return True

    def on_long_record(self, header: dict[str, Any]) -> bool:
        self.results(header, outcomes="p" * 100)
        self.done(header)
        return True

    def on_odd_outcome(self, header: dict[str, Any]) -> bool:
        self.results(header, outcomes="x" * header["exams"][0]["cases"])
        self.done(header)
        return True

    def on_odd_ending(self, header: dict[str, Any]) -> bool:
        self.results(header, ending="accepted")
        self.done(header)
        return True

    def on_odd_type(self, header: dict[str, Any]) -> bool:
        self.results(header, signal="9")
        self.done(header)
        return True

    def on_no_record(self, header: dict[str, Any]) -> bool:
        self.done(header)
        return True

    def on_twice(self, header: dict[str, Any]) -> bool:
        self.results(header)
        self.results(header)
        self.done(header)
        return True

    def on_odd_frame(self, header: dict[str, Any]) -> bool:
        self.send(99, b"")
        return True

    def on_not_json(self, header: dict[str, Any]) -> bool:
        self.send(frames.EXAM, b"\xff{")
        return True

    def on_deep_json(self, header: dict[str, Any]) -> bool:
        self.send(frames.EXAM, b"[" * 200_000)
        return True

    def on_oversize(self, header: dict[str, Any]) -> bool:
        self.writer.write(frames.HEAD.pack(0xFFFFFFFF, frames.EXAM))
        return True

    def on_truncated(self, header: dict[str, Any]) -> bool:
        self.writer.write(frames.pack(frames.EXAM, json.dumps(exam_record(header, 0)).encode())[:-5])
        return False

    def on_many_reports(self, header: dict[str, Any]) -> bool:
        for _ in range(10):
            self.send(frames.REPORT, {"exam": 0, "index": 0, "outcome": "w"})
        return self.on_honest(header)

    def on_report_beyond(self, header: dict[str, Any]) -> bool:
        self.send(frames.REPORT, {"exam": 0, "index": 7, "outcome": "w"})
        return self.on_honest(header)

    def on_chatty(self, header: dict[str, Any]) -> bool:
        self.on_honest(header)
        self.send(frames.DONE, {"nonce": header["nonce"], "clean": True, "why": ""})
        return True


class FakeJail:
    """Counts how often a cell was killed."""

    def __init__(self, backend: FakeBackend, task: asyncio.Task[None]) -> None:
        self.backend = backend
        self.task = task

    async def kill(self) -> None:
        if self in self.backend.alive:
            self.backend.alive.remove(self)
            self.task.cancel()
            await asyncio.wait([self.task])

    async def diagnosis(self) -> str:
        return "last words"


class FakeBackend:
    """Launches peers.

    Attributes:
        seen: The first word of every job's source, controls included.
        sick: Every job dies, controls too.
        refuse: Launching fails.
        at_once: For each first word, how many jobs ran at the same time, itself included.
    """

    name = "fake"
    image = "none"
    confinement = "none"
    site = "none"
    features: tuple[str, ...] = ()

    def __init__(self, **hello: Any) -> None:
        self.hello = HELLO | hello
        self.seen: list[str] = []
        self.alive: list[FakeJail] = []
        self.launched = 0
        self.sick = False
        self.refuse = False
        self.running = 0
        self.at_once: dict[str, list[int]] = {}
        self.closed = False

    async def launch(self) -> Cell:
        if self.refuse:
            raise CellLost("no room")
        self.launched += 1
        cell_id = f"fake-{self.launched}"
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        task = asyncio.create_task(Peer(self, theirs).live())
        jail = FakeJail(self, task)
        self.alive.append(jail)
        _, stream = await asyncio.get_running_loop().create_unix_connection(CellStream, sock=ours)
        return await Cell.greet(cell_id, stream, jail, 5.0)

    async def close(self) -> None:
        self.closed = True
