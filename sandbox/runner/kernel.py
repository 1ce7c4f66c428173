"""The system calls that Python's standard library does not wrap: prctl, mount, Landlock, capabilities."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from typing import Any

_libc = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
PR_SET_CHILD_SUBREAPER = 36

_SYS_LANDLOCK_CREATE = 444
_SYS_LANDLOCK_ADD = 445
_SYS_LANDLOCK_RESTRICT = 446
_SYS_CAPGET = {"x86_64": 125, "aarch64": 90}
_SYS_CAPSET = {"x86_64": 126, "aarch64": 91}

_CAPABILITY_HEADER = struct.pack("<Ii", 0x20080522, 0)
_NO_CAPABILITIES = bytes(24)

MACHINE = platform.machine()


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _function(name: str, *arguments: type[Any]) -> Any:
    """A function of the C library, made ready so that a call in a fresh child touches little memory."""
    function = _libc[name]
    function.argtypes = arguments
    return function


_prctl = _function("prctl", ctypes.c_int, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong)
_capset = _function("syscall", ctypes.c_long, ctypes.c_char_p, ctypes.c_char_p)
_restrict = _function("syscall", ctypes.c_long, ctypes.c_int, ctypes.c_uint)


def prctl(option: int, argument: int = 0, second: int = 0) -> None:
    """``prctl(2)`` with up to two arguments.

    Raises:
        OSError: If the kernel refuses.
    """
    _check(_prctl(option, argument, second, 0, 0), "prctl")


def mount_tmpfs(path: str, size_bytes: int, inodes: int) -> None:
    """Mount a small tmpfs without set-uid files, devices and programs.

    Raises:
        OSError: If the kernel refuses.
    """
    nosuid, nodev, noexec = 2, 4, 8
    options = f"size={size_bytes},nr_inodes={inodes},mode=0711".encode()
    flags = ctypes.c_ulong(nosuid | nodev | noexec)
    _check(_libc.mount(b"tmpfs", path.encode(), b"tmpfs", flags, options), "mount")


def remount_read_only(path: str) -> None:
    """Make a bind mount read-only. A device below it works as before; its time stamps cannot be set any more.

    Raises:
        OSError: If the kernel refuses.
    """
    read_only, nosuid, noexec, remount, bind = 1, 2, 8, 32, 4096
    flags = ctypes.c_ulong(read_only | nosuid | noexec | remount | bind)
    _check(_libc.mount(None, path.encode(), None, flags, None), "mount")


def share_one_heap() -> None:
    """Let all threads of a process take memory from one heap: heaps of their own reserve far more than they use."""
    arena_max = -8
    _libc.mallopt(ctypes.c_int(arena_max), ctypes.c_int(1))


def effective_capabilities() -> int:
    """The effective, permitted and inheritable capabilities of this process, or-ed into one bit set."""
    header = ctypes.create_string_buffer(struct.pack("<Ii", 0x20080522, 0))
    data = ctypes.create_string_buffer(24)
    _check(_libc.syscall(_SYS_CAPGET[MACHINE], header, data), "capget")
    low = struct.unpack("<6I", data.raw)
    return int(low[0] | low[1] | low[2] | (low[3] | low[4] | low[5]) << 32)


def keep_capabilities(kept: int) -> None:
    """Give up every capability that is not in the bit set ``kept``, for good.

    Raises:
        OSError: If the kernel refuses.
    """
    for number in range(41):
        if not kept >> number & 1:
            try:
                prctl(PR_CAPBSET_DROP, number)
            except OSError:
                break  # no such capability, or not allowed to touch the bounding set: capset below still holds
    low, high = kept & 0xFFFFFFFF, kept >> 32
    _check(_capset(_SYS_CAPSET[MACHINE], _CAPABILITY_HEADER, struct.pack("<6I", low, low, 0, high, high, 0)), "capset")


def drop_capabilities() -> None:
    """Give up every capability at once; the bounding set stays what ``keep_capabilities`` made of it.

    Raises:
        OSError: If the kernel refuses.
    """
    _check(_capset(_SYS_CAPSET[MACHINE], _CAPABILITY_HEADER, _NO_CAPABILITIES), "capset")


def landlock_version() -> int:
    """The Landlock ABI of this kernel; 0 where it has none."""
    result = _libc.syscall(_SYS_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint(1))
    return max(int(result), 0)


_READ = 1 << 2 | 1 << 3 | 1 << 0
"""Read files, list directories, execute (mapping a library counts)."""
_ALL_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_IOCTL_ABI, _IOCTL = 5, (1 << 16) - 1


def landlock_ruleset(read_paths: list[str], write_directory: str, devices: list[str]) -> int | None:
    """Make the rule set of one side: read below ``read_paths``, everything but execute below ``write_directory``.

    Args:
        read_paths: Files or directories; those that do not exist are left out.
        write_directory: The side's own directory.
        devices: Character devices that may be read and written.

    Returns:
        A descriptor for ``landlock_restrict``, or None where the kernel has no Landlock.
    """
    version = landlock_version()
    if version == 0:
        return None
    handled = _IOCTL if version >= _IOCTL_ABI else _ALL_BY_ABI[version]
    network = 3 if version >= 4 else 0
    scoped = 3 if version >= 6 else 0
    attributes = struct.pack("<QQQ", handled, network, scoped)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    buffer = ctypes.create_string_buffer(attributes[:size], size)
    ruleset = _check(
        _libc.syscall(_SYS_LANDLOCK_CREATE, buffer, ctypes.c_size_t(size), ctypes.c_uint(0)), "landlock_create_ruleset"
    )
    for path in read_paths:
        _allow(ruleset, path, _READ & handled)
    _allow(ruleset, write_directory, handled & ~1)
    for path in devices:
        _allow(ruleset, path, (1 << 1 | 1 << 2) & handled)
    return ruleset


def _allow(ruleset: int, path: str, access: int) -> None:
    try:
        target = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(path):
            access &= 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14
        rule = ctypes.create_string_buffer(struct.pack("<Qi", access, target), 12)
        _check(
            _libc.syscall(_SYS_LANDLOCK_ADD, ctypes.c_int(ruleset), ctypes.c_int(1), rule, ctypes.c_uint(0)),
            "landlock_add_rule",
        )
    finally:
        os.close(target)


def landlock_restrict(ruleset: int) -> None:
    """Bind this process to a rule set, for good.

    Raises:
        OSError: If the kernel refuses.
    """
    _check(_restrict(_SYS_LANDLOCK_RESTRICT, ruleset, 0), "landlock_restrict_self")


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def install_filter(program: bytes) -> None:
    """Install a classic BPF program as this thread's seccomp filter; needs no_new_privs.

    Raises:
        OSError: If the kernel refuses.
    """
    description = _Program(len(program) // 8, program)
    prctl(PR_SET_SECCOMP, 2, ctypes.addressof(description))
