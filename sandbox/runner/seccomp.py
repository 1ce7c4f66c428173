"""The system-call filters of both sides, as classic BPF programs.

Default is allow for the calls that existed up to Linux 5.4 and ENOSYS for everything newer, minus a list:
no sockets of any family (``socketpair`` stays, asyncio needs it), no new processes, no programs, no
tracing, no namespaces, no kernel objects that outlive a process, no signals to anybody else, nothing that
draws on a quota of the whole machine or makes it write back its disks.

The list comes in two filters, and a call must pass both. A zygote installs the long one on itself, and
every child inherits it; a child adds the short one, last of all: what its zygote or its own confinement
still had to do, and what depends on its pid. A long filter for each child would cost a tenth of its life.
"""

from __future__ import annotations

import errno
import functools
import struct

_LOAD = 0x20
_JUMP_EQUAL = 0x15
_JUMP_GREATER_EQUAL = 0x35
_JUMP_BITS = 0x45
_RETURN = 0x06
_KILL = 0x80000000
_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000

_NUMBER, _ARCHITECTURE, _ARGUMENT_0, _ARGUMENT_1, _ARGUMENT_2 = 0, 4, 16, 24, 32

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_NEWEST = 425
"""First system call that is refused for being new (io_uring_setup); exceptions stand in ``_NEW_ALLOWED``."""
_NEW_ALLOWED = (436, 439, 449)
"""close_range, faccessat2, futex_waitv."""

_NAMES_X86_64 = {
    "socket": 41, "connect": 42, "accept": 43, "bind": 49, "listen": 50, "accept4": 288, "shmget": 29, "shmat": 30,
    "shmctl": 31, "shmdt": 67, "semget": 64, "semop": 65, "semctl": 66, "semtimedop": 220, "msgget": 68,
    "msgsnd": 69, "msgrcv": 70, "msgctl": 71, "ptrace": 101, "syslog": 103, "setuid": 105, "setgid": 106,
    "setpgid": 109, "setsid": 112, "setreuid": 113, "setregid": 114, "setgroups": 116, "setresuid": 117,
    "setresgid": 119, "setfsuid": 122, "setfsgid": 123, "capset": 126, "rt_sigqueueinfo": 129, "personality": 135,
    "setpriority": 141, "sched_setparam": 142, "sched_setscheduler": 144, "vhangup": 153, "modify_ldt": 154,
    "pivot_root": 155, "adjtimex": 159, "chroot": 161, "acct": 163, "settimeofday": 164, "mount": 165,
    "umount2": 166, "swapon": 167, "swapoff": 168, "reboot": 169, "sethostname": 170, "setdomainname": 171,
    "iopl": 172, "ioperm": 173, "init_module": 175, "delete_module": 176, "quotactl": 179, "setxattr": 188,
    "lsetxattr": 189, "fsetxattr": 190, "removexattr": 197, "lremovexattr": 198, "fremovexattr": 199, "tkill": 200,
    "lookup_dcookie": 212, "clock_settime": 227, "mbind": 237, "set_mempolicy": 238, "mq_open": 240,
    "mq_unlink": 241, "mq_timedsend": 242, "mq_timedreceive": 243, "mq_notify": 244, "mq_getsetattr": 245,
    "kexec_load": 246, "add_key": 248, "request_key": 249, "keyctl": 250, "ioprio_set": 251, "inotify_init": 253,
    "migrate_pages": 256, "mknodat": 259, "mknod": 133, "unshare": 272, "move_pages": 279, "signalfd": 282,
    "inotify_init1": 294, "rt_tgsigqueueinfo": 297, "perf_event_open": 298, "fanotify_init": 300,
    "name_to_handle_at": 303, "open_by_handle_at": 304, "clock_adjtime": 305, "setns": 308,
    "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "finit_module": 313, "sched_setattr": 314,
    "memfd_create": 319, "kexec_file_load": 320, "bpf": 321, "userfaultfd": 323, "pkey_alloc": 330,
    "pidfd_send_signal": 424, "sync": 162, "syncfs": 306, "io_setup": 206, "io_destroy": 207, "io_getevents": 208,
    "io_submit": 209, "io_cancel": 210, "io_pgetevents": 333, "splice": 275, "tee": 276, "vmsplice": 278,
}  # fmt: skip
_NAMES_AARCH64 = {
    "socket": 198, "connect": 203, "accept": 202, "bind": 200, "listen": 201, "accept4": 242, "shmget": 194,
    "shmat": 196, "shmctl": 195, "shmdt": 197, "semget": 190, "semop": 193, "semctl": 191, "semtimedop": 192,
    "msgget": 186, "msgsnd": 189, "msgrcv": 188, "msgctl": 187, "ptrace": 117, "syslog": 116, "setuid": 146,
    "setgid": 144, "setpgid": 154, "setsid": 157, "setreuid": 145, "setregid": 143, "setgroups": 159,
    "setresuid": 147, "setresgid": 149, "setfsuid": 151, "setfsgid": 152, "capset": 91, "rt_sigqueueinfo": 138,
    "personality": 92, "setpriority": 140, "sched_setparam": 118, "sched_setscheduler": 119, "vhangup": 58,
    "pivot_root": 41, "adjtimex": 171, "chroot": 51, "acct": 89, "settimeofday": 170, "mount": 40, "umount2": 39,
    "swapon": 224, "swapoff": 225, "reboot": 142, "sethostname": 161, "setdomainname": 162, "init_module": 105,
    "delete_module": 106, "quotactl": 60, "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7, "removexattr": 14,
    "lremovexattr": 15, "fremovexattr": 16, "tkill": 130, "lookup_dcookie": 18, "clock_settime": 112, "mbind": 235,
    "set_mempolicy": 237, "mq_open": 180, "mq_unlink": 181, "mq_timedsend": 182, "mq_timedreceive": 183,
    "mq_notify": 184, "mq_getsetattr": 185, "kexec_load": 104, "add_key": 217, "request_key": 218, "keyctl": 219,
    "ioprio_set": 30, "migrate_pages": 238, "mknodat": 33, "unshare": 97, "move_pages": 239, "inotify_init1": 26,
    "rt_tgsigqueueinfo": 240, "perf_event_open": 241, "fanotify_init": 262, "name_to_handle_at": 264,
    "open_by_handle_at": 265, "clock_adjtime": 266, "setns": 268, "process_vm_readv": 270,
    "process_vm_writev": 271, "kcmp": 272, "finit_module": 273, "sched_setattr": 274, "memfd_create": 279,
    "kexec_file_load": 294, "bpf": 280, "userfaultfd": 282, "pkey_alloc": 289, "pidfd_send_signal": 424,
    "sync": 81, "syncfs": 267, "io_setup": 0, "io_destroy": 1, "io_submit": 2, "io_cancel": 3, "io_getevents": 4,
    "io_pgetevents": 292, "splice": 76, "tee": 77, "vmsplice": 75,
}  # fmt: skip
_DENIED = {"x86_64": _NAMES_X86_64, "aarch64": _NAMES_AARCH64}
_SPECIAL = {
    "x86_64": {
        "clone": 56, "fork": 57, "vfork": 58, "execve": 59, "execveat": 322, "kill": 62, "tgkill": 234,
        "prctl": 157, "prlimit64": 302, "fcntl": 72, "ioctl": 16, "socketpair": 53, "setsockopt": 54,
    },
    "aarch64": {
        "clone": 220, "execve": 221, "execveat": 281, "kill": 129, "tgkill": 131, "prctl": 167, "prlimit64": 261,
        "fcntl": 25, "ioctl": 29, "socketpair": 199, "setsockopt": 208,
    },
}  # fmt: skip

_CLONE_THREAD = 0x00010000
_CLONE_NAMESPACES = 0x7E020000 | 0x80
_FORBIDDEN_PRCTL = (1, 4, 0x59616D61, 40, 22, 59)
"""PDEATHSIG, DUMPABLE, PTRACER, THP is harmless but unneeded, SECCOMP, SYSCALL_USER_DISPATCH."""

_FORBIDDEN_FCNTL = (8, 10, 15, 1024, 1026, 1036, 1038)
"""SETOWN, SETSIG, SETOWN_EX, SETLEASE, NOTIFY, and the hints that stay with a file: signals and notes to others."""
_FORBIDDEN_IOCTL = (0x5452, 0x8901, 0x8902)
"""FIOASYNC, FIOSETOWN, SIOCSPGRP: signals to others."""
_FORBIDDEN_SOCKOPT = (16,)
"""PASSCRED, with which a message gives its socket a name of its own accord."""
_AF_UNIX = 1


def _instruction(code: int, when_true: int, when_false: int, operand: int) -> bytes:
    return struct.pack("<HBBI", code, when_true, when_false, operand)


def _return(value: int) -> bytes:
    return _instruction(_RETURN, 0, 0, value)


def _refuse(number: int) -> bytes:
    return _return(_ERRNO | number)


_ALLOWED = _return(_ALLOW)
_DENY = _refuse(errno.EPERM)


def _on(number: int, body: bytes) -> bytes:
    """If the call is ``number`` run ``body`` (which returns on each path), else go on behind it."""
    return _instruction(_JUMP_EQUAL, 0, len(body) // 8, number) + body


def _load(offset: int) -> bytes:
    return _instruction(_LOAD, 0, 0, offset)


def _argument_is(offset: int, values: tuple[int, ...]) -> bytes:
    """Allow if the 64-bit argument is one of ``values``, else EPERM."""
    checks = b"".join(_instruction(_JUMP_EQUAL, len(values) - at, 0, value) for at, value in enumerate(values))
    high = _load(offset + 4) + _instruction(_JUMP_EQUAL, 1, 0, 0) + _DENY
    return high + _load(offset) + checks + _DENY + _ALLOWED


def _argument_is_not(offset: int, values: tuple[int, ...]) -> bytes:
    checks = b"".join(_instruction(_JUMP_EQUAL, len(values) - at, 0, value) for at, value in enumerate(values))
    return _load(offset) + checks + _ALLOWED + _DENY


_PLACEHOLDER_PID = 0x5AFE5AFE
_STILL_NEEDED = frozenset({"setsid", "setresuid", "setresgid", "capset"})
"""Denied calls that the confinement of a child makes itself, so that only its own filter can deny them."""


@functools.cache
def zygote_program(machine: str) -> bytes:
    """The filter that a zygote installs on itself, for all of its children.

    Args:
        machine: ``x86_64`` or ``aarch64``.

    Returns:
        A BPF program, 8 bytes an instruction.

    Raises:
        KeyError: For another machine.
    """
    denied = [number for name, number in _DENIED[machine].items() if name not in _STILL_NEEDED]
    program = _beginning(machine) + _deny_each(denied)
    program += _on(_SPECIAL[machine]["socketpair"], _argument_is(_ARGUMENT_0, (_AF_UNIX,)))
    program += _on(_SPECIAL[machine]["fcntl"], _argument_is_not(_ARGUMENT_1, _FORBIDDEN_FCNTL))
    program += _on(_SPECIAL[machine]["ioctl"], _argument_is_not(_ARGUMENT_1, _FORBIDDEN_IOCTL))
    program += _on(_SPECIAL[machine]["setsockopt"], _argument_is_not(_ARGUMENT_2, _FORBIDDEN_SOCKOPT))
    return program + _ALLOWED


def child_program(machine: str, pid: int, processes: int) -> bytes:
    """The filter that completes the zygote's for one process.

    Args:
        machine: ``x86_64`` or ``aarch64``.
        pid: The process it is for: the only one it may signal.
        processes: 1 forbids new processes and programs; more allows them (never new namespaces).

    Returns:
        A BPF program, 8 bytes an instruction.

    Raises:
        KeyError: For another machine.
    """
    return _template(machine, processes > 1).replace(struct.pack("<I", _PLACEHOLDER_PID), struct.pack("<I", pid))


def _beginning(machine: str) -> bytes:
    """Kill callers of another architecture, then have the call's number at hand."""
    architecture = _load(_ARCHITECTURE) + _instruction(_JUMP_EQUAL, 1, 0, _ARCHITECTURES[machine]) + _return(_KILL)
    return architecture + _load(_NUMBER)


def _deny_each(numbers: list[int]) -> bytes:
    return b"".join(_on(number, _DENY) for number in sorted(numbers))


@functools.cache
def _template(machine: str, may_fork: bool) -> bytes:
    special = _SPECIAL[machine]
    pid = _PLACEHOLDER_PID
    program = _beginning(machine)
    for number in _NEW_ALLOWED:
        program += _on(number, _ALLOWED)
    program += _instruction(_JUMP_GREATER_EQUAL, 0, 1, _NEWEST) + _refuse(errno.ENOSYS)
    program += _deny_each([_DENIED[machine][name] for name in _STILL_NEEDED])
    threads_only = (
        _load(_ARGUMENT_0)
        + _instruction(_JUMP_BITS, 2, 0, _CLONE_NAMESPACES)
        + _instruction(_JUMP_BITS, 0, 2, _CLONE_THREAD)
        + _ALLOWED
        + _DENY
        + _refuse(errno.EAGAIN)
    )
    no_namespaces = _load(_ARGUMENT_0) + _instruction(_JUMP_BITS, 1, 0, _CLONE_NAMESPACES) + _ALLOWED + _DENY
    program += _on(special["clone"], no_namespaces if may_fork else threads_only)
    if not may_fork:
        for name in ("fork", "vfork"):
            if name in special:
                program += _on(special[name], _refuse(errno.EAGAIN))
        for name in ("execve", "execveat"):
            program += _on(special[name], _DENY)
        program += _on(special["kill"], _argument_is(_ARGUMENT_0, (pid,)))
        program += _on(special["tgkill"], _argument_is(_ARGUMENT_0, (pid,)))
    program += _on(special["prctl"], _argument_is_not(_ARGUMENT_0, _FORBIDDEN_PRCTL))
    program += _on(special["prlimit64"], _argument_is(_ARGUMENT_0, (0, pid)))
    return program + _ALLOWED
