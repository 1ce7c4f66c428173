"""What is said of an exam that is over: the examiner's last word, unless the supervisor saw more."""

from __future__ import annotations

import base64
import os
import signal
from typing import Any

from . import zygotes
from .watch import Watch


def conclude(watch: Watch, exam: dict[str, Any], stdout: bytes, stderr: bytes, *, oom_killed: bool) -> dict[str, Any]:
    """The result of an exam, as the host reads it.

    Args:
        watch: The exam, over.
        exam: What the job says of it.
        stdout: What was printed past ``sys.stdout``.
        stderr: The same of standard error.
        oom_killed: The memory group has killed meanwhile.

    Raises:
        ZygoteLost: The candidate could not be confined.
    """
    result: dict[str, Any] = watch.final or {"ending": "examiner_lost", "phase": "test"}
    answered = result.pop("answered", False)
    if result["ending"] in ("exited", "examiner_lost") and watch.status is not None and not watch.killed:
        result = _own_end(result, watch.status, oom_killed)
        if answered and result.get("exit_code") == 0:  # a program that printed what was expected and left
            del result["exit_code"]
            result |= {"ending": "completed", "outcomes": "p"}
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
            "usage": {"cpu_s": watch.cpu_s, "wall_s": watch.wall_s, "memory_peak_bytes": watch.peak_bytes},
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
    if code == zygotes.UNCONFINED:
        raise zygotes.ZygoteLost("a candidate could not be confined")
    if result["ending"] == "exited":
        return result | {"exit_code": code}
    return result
