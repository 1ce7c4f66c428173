from __future__ import annotations

import os
import socket
import subprocess
import sys

from service.worker.identity import dead, new_name, retire


def test_the_dead_are_told_from_the_living() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    host = socket.gethostname()[:40]
    mine = new_name()
    names = [f"{host}:{gone.pid}:aa", f"{host}:1:bb", f"elsewhere:{gone.pid}:cc", mine, "nonsense", f"{host}:x:dd"]
    assert dead(names) == [names[0]]
    assert dead([f"{host}:{os.getpid()}:ee"]) == [f"{host}:{os.getpid()}:ee"]
    retire(mine)
    assert dead([mine]) == [mine]
