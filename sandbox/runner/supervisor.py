"""The supervisor: owns the connection to the host, enforces limits and cleans up.

Theory of operation. Before the first byte from the host is read, three zygotes are forked: the one from
which candidates are forked, the one that judges calls and programs, and the one from which examiners for
test code are forked. The supervisor never forks again and runs no candidate or test code. For each exam it
makes two pipes between the sides, one for the examiner's record and two for what the candidate prints,
hands the ends over, closes its own copies and then only watches (``watch``): the record, the output, the clocks.
The examiner's record says what was found; limits that the supervisor saw override it (``conclusion``). The
candidate is dead, its processes are gone and its files are deleted, proven, before the result is sent.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from typing import Any, NoReturn

from . import candidates, codec, confine, frames, kernel, zygotes
from .budget import Budget
from .cleaning import DEVICES, Cleaner
from .conclusion import conclude
from .connection import Connection
from .probe import PROBE_SOURCE
from .watch import Watch

PROTOCOL = 1


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
            raise zygotes.ZygoteLost("a zygote has ended")
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
        limits, budget = header["limits"], Budget(header["limits"])
        for number, exam in enumerate(header["exams"]):
            content = payload[at : at + exam["bytes"]]
            at += exam["bytes"]
            if header["shares_limits"]:
                limits = budget.left()
            result = self._run_exam(number, exam, content, source, limits, header["seed"])
            budget.spend(result["ending"], result["outcomes"], result["usage"]["cpu_s"], result["usage"]["wall_s"])
            result["nonce"] = header["nonce"]
            clean, why = self._cleaner.clean()
            if self._condemned:
                clean, why = False, self._condemned
            self._host.send_json(frames.EXAM, result)
            if not clean or (header["shares_limits"] and budget.over):
                break
        self._host.send_json(frames.DONE, {"nonce": header["nonce"], "clean": clean, "why": why})

    def _run_exam(
        self, number: int, exam: dict[str, Any], content: bytes, source: bytes, limits: dict[str, Any], seed: int
    ) -> dict[str, Any]:
        request_read, request_write = os.pipe()
        answer_read, answer_write = os.pipe()
        record_read, record_write = (end.detach() for end in socket.socketpair())
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        is_script = _begins(content, _SCRIPT)
        examiners = self._scripts if is_script else self._judges
        watch = Watch(self._host, self._candidates, examiners, self._cleaner, limits, examiner_stays=not is_script)
        self._start_candidate(source, limits, (request_read, answer_write, out_write, err_write))
        head = zygotes.EXAM_HEAD.pack(
            len(content), number, exam["cases"], seed, _number(limits["wall_s"]),
            _number(limits["case_wall_s"]), int(_number(limits["output_bytes"])), int(_number(limits["result_bytes"])),
            exam["version"].encode(),
        )  # fmt: skip
        ends = [_memory_file("exam", content), answer_read, request_write, record_write]
        if _begins(content, _PROGRAM):  # what it prints is its answer, and the examiner's to read
            ends.append(out_read)
            out_read = os.open(os.devnull, os.O_RDONLY)
        _hand_over(examiners, head, tuple(ends))
        stdout, stderr = watch.run(record_read, out_read, err_read)
        self._condemned = watch.condemned
        return conclude(watch, exam, stdout, stderr, oom_killed=self._cleaner.oom_killed())


def _judge_zygote(control: socket.socket, prepared: zygotes.ZygoteConfig) -> NoReturn:
    from .examiners import judge_zygote  # after the fork of the candidates' zygote, which stays small

    judge_zygote(control, prepared)


def _script_zygote(control: socket.socket, prepared: zygotes.ZygoteConfig) -> NoReturn:
    from .examiners import script_zygote

    script_zygote(control, prepared)


_SCRIPT = codec.encode("script")
_PROGRAM = codec.encode("program")


def _begins(content: bytes, word: bytes) -> bool:
    """Whether an exam is of a kind, by the first word of its encoding."""
    begin = len(codec.encode(()))
    return content[begin : begin + len(word)] == word


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
        raise zygotes.ZygoteLost("a zygote has ended") from error
    finally:
        for descriptor in set(descriptors):
            os.close(descriptor)
