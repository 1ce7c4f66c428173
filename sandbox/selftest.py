"""Shows that the cells of this machine hold: candidates of ours that try to get out, run like any other.

Each attempt returns the list of what it managed to do, which must be empty; being stopped on the way
counts as well. What is proven is what was tried, on this machine, now.
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.encoding import encode_exam
from sandbox.port import CellLost, Sandbox
from sandbox.spec import CallCase, CallExam, Ending, ExamResult, Job, Limits

_LIMITS = Limits(cpu_s=5.0, wall_s=10.0, case_wall_s=8.0)
_STOPPED = frozenset({Ending.POLICY, Ending.RESOURCE, Ending.SIGNALLED})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried.

    Attributes:
        name: What was tried.
        ok: The cell did what it must.
        detail: What happened, in a few words.
    """

    name: str
    ok: bool
    detail: str


GOOD = "def attempt():\n    return []\n"
BAD = "def attempt():\n    return ['wrong']\n"
NETWORK = """
def attempt():
    import socket
    done = []
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK, 40):
        try:
            socket.socket(family, socket.SOCK_STREAM if family != socket.AF_NETLINK else socket.SOCK_RAW).close()
            done.append(f"made a socket of family {int(family)}")
        except OSError:
            pass
    try:
        socket.create_connection(("192.0.2.1", 53), timeout=1).close()
        done.append("connected to another machine")
    except OSError:
        pass
    return done
"""
WRITE = """
def attempt():
    import os
    done = []
    for place in ("/", "/cell", "/tmp", "/var/tmp", "/usr", "/usr/lib", "/etc", "/run", "/runner", "/opt/assay/site",
                  "/dev", "/dev/shm", "/dev/mqueue", "/proc/self", "/root", "/home"):
        try:
            path = os.path.join(place, "assay-self-test")
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
            os.unlink(path)
            done.append(f"wrote in {place}")
        except OSError:
            pass
    return done
"""
FORK = """
def attempt():
    import os
    done = []
    for _ in range(64):
        try:
            child = os.fork()
        except OSError:
            break
        if not child:
            import time
            time.sleep(30)
            os._exit(0)
        done.append("forked")
    return done
"""
READ = """
def attempt():
    done = []
    for path in ("/etc/shadow", "/etc/passwd", "/proc/1/environ", "/proc/1/mem", "/proc/1/maps", "/proc/kcore",
                 "/proc/self/mountinfo", "/proc/sys/kernel/core_pattern", "/sys/kernel/uevent_helper"):
        try:
            with open(path, "rb") as file:
                file.read(1)
            done.append(f"read {path}")
        except OSError:
            pass
    for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/self/oom_score_adj"):
        try:
            open(path, "r+b").close()
            done.append(f"opened {path} for writing")
        except OSError:
            pass
    return done
"""
PROCESSES = """
def attempt():
    import os, signal
    done = []
    try:
        seen = [name for name in os.listdir("/proc") if name.isdigit()]
        if seen:
            done.append(f"saw {len(seen)} processes")
    except OSError:
        pass
    for target in (1, os.getppid() or 1):
        try:
            os.kill(target, 0)
            done.append("may signal another process")
        except OSError:
            pass
    return done
"""
RIGHTS = """
def attempt():
    import os
    done = []
    for name, call in (("user", os.setuid), ("group", os.setgid)):
        try:
            call(0)
            done.append(f"became {name} 0")
        except OSError:
            pass
    for name, call in (("chroot", lambda: os.chroot("/")), ("nice", lambda: os.nice(-5)),
                       ("mknod", lambda: os.mknod("node", 0o20600, os.makedev(1, 1)))):
        try:
            call()
            done.append(name)
        except (OSError, AttributeError):
            pass
    return done
"""

ATTEMPTS: tuple[tuple[str, str], ...] = (
    ("reach the network", NETWORK),
    ("write outside its own directory", WRITE),
    ("make processes without end", FORK),
    ("read what is not its own", READ),
    ("see or signal foreign processes", PROCESSES),
    ("gain rights", RIGHTS),
)
"""What is tried, and the candidate that tries it."""


async def _sit(sandbox: Sandbox, source: str) -> ExamResult:
    exam = encode_exam(CallExam(name="selftest", entry_point="attempt", cases=(CallCase(args=(), expected=[]),)))
    result = await sandbox.run(Job(source=source.encode(), exams=(exam,), limits=_LIMITS))
    return result.exams[0]


def _told(exam: ExamResult) -> str:
    managed = next((report.actual for report in exam.reports if report.actual), None)
    facts = (exam.ending.value, exam.reason, exam.rule, exam.limit, exam.message or None)
    return managed or " ".join(str(fact) for fact in facts if fact)


async def _expect(sandbox: Sandbox, name: str, source: str, outcome: str) -> Finding:
    try:
        exam = await _sit(sandbox, source)
    except CellLost as error:
        return Finding(name, False, str(error))
    good = exam.ending is Ending.COMPLETED and exam.outcomes == outcome
    return Finding(name, good, "as expected" if good else _told(exam))


async def _hold(sandbox: Sandbox, name: str, source: str) -> Finding:
    try:
        exam = await _sit(sandbox, source)
    except CellLost as error:
        return Finding(name, False, str(error))
    if exam.ending in _STOPPED:
        return Finding(name, True, f"stopped: {_told(exam)}")
    good = exam.ending is Ending.COMPLETED and exam.outcomes == "p"
    return Finding(name, good, "refused" if good else _told(exam))


async def self_test(sandbox: Sandbox) -> tuple[Finding, ...]:
    """Try everything in a started sandbox.

    Returns:
        One finding for each thing tried, a right candidate first and again last.

    Raises:
        SandboxClosed: The sandbox was closed meanwhile.
    """
    findings = [
        await _expect(sandbox, "accept a right candidate", GOOD, "p"),
        await _expect(sandbox, "reject a wrong candidate", BAD, "w"),
    ]
    for name, source in ATTEMPTS:
        findings.append(await _hold(sandbox, name, source))
    findings.append(await _expect(sandbox, "accept a right candidate afterwards", GOOD, "p"))
    return tuple(findings)
