"""Names of workers, and which of them are dead."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterable

_LIVE: set[str] = set()
"""Workers of this process."""


def new_name() -> str:
    """A name that tells host and process: ``host:pid:random``."""
    name = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
    _LIVE.add(name)
    return name


def retire(name: str) -> None:
    """Forget a worker of this process."""
    _LIVE.discard(name)


def dead(names: Iterable[str]) -> list[str]:
    """Those whose process on this host is gone; of workers elsewhere only the end of their lease tells."""
    return [name for name in names if _is_dead(name)]


def _is_dead(name: str) -> bool:
    host, _, rest = name.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname()[:40] or not rest.isdigit() or name in _LIVE:
        return False
    if int(rest) == os.getpid():
        return True
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
