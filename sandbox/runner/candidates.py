"""C, the zygote of candidates: it gets fixed-size headers and descriptors, never a test byte or a source.

The supervisor forks it before it reads its first byte. It imports nothing of the examiner's side, stays
small, and does once whatever each of its children would otherwise do again.
"""

from __future__ import annotations

import _sitebuiltins
import builtins
import gc
import os
import socket
import sys
from typing import NoReturn

from . import candidate, confine, kernel
from .zygotes import CANDIDATE_HEAD, ENDED, STARTED, UNCONFINED, ZygoteConfig, address_space_bytes, receive, use_site


def _add_site_builtins() -> None:
    """What ``site`` would have added: programs end with ``exit()``."""
    for name in ("exit", "quit"):
        setattr(builtins, name, _sitebuiltins.Quitter(name, "the end of file"))


def candidate_zygote(control: socket.socket, config: ZygoteConfig) -> NoReturn:
    """Fork a candidate for each header; say its pid, wait for it, say how it ended."""
    sys.argv = [candidate.FILE]
    _add_site_builtins()
    use_site(config.site)
    sys.path[:] = [path for path in sys.path if not path.startswith("/runner")]
    os.environ.clear()
    os.environ.update({"HOME": config.candidate.directory, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})
    candidate.rehearse()
    server = candidate.Server(3, 4)
    kernel.share_one_heap()
    confine.confine_zygote(config.candidate, config.work_bytes)
    base = address_space_bytes()
    gc.collect()
    gc.freeze()
    while True:
        data, descriptors = receive(control, CANDIDATE_HEAD, 5)
        cpu_s, memory, processes, source_bytes = CANDIDATE_HEAD.unpack(data)
        rights = confine.Rights(
            cpu_s=None if cpu_s < 0 else cpu_s,
            address_space_bytes=_address_space(base, memory, processes, config.shared_bytes),
            processes=processes,
        )
        pid = os.fork()
        if pid == 0:
            _be_candidate(server, config.candidate, rights, descriptors, source_bytes)
        for descriptor in descriptors:
            os.close(descriptor)
        control.send(STARTED.pack(b"S", pid))
        _, status, usage = os.wait4(pid, 0)
        control.send(ENDED.pack(b"E", status, usage.ru_utime, usage.ru_stime, usage.ru_maxrss * 1024))


def _address_space(base: int, memory: int, processes: int, shared: int) -> int | None:
    """The limit of one process: several must fit into the cell together."""
    if processes > 1:
        share = shared // processes
        memory = share if memory < 0 else min(memory, share)
    return None if memory < 0 else base + memory


def _be_candidate(
    server: candidate.Server,
    side: confine.Side,
    rights: confine.Rights,
    descriptors: list[int],
    source_bytes: int,
) -> NoReturn:
    try:
        source, read_end, write_end, out, err = descriptors
        # Its own: flags and owner of a shared file description would tell the next candidate what this one left.
        null = os.open(os.devnull, os.O_RDONLY)
        confine.confine(side, rights, (null, out, err, read_end, write_end, source))
        text = os.pread(5, source_bytes, 0) if source_bytes else b""
        os.close(5)
    except BaseException:
        os._exit(UNCONFINED)
    server.serve(text)
