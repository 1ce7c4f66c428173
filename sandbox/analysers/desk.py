"""The desk of an analysis cell: takes batches of candidates and has each analyser read them.

Theory of operation. The desk itself reads no candidate: it writes them to files that only it can write, and
forks a confined child for each analyser and batch. Two kinds of child exist. One reads candidate after
candidate and says what it found of each (our rules, bandit): when it dies or hangs, the candidate that it was
reading has no result, and a new child goes on behind it. The other reads the whole batch at once (ruff, mypy):
when it fails, the batch is read again in halves, until the candidate that it fails on stands alone. So one
candidate can only ever cost itself a result, and a result that is missing says why.

Our own rules come first, because they find what does not parse; bandit and mypy are spared that.
"""

from __future__ import annotations

import gc
import json
import os
import struct
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sandbox.runner import confine, frames, kernel
from sandbox.runner.cleaning import DEVICES
from sandbox.runner.probe import PROBE_SOURCE

from . import bandit_reader, mypy_reader, own, ruff_reader
from .canary import CANARY
from .children import Bounds, Ended, Household

PROTOCOL = 1
BATCH = 40
"""Host → desk: 4 bytes of header length, a JSON header, the candidates one after another."""
PART = 41
"""Desk → host: 4 bytes of header length, a JSON header, what an analyser said."""
SETTLED = 42
"""Desk → host: the batch is done; JSON with what it cost."""

ANALYSERS = ("own", "ruff", "bandit", "mypy")
_LENGTH = struct.Struct("!I")
_MAX_BATCH = 80 << 20
_PROBE_S = 20.0
_BATCH_PATIENCE = 3.0
"""How much longer than over one candidate an analyser may be silent over a whole batch."""
_ONE = struct.Struct("!IBI")
"""A reading child's words: length of what follows the head, what it is, index of the candidate."""
BEGUN, FOUND, UNPARSED, FAILED = range(4)


class Desk:
    """Serves one analysis cell."""

    def __init__(self, reading: int, writing: int, config: dict[str, Any]) -> None:
        """Prepare directories, import what children will need, give up what is not needed."""
        self._reading = reading
        self._writing = writing
        self._silence_s = _PROBE_S
        work = config["work"]
        if config["mount_work"]:
            kernel.mount_tmpfs(work, config["work_bytes"], config["work_inodes"])
            for device in DEVICES:
                kernel.remount_read_only(device)
        uid = config["candidate_uid"]
        kernel.keep_capabilities(1 << 6 | 1 << 7 if uid is not None else 0)
        self._batch = os.path.join(work, "batch")
        scratch = os.path.join(work, "scratch")
        for directory in (self._batch, scratch):
            os.mkdir(directory)
            os.chmod(directory, 0o755)  # noqa: S103 children under another id read there
        reading_paths = [*config["read_paths"], self._batch]
        with open(os.path.join(self._batch, f"{CANARY}.py"), "w") as file:
            file.write(f"{CANARY}_sings\n")
        ruleset = kernel.landlock_ruleset(reading_paths, scratch, list(DEVICES))
        self._side = confine.Side(uid, self._batch, ruleset)
        self._household = Household(self._side, config["spare_uid"])
        self._readers, self._missing = _readers(config["site"], scratch)
        gc.collect()
        gc.freeze()
        confine.confine_zygote(self._side, config["work_bytes"])
        os.umask(0o022)

    # -- start --------------------------------------------------------------------------------

    def greet(self) -> None:
        """Probe the confinement with a child of its own and say hello."""

        def probe() -> None:
            os.dup2(1, 2)
            exec(compile(PROBE_SOURCE, "probe", "exec"), {})  # noqa: S102 our own text

        ended = self._household.run(probe, Bounds(cpu_s=5, silence_s=_PROBE_S))
        try:
            found = json.loads(ended.output)
            problems = list(found["problems"])
            if self._side.uid is not None and found["uids"] != [self._side.uid] * 3:
                problems.append(f"the probe runs as {found['uids']}, not as {self._side.uid}")
        except ValueError:
            problems = [f"the probe could not run: {ended.why} {ended.output[-300:].decode(errors='replace')}"]
        features = ["seccomp"] if kernel.MACHINE in ("x86_64", "aarch64") else []
        features += ["landlock"] if self._side.ruleset is not None else []
        features += ["uid"] if self._side.uid is not None else []
        features += [f"analyser:{name}" for name in ANALYSERS if name not in self._missing]
        with open("/proc/self/statm", "rb") as file:
            resident = int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")
        hello = {
            "protocol": PROTOCOL,
            "python": ".".join(map(str, sys.version_info[:3])),
            "features": features,
            "problems": problems,
            "warm_rss_bytes": resident,
        }
        self._send(frames.HELLO, json.dumps(hello).encode())

    def _send(self, kind: int, payload: bytes) -> None:
        frames.write_all(self._writing, frames.pack(kind, payload))

    # -- batches ------------------------------------------------------------------------------

    def serve(self) -> None:
        """Take batches until the host closes the connection."""
        while True:
            try:
                kind, payload = frames.read_frame(self._reading, _MAX_BATCH)
            except frames.StreamClosed:
                return
            if kind != BATCH:
                return
            self._take(payload)

    def _take(self, payload: bytes) -> None:
        began = time.process_time()
        end = _LENGTH.size + _LENGTH.unpack_from(payload)[0]
        header = json.loads(payload[_LENGTH.size : end])
        names = []
        for index, size in enumerate(header["sizes"]):
            names.append(f"c{index}.py")
            with open(os.path.join(self._batch, names[-1]), "wb") as file:
                file.write(payload[end : end + size])
            end += size
        self._silence_s = float(header["silence_s"])
        cost: dict[str, float] = {}
        parsed = list(range(len(names)))
        for analyser in ANALYSERS:
            if analyser not in header["analysers"]:
                continue
            if analyser in self._missing:
                self._part(analyser, range(len(names)), "missing", self._missing[analyser])
                continue
            files = parsed if analyser in ("bandit", "mypy") else list(range(len(names)))
            unparsed, cost[analyser] = self._readers[analyser](self, analyser, files)
            parsed = [index for index in parsed if index not in unparsed]
        for name in names:
            os.unlink(os.path.join(self._batch, name))
        cost["desk"] = time.process_time() - began
        self._send(SETTLED, json.dumps({"cpu_s": cost}).encode())

    def _part(self, analyser: str, files: Sequence[int], status: str, why: str = "", said: bytes = b"") -> None:
        header = json.dumps({"analyser": analyser, "files": list(files), "status": status, "why": why}).encode()
        self._send(PART, _LENGTH.pack(len(header)) + header + said)

    def one_by_one(
        self, analyser: str, files: list[int], make: Callable[[], Callable[[str], Any]]
    ) -> tuple[set[int], float]:
        """Have children read candidate after candidate.

        Returns:
            Those that do not parse, and the processor seconds.
        """
        unparsed: set[int] = set()
        cpu_s, left = 0.0, list(files)
        while left:
            account = _Account()
            bounds = Bounds(cpu_s=10 + 2 * len(left), silence_s=self._silence_s)
            ended = self._household.run(lambda todo=tuple(left): _read(make(), todo), bounds, account.hear)  # type: ignore[misc]
            cpu_s += ended.cpu_s
            for index, kind, said in account.results:
                if kind == FAILED:
                    self._part(analyser, [index], "failed", said.decode("utf-8", "replace"))
                else:
                    self._part(analyser, [index], "unparsed" if kind == UNPARSED else "found", said=said)
                if kind == UNPARSED:
                    unparsed.add(index)
            left = left[len(account.results) :]
            if left:
                self._part(analyser, left[:1], "failed", ended.why or "it ended early")
                left = left[1:]
        return unparsed, cpu_s

    def all_at_once(
        self, analyser: str, files: list[int], work: Callable[[list[int]], None], bounds: Callable[[int], Bounds]
    ) -> tuple[set[int], float]:
        """Have a child read all candidates, in halves where it fails.

        Returns:
            Nobody, and the processor seconds.
        """
        cpu_s, stack = 0.0, [list(files)] if files else []
        while stack:
            group = stack.pop()
            allowed = replace(bounds(len(group)), silence_s=self._silence_s * _BATCH_PATIENCE)
            ended: Ended = self._household.run(lambda todo=group: work(todo), allowed)  # type: ignore[misc]
            cpu_s += ended.cpu_s
            if not ended.why:
                self._part(analyser, group, "found", said=ended.output)
            elif len(group) == 1:
                self._part(analyser, group, "failed", ended.why)
            else:
                middle = len(group) // 2
                stack += [group[middle:], group[:middle]]
        return set(), cpu_s


class _Account:
    """What a reading child says, cut into results."""

    def __init__(self) -> None:
        self.results: list[tuple[int, int, bytes]] = []
        self._buffer = bytearray()

    def hear(self, part: bytes) -> None:
        self._buffer += part
        while len(self._buffer) >= _ONE.size:
            size, kind, index = _ONE.unpack_from(self._buffer)
            end = _ONE.size + size
            if len(self._buffer) < end:
                return
            if kind != BEGUN:
                self.results.append((index, kind, bytes(self._buffer[_ONE.size : end])))
            del self._buffer[:end]


def _read(read: Callable[[str], Any], files: Sequence[int]) -> None:
    """In a child: read one candidate after another and say what was found."""
    gc.disable()
    for index in files:
        try:
            document, parsed = read(f"c{index}.py")
            kind, said = FOUND if parsed else UNPARSED, json.dumps(document).encode()
        except Exception as error:
            kind, said = FAILED, f"{type(error).__name__}: {error}"[:500].encode("utf-8", "replace")
        frames.write_all(1, _ONE.pack(len(said), kind, index) + said)


_Reader = Callable[[Desk, str, list[int]], tuple[set[int], float]]


def _readers(site: str | None, scratch: str) -> tuple[dict[str, _Reader], dict[str, str]]:
    """How each analyser reads, and why those that cannot are missing."""
    readers: dict[str, _Reader] = {"own": lambda desk, name, files: desk.one_by_one(name, files, lambda: own.read)}
    missing: dict[str, str] = {}
    if site is None:
        return readers, dict.fromkeys(ANALYSERS[1:], "the analysers are not installed")
    sys.path.append(site)
    try:
        ruff = ruff_reader.command(site)
        readers["ruff"] = lambda desk, name, files: desk.all_at_once(
            name, files, lambda todo: ruff_reader.read(ruff, todo), ruff_reader.bounds
        )
    except OSError as error:
        missing["ruff"] = str(error)
    try:
        make = bandit_reader.prepare()
        readers["bandit"] = lambda desk, name, files: desk.one_by_one(name, files, make)
    except Exception as error:  # whatever an import may raise: it is missing, and that is said
        missing["bandit"] = f"{type(error).__name__}: {error}"
    try:
        check = mypy_reader.prepare(site, scratch)
        readers["mypy"] = lambda desk, name, files: desk.all_at_once(name, files, check, mypy_reader.bounds)
    except Exception as error:
        missing["mypy"] = f"{type(error).__name__}: {error}"
    return readers, missing
