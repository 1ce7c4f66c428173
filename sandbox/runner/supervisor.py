"""The supervisor: owns the connection to the host, enforces limits and cleans up.

Theory of operation. Before the first byte from the host is read, three zygotes are forked: the one from
which candidates are forked, the one that judges calls and programs, and the one from which examiners for
test code are forked. The supervisor never forks again and runs no candidate or test code. For each exam it
makes two pipes between the sides, one for the examiner's record and two for what the candidate prints,
hands the ends over, closes its own copies and then only watches: the record, the output, the clocks. The
examiner's record says what was found; limits that the supervisor saw override it. The candidate is dead,
its processes are gone and its files are deleted, proven, before the result is sent.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from typing import Any, NoReturn

from . import candidates, clocks, codec, confine, frames, kernel, zygotes
from .cleaning import DEVICES, Cleaner
from .probe import PROBE_SOURCE

PROTOCOL = 1
_KEPT_OUTPUT = 65536
_GRACE_S = 5.0
"""What an examiner may take once the candidate is dead, to say what it found."""
_LAST_GRACE_S = 1.0
"""The same where the supervisor itself saw the limit that the verdict will name."""
_DEATH_S = 8.0
"""What a killed candidate may take to be dead, on a machine that has little time for it."""
_POLL_S = 0.05
_YOUNG_S = 0.02
"""How long a candidate runs before anybody asks for its processor time; most are dead by then."""
_NATURAL_END_S = 0.1
_UNCONFINED = 71


class ZygoteLost(Exception):
    """A zygote is gone; the cell is condemned."""


@dataclass(slots=True)
class Connection:
    """The byte stream to the host."""

    read_descriptor: int
    write_descriptor: int

    def send(self, kind: int, payload: bytes) -> None:
        """Send one frame."""
        frames.write_all(self.write_descriptor, frames.pack(kind, payload))

    def send_json(self, kind: int, fields: dict[str, Any]) -> None:
        """Send one frame of JSON."""
        self.send(kind, json.dumps(fields).encode())


@dataclass(slots=True)
class Watch:
    """What the supervisor sees of one exam while it runs."""

    examiners: socket.socket
    pid: int = 0
    record: bytearray = field(default_factory=bytearray)
    final: dict[str, Any] | None = None
    output: dict[int, bytearray] = field(default_factory=dict)
    printed: int = 0
    override: dict[str, Any] | None = None
    killed: bool = False
    patient_until: float = 0.0
    status: int | None = None
    cpu_s: float = 0.0
    peak_bytes: int = 0
    examiner_pid: int = 0
    examiner_done: bool = False
    granted_s: float = 0.0
    heard: bool = False
    """Whether the candidates' zygote is listened to."""
    hushed: bool = False
    """Whether the output is not."""


class Supervisor:
    """Serves one cell."""

    def __init__(self, connection: Connection, config: dict[str, Any]) -> None:
        """Prepare directories and rule sets, fork both zygotes, give up what is not needed."""
        self._host = connection
        self._config = config
        if config["mount_work"]:
            kernel.mount_tmpfs(config["work"], config["work_bytes"], config["work_inodes"])
            for device in DEVICES:  # the machine's own
                kernel.remount_read_only(device)
        if config["candidate_uid"] is not None:
            kernel.keep_capabilities(1 << 6 | 1 << 7)
        elif kernel.effective_capabilities():
            kernel.keep_capabilities(0)
        self._cleaner = Cleaner(config)
        reading = list(config["read_paths"])
        sides = {}
        for role in ("candidate", "examiner"):
            directory = self._cleaner.directories[role]
            ruleset = kernel.landlock_ruleset(reading, directory, list(DEVICES))
            sides[role] = confine.Side(config[f"{role}_uid"], directory, ruleset)
        self._features = ["seccomp"] if kernel.MACHINE in ("x86_64", "aarch64") else []
        self._features += ["landlock"] if sides["candidate"].ruleset is not None else []
        self._features += ["uid"] if config["candidate_uid"] is not None else []
        prepared = zygotes.ZygoteConfig(
            sides["candidate"], sides["examiner"], config["site"], config["work_bytes"], config["shared_bytes"]
        )
        zygotes.warm_up()
        self._controls: list[socket.socket] = []
        self._condemned = ""
        self._candidates = self._fork(candidates.candidate_zygote, prepared)
        self._judges = self._fork(_judge_zygote, prepared)
        self._scripts = self._fork(_script_zygote, prepared)
        for side in sides.values():
            if side.ruleset is not None:
                os.close(side.ruleset)

    def _fork(self, serve: Any, prepared: zygotes.ZygoteConfig) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        if os.fork() == 0:
            ours.close()
            for descriptor in {self._host.read_descriptor, self._host.write_descriptor} - {1, 2}:
                os.close(descriptor)
            for control in self._controls:
                control.close()
            try:
                with open("/proc/self/oom_score_adj", "w") as file:
                    file.write("1000" if serve is candidates.candidate_zygote else "500")
            except OSError:
                pass  # without /proc the kernel chooses by size, which is the candidate all the same
            serve(theirs, prepared)
        theirs.close()
        self._controls.append(ours)
        return ours

    # -- start --------------------------------------------------------------------------------

    def greet(self) -> None:
        """Probe the confinement with a child of its own and say hello."""
        problems = self._probe()
        self._cleaner.remember()
        with open("/proc/self/statm", "rb") as file:
            resident = int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")
        self._host.send_json(
            frames.HELLO,
            {
                "protocol": PROTOCOL,
                "python": ".".join(map(str, sys.version_info[:3])),
                "features": self._features,
                "problems": problems,
                "warm_rss_bytes": resident,
            },
        )

    def _probe(self) -> list[str]:
        request_read, request_write = os.pipe()
        answer_read, answer_write = os.pipe()
        error_read, error_write = os.pipe()
        self._start_candidate(PROBE_SOURCE, _NO_LIMITS, (request_read, answer_write, error_write, error_write))
        frames.write_all(request_write, frames.pack(frames.LOAD, codec.encode(("module", "probe", (), None, None))))
        os.close(request_write)
        text = b""
        while part := os.read(error_read, 65536):
            text += part
        os.close(error_read)
        os.close(answer_read)
        self._expect(self._candidates, zygotes.STARTED)
        self._expect(self._candidates, zygotes.ENDED)
        expected_uid = self._config["candidate_uid"]
        try:
            found = json.loads(text)
        except ValueError:
            return [f"the probe could not run: {text[-300:].decode('utf-8', 'replace')}"]
        problems: list[str] = found["problems"]
        if expected_uid is not None and found["uids"] != [expected_uid] * 3:
            problems.append(f"the probe runs as {found['uids']}, not as {expected_uid}")
        return problems

    def _expect(self, control: socket.socket, shape: Any) -> tuple[Any, ...]:
        data = control.recv(256)
        if len(data) != shape.size:
            raise ZygoteLost("a zygote has ended")
        return tuple(shape.unpack(data))

    def _start_candidate(self, source: bytes, limits: dict[str, Any], ends: tuple[int, int, int, int]) -> None:
        file = _memory_file("source", source)
        head = zygotes.CANDIDATE_HEAD.pack(
            _number(limits["cpu_s"]), int(_number(limits["memory_bytes"])), limits["processes"], len(source)
        )
        _hand_over(self._candidates, head, (file, *ends))

    # -- jobs ---------------------------------------------------------------------------------

    def serve(self) -> None:
        """Take jobs until the host closes the connection."""
        while True:
            try:
                kind, payload = frames.read_frame(self._host.read_descriptor, frames.MAX_HOST_FRAME * 4)
            except frames.StreamClosed:
                return
            if kind != frames.JOB:
                return
            self._run_job(payload)

    def _run_job(self, payload: bytes) -> None:
        size = int.from_bytes(payload[:4], "big")
        header = json.loads(payload[4 : 4 + size])
        at = 4 + size
        source = payload[at : at + header["source_bytes"]]
        at += header["source_bytes"]
        clean, why = True, ""
        for number, exam in enumerate(header["exams"]):
            content = payload[at : at + exam["bytes"]]
            at += exam["bytes"]
            result = self._run_exam(number, exam, content, source, header)
            result["nonce"] = header["nonce"]
            clean, why = self._cleaner.clean()
            if self._condemned:
                clean, why = False, self._condemned
            self._host.send_json(frames.EXAM, result)
            if not clean:
                break
        self._host.send_json(frames.DONE, {"nonce": header["nonce"], "clean": clean, "why": why})

    def _run_exam(
        self, number: int, exam: dict[str, Any], content: bytes, source: bytes, header: dict[str, Any]
    ) -> dict[str, Any]:
        limits = header["limits"]
        request_read, request_write = os.pipe()
        answer_read, answer_write = os.pipe()
        record_read, record_write = (end.detach() for end in socket.socketpair())
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        began = time.monotonic()
        self._start_candidate(source, limits, (request_read, answer_write, out_write, err_write))
        head = zygotes.EXAM_HEAD.pack(
            len(content), number, exam["cases"], header["seed"], _number(limits["wall_s"]),
            _number(limits["case_wall_s"]), int(_number(limits["output_bytes"])), int(_number(limits["result_bytes"])),
            exam["version"].encode(),
        )  # fmt: skip
        examiners = self._scripts if _is_script(content) else self._judges
        _hand_over(examiners, head, (_memory_file("exam", content), answer_read, request_write, record_write))
        watch = Watch(examiners, output={out_read: bytearray(), err_read: bytearray()})
        for descriptor in (record_read, out_read, err_read):
            os.set_blocking(descriptor, False)
        try:
            self._watch(watch, record_read, limits, began)
            stdout, stderr = bytes(watch.output[out_read]), bytes(watch.output[err_read])
        finally:
            for descriptor in (record_read, out_read, err_read):
                os.close(descriptor)
        return _conclude(watch, exam, stdout, stderr, time.monotonic() - began, self._cleaner.oom_killed())

    def _watch(self, watch: Watch, record: int, limits: dict[str, Any], began: float) -> None:
        """Listen until the candidate is dead, its examiner has spoken and every stream has ended.

        Each wake costs more than what is then done, so nobody is heard before there is need: not the zygote, which
        says at once that it forked, while the candidate is young; not the output of a killed candidate while it dies.
        """
        poller = select.poll()
        for descriptor in (record, *watch.output, watch.examiners.fileno()):
            poller.register(descriptor, select.POLLIN)
        poller.register(self._host.read_descriptor, 0)
        deadline = None if limits["wall_s"] is None else began + limits["wall_s"]
        open_ends = {record, *watch.output}
        stop_at: float | None = None
        dying = True
        grown_up = began + _YOUNG_S
        while not (watch.status is not None and watch.examiner_done and not open_ends):
            now = time.monotonic()
            if watch.final is not None and not watch.killed and now >= watch.patient_until:
                self._kill(watch)
            if not watch.heard and (watch.killed or watch.final is not None or now >= grown_up):
                poller.register(self._candidates.fileno(), select.POLLIN)
                watch.heard = True
            self._hush(watch, poller, open_ends)
            if watch.killed or watch.status is not None:
                if stop_at is None or (dying and watch.status is not None):
                    stop_at, dying = _last_moment(watch, deadline, now), watch.status is None
                if now > stop_at:
                    self._give_up(watch, deadline, now)
                    return
            else:
                deadline = self._put_off(watch, limits, began, deadline, now)
                self._check_clocks(watch, limits, deadline, now)
            patience = self._patience(watch, limits, deadline, now)
            for descriptor, _event in poller.poll((patience if watch.heard else min(patience, _YOUNG_S)) * 1000):
                if descriptor == self._host.read_descriptor:
                    raise frames.StreamClosed
                if descriptor == self._candidates.fileno():
                    self._hear_candidates(watch)
                elif descriptor == watch.examiners.fileno():
                    self._hear_examiners(watch)
                elif self._drain(watch, descriptor, record, limits):
                    poller.unregister(descriptor)
                    open_ends.discard(descriptor)

    def _hush(self, watch: Watch, poller: select.poll, open_ends: set[int]) -> None:
        """Leave the output of a candidate that was killed for later, when it is dead."""
        hushed = watch.killed and watch.status is None
        if hushed == watch.hushed:
            return
        watch.hushed = hushed
        for descriptor in open_ends & watch.output.keys():
            if hushed:
                poller.unregister(descriptor)  # without events it would still be told of its end
            else:
                poller.register(descriptor, select.POLLIN)

    def _patience(self, watch: Watch, limits: dict[str, Any], deadline: float | None, now: float) -> float:
        if watch.killed or watch.status is not None or watch.final is not None:
            return _POLL_S
        patience = 1.0 if deadline is None else max(deadline - now, 0.0)
        if limits["cpu_s"] is not None:
            patience = min(patience, max(limits["cpu_s"] - watch.cpu_s, _POLL_S))
        return min(patience + 0.001, 1.0)

    def _put_off(
        self, watch: Watch, limits: dict[str, Any], began: float, deadline: float | None, now: float
    ) -> float | None:
        """The exam's deadline; later by the time that the candidate waited for a processor."""
        if deadline is None or now < deadline or not watch.pid:
            return deadline
        wall: float = limits["wall_s"]
        later = began + wall + min(clocks.waited_s(watch.pid), clocks.MOST_PATIENCE * wall)
        if later <= now:
            return deadline
        self._host.send(frames.ALIVE, b"")
        return later

    def _grant(self, watch: Watch, record: int) -> None:
        """Tell the examiner how long the candidate waited for a processor since it was asked last."""
        waited = clocks.waited_s(watch.pid) if watch.pid and not watch.killed else 0.0
        more, watch.granted_s = max(waited - watch.granted_s, 0.0), max(waited, watch.granted_s)
        with contextlib.suppress(OSError):  # the examiner has gone meanwhile, or asks without listening
            os.write(record, frames.SECONDS.pack(more))

    def _check_clocks(self, watch: Watch, limits: dict[str, Any], deadline: float | None, now: float) -> None:
        if deadline is not None and now >= deadline:
            watch.override = {"ending": "wall_time", "clock": "wall", "limit": "wall_s"}
            self._kill(watch)
            return
        if not watch.pid or limits["cpu_s"] is None:
            return
        try:
            watch.cpu_s = time.clock_gettime(~watch.pid << 3 | 2)
        except OSError:
            return
        if watch.cpu_s >= limits["cpu_s"]:
            watch.override = {"ending": "cpu_time", "clock": "cpu", "limit": "cpu_s"}
            self._kill(watch)

    def _kill(self, watch: Watch) -> None:
        watch.killed = True
        self._cleaner.kill("candidate", watch.pid)

    def _give_up(self, watch: Watch, deadline: float | None, now: float) -> None:
        """End an exam whose candidate is dead and whose examiner still works on what it sent."""
        if watch.status is None:
            raise ZygoteLost("a candidate could not be killed")
        if watch.override is None and watch.final is None and deadline is not None and now >= deadline:
            watch.override = {"ending": "wall_time", "clock": "wall", "limit": "wall_s"}
        if watch.examiners is self._judges:  # in the middle of a value, perhaps for hours: the cell ends with it
            self._condemned = "the judge did not come back"
            return
        self._cleaner.kill("examiner", watch.examiner_pid)
        while not watch.examiner_done:
            self._hear_examiners(watch)

    def _hear_candidates(self, watch: Watch) -> None:
        data = self._candidates.recv(256)
        if len(data) == zygotes.STARTED.size:
            watch.pid = zygotes.STARTED.unpack(data)[1]
            if watch.killed:
                self._cleaner.kill("candidate", watch.pid)
        elif len(data) == zygotes.ENDED.size:
            _, watch.status, user, system, watch.peak_bytes = zygotes.ENDED.unpack(data)
            watch.cpu_s = user + system
        else:
            raise ZygoteLost("the candidates' zygote has ended")

    def _hear_examiners(self, watch: Watch) -> None:
        data = watch.examiners.recv(256)
        if len(data) != zygotes.STARTED.size:
            raise ZygoteLost("the examiners' zygote has ended")
        what, pid = zygotes.STARTED.unpack(data)
        if what == b"S":
            watch.examiner_pid = pid
            return
        watch.examiner_done = True
        if watch.final is None and not watch.killed and not watch.record:
            self._kill(watch)

    def _drain(self, watch: Watch, descriptor: int, record: int, limits: dict[str, Any]) -> bool:
        """Take what is there; True when the stream has ended."""
        try:
            part = os.read(descriptor, 1 << 18)
        except BlockingIOError:
            return False
        if not part:
            return True
        if descriptor == record:
            watch.record += part
            self._forward(watch, record)
            return False
        kept = watch.output[descriptor]
        kept += part[: _KEPT_OUTPUT - len(kept)]
        watch.printed += len(part)
        if limits["output_bytes"] is not None and watch.printed > limits["output_bytes"] and watch.override is None:
            watch.override = {"ending": "output", "limit": "output_bytes"}
            self._kill(watch)
        return False

    def _forward(self, watch: Watch, record: int) -> None:
        while len(watch.record) >= frames.HEAD.size:
            size, kind = frames.HEAD.unpack_from(watch.record)
            end = frames.HEAD.size + size
            if len(watch.record) < end:
                return
            payload = bytes(watch.record[frames.HEAD.size : end])
            del watch.record[:end]
            if kind == frames.EXAM:
                watch.final = json.loads(payload)
                if watch.final["ending"] == "exited":  # its own end says more than our kill
                    watch.patient_until = time.monotonic() + _NATURAL_END_S
            elif kind == frames.LATE:
                self._grant(watch, record)
            elif kind in (frames.REPORT, frames.VALUE):
                self._host.send(kind, payload)


def _judge_zygote(control: socket.socket, prepared: zygotes.ZygoteConfig) -> NoReturn:
    from .examiners import judge_zygote  # after the fork of the candidates' zygote, which stays small

    judge_zygote(control, prepared)


def _script_zygote(control: socket.socket, prepared: zygotes.ZygoteConfig) -> NoReturn:
    from .examiners import script_zygote

    script_zygote(control, prepared)


_SCRIPT = codec.encode("script")


def _is_script(content: bytes) -> bool:
    """Whether an exam is test code, by the first word of its encoding."""
    begin = len(codec.encode(()))
    return content[begin : begin + len(_SCRIPT)] == _SCRIPT


_NO_LIMITS: dict[str, Any] = {"cpu_s": 10.0, "memory_bytes": None, "processes": 1}


def _number(value: Any) -> float:
    return -1.0 if value is None else float(value)


def _memory_file(name: str, content: bytes) -> int:
    descriptor = os.memfd_create(name, os.MFD_CLOEXEC)
    frames.write_all(descriptor, content)
    return descriptor


def _hand_over(control: socket.socket, head: bytes, descriptors: tuple[int, ...]) -> None:
    try:
        socket.send_fds(control, [head], list(descriptors))
    except OSError as error:
        raise ZygoteLost("a zygote has ended") from error
    finally:
        for descriptor in set(descriptors):
            os.close(descriptor)


def _last_moment(watch: Watch, deadline: float | None, now: float) -> float:
    """Until when a candidate may be dying, and its examiner speaking once it is dead."""
    if watch.status is None:
        return now + _DEATH_S
    if watch.override is not None:
        return now + _LAST_GRACE_S
    return max(now + _GRACE_S, deadline or 0.0)


def _conclude(
    watch: Watch, exam: dict[str, Any], stdout: bytes, stderr: bytes, wall_s: float, oom_killed: bool
) -> dict[str, Any]:
    result: dict[str, Any] = watch.final or {"ending": "examiner_lost", "phase": "test"}
    if result["ending"] in ("exited", "examiner_lost") and watch.status is not None and not watch.killed:
        result = _own_end(result, watch.status, oom_killed)
    elif oom_killed and result["ending"] != "completed":
        result |= {"ending": "memory", "limit": "memory_bytes"}
    if watch.override is not None:
        kept = ("outcomes", "phase", "candidate_equality")
        result = {key: result[key] for key in kept if key in result} | watch.override
    outcomes = str(result.get("outcomes", ""))[: exam["cases"]].ljust(exam["cases"], "s")
    return (
        {"phase": "test", "candidate_equality": False}
        | result
        | {
            "exam": exam["name"],
            "version": exam["version"],
            "outcomes": outcomes,
            "stdout_b64": base64.b64encode(stdout).decode(),
            "stderr_b64": base64.b64encode(stderr).decode(),
            "usage": {"cpu_s": watch.cpu_s, "wall_s": wall_s, "memory_peak_bytes": watch.peak_bytes},
        }
    )


def _own_end(result: dict[str, Any], status: int, oom_killed: bool) -> dict[str, Any]:
    """The candidate process ended by itself: say how."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGXCPU:
            return result | {"ending": "cpu_time", "clock": "cpu", "limit": "cpu_s"}
        if number == signal.SIGSYS:
            return result | {"ending": "policy", "rule": "system_call", "signal": number}
        if number == signal.SIGKILL and oom_killed:
            return result | {"ending": "memory", "limit": "memory_bytes", "signal": number}
        return result | {"ending": "signalled", "signal": number}
    code = os.WEXITSTATUS(status)
    if code == _UNCONFINED:
        raise ZygoteLost("a candidate could not be confined")
    if result["ending"] == "exited":
        return result | {"exit_code": code}
    return result
