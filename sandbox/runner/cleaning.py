"""Between candidates: every process is dead and every file is gone, proven, or the cell is thrown away."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import time
from typing import Any

DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
"""What a side may open besides files; who may write to one may set its time stamps."""
_PATIENCE_S = 0.05
_OOM_FILES = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control")


class Cleaner:
    """Kills, deletes and proves."""

    def __init__(self, config: dict[str, Any]) -> None:
        """Make each side's own directory below the work directory."""
        self._uids: dict[str, int | None] = {role: config[f"{role}_uid"] for role in ("candidate", "examiner")}
        self._spare: int | None = config["spare_uid"]
        self._work: str = config["work"]
        self.directories = {role: os.path.join(self._work, role) for role in self._uids}
        for role, uid in self._uids.items():
            # The group is the side's own and the owner is the supervisor, so that the side can write but not chmod.
            if uid is not None:
                os.setegid(uid)
            os.mkdir(self.directories[role])
            if uid is not None:
                os.setegid(0)
            os.chmod(self.directories[role], 0o700 if uid is None else 0o770)
        self._stamped = [*self.directories.values(), *(path for path in DEVICES if _reset_stamps(path))]
        self._baseline: tuple[int, int] | None = None
        self._residents: set[str] = set()
        self._oom_kills = self._count_oom_kills()
        self.remember()

    def remember(self) -> None:
        """Take the present state of the work directory as clean."""
        for path in self._stamped:
            _reset_stamps(path)
        self._baseline = self._free()
        self._residents = {name for name in os.listdir("/proc") if name.isdigit()}

    def _free(self) -> tuple[int, int]:
        space = os.statvfs(self._work)
        return space.f_bfree, space.f_ffree

    def kill(self, role: str, pid: int) -> None:
        """Kill every process of a side.

        Real and effective user become the spare and the side's own, so that ``kill(-1)`` reaches all of the
        side's processes and nothing else, and no process of the side may signal back.

        """
        uid = self._uids[role]
        if uid is None or self._spare is None:
            if pid > 0:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return
        os.setresuid(self._spare, uid, 0)
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            pass
        finally:
            os.setresuid(0, 0, 0)

    def _strangers(self) -> bool:
        """Whether the cell holds any process but those that were there when it greeted the host."""
        return {name for name in os.listdir("/proc") if name.isdigit()} != self._residents

    def clean(self) -> tuple[bool, str]:
        """Clean up after one exam.

        Returns:
            Whether the cell may be used again, and why not.
        """
        began = time.monotonic()
        while self._strangers():
            for role in self._uids:
                self.kill(role, 0)
            _reap_orphans()
            if time.monotonic() - began > _PATIENCE_S:
                return False, "a process survives"
        if self._free() != self._baseline:
            for role in self._uids:
                self._empty(role)
            if self._free() != self._baseline:
                return False, "the work directory is not as it was"
        for role, directory in self.directories.items():
            if self._uids[role] is None:  # the side owns its directory
                os.chmod(directory, stat.S_IRWXU)
        for path in self._stamped:
            _reset_stamps(path)
        if time.monotonic() - began > _PATIENCE_S:
            return False, "cleaning took too long"
        return True, ""

    def _empty(self, role: str) -> None:
        descriptor = os.open(self.directories[role], os.O_RDONLY | os.O_DIRECTORY)
        uid = self._uids[role]
        try:
            if uid is not None:
                os.setegid(uid)
                os.seteuid(uid)
            _delete_below(descriptor)
        except (OSError, RecursionError):
            pass  # what is left, thousands of directories inside each other too, shows in the count of free inodes
        finally:
            if uid is not None:
                os.seteuid(0)
                os.setegid(0)
            os.close(descriptor)

    def _count_oom_kills(self) -> int:
        for path in _OOM_FILES:
            try:
                with open(path) as file:
                    words = dict(line.split() for line in file)
            except (OSError, ValueError):
                continue
            if "oom_kill" in words:
                return int(words["oom_kill"])
        return 0

    def oom_killed(self) -> bool:
        """Whether the cgroup has killed for memory since this was last asked."""
        now = self._count_oom_kills()
        since, self._oom_kills = now > self._oom_kills, now
        return since


def _reset_stamps(path: str) -> bool:
    try:
        os.utime(path, (0, 0))
    except OSError:
        return False  # not the cell's own, or on a read-only mount
    return True


def _reap_orphans() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _delete_below(directory: int) -> None:
    """Delete everything below a directory, relative to descriptors and without following links."""
    with os.scandir(directory) as entries:
        found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_directory in found:
        if not is_directory:
            os.unlink(name, dir_fd=directory)
            continue
        os.chmod(name, stat.S_IRWXU, dir_fd=directory)
        child = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=directory)
        try:
            _delete_below(child)
        finally:
            os.close(child)
        os.rmdir(name, dir_fd=directory)
