"""Starts a cell: ``python -I -S -B <this directory> --config JSON (--socket PATH | --fd N | --stdio)``."""

from __future__ import annotations

import json
import os
import socket
import sys

_PARENT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def _connect(arguments: list[str]) -> tuple[int, int]:
    if "--socket" in arguments:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(arguments[arguments.index("--socket") + 1])
        descriptor = connection.detach()
        return descriptor, descriptor
    if "--fd" in arguments:
        descriptor = int(arguments[arguments.index("--fd") + 1])
        os.set_inheritable(descriptor, False)
        return descriptor, descriptor
    read_end, write_end = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(2, 1)
    return read_end, write_end


def main(arguments: list[str]) -> int:
    """Serve until the host hangs up.

    Returns:
        0 after an orderly end, 1 if the cell had to be given up.
    """
    sys.path.insert(0, _PARENT)
    from runner import connection, frames, supervisor, zygotes  # type: ignore[import-not-found]  # this directory, by its own name

    sys.path.remove(_PARENT)
    config = json.loads(arguments[arguments.index("--config") + 1])
    host = connection.Connection(*_connect(arguments))
    try:
        cell = supervisor.Supervisor(host, config)
        cell.greet()
        cell.serve()
    except frames.StreamClosed:
        return 0
    except (zygotes.ZygoteLost, OSError) as error:
        try:
            host.send_json(frames.FATAL, {"message": str(error)})
        except OSError:
            return 1
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
