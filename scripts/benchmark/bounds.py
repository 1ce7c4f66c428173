"""The bounds: a plain fork and plain ``exec``, without isolation; and a hardened container for each candidate."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import docker
from docker.errors import DockerException

from sandbox.images import contents
from scripts.benchmark.contender import Batch, NotAccepted, NotMeasured, in_threads
from scripts.benchmark.processor import Containers
from scripts.benchmark.samples import Sample

WORKER = Path(__file__).with_name("worker.py")


class PlainWorkers:
    """Two processes that run what they are sent: ``fork`` or ``exec``."""

    share = 1.0
    containers = Containers.NONE
    single = True
    settle_s = 0.0

    def __init__(self, mode: str, workers: int) -> None:
        """Start the workers."""
        self.name = f"plain {mode}"
        executable = str(Path(sys.executable).resolve())
        command = [executable, "-I", "-S", str(WORKER), mode]
        self._workers = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(workers)
        ]

    def _one(self, thread: int, sample: Sample) -> None:
        worker = self._workers[thread]
        assert worker.stdin is not None
        assert worker.stdout is not None
        source = sample.script.encode()
        worker.stdin.write(len(source).to_bytes(4, "big") + source)
        worker.stdin.flush()
        if worker.stdout.read(1) != b"1":
            raise NotAccepted(f"{self.name}: {sample.task_id}")

    async def verify(self, samples: Sequence[Sample], in_flight: int) -> Batch:
        """Verify in one thread for each worker."""
        return await asyncio.to_thread(in_threads, self._one, samples, min(in_flight, len(self._workers)))

    async def close(self) -> None:
        """Let the workers end."""
        for worker in self._workers:
            with worker:  # closes the pipes and waits
                pass


class ContainerEach:
    """``docker run`` for each candidate, with the options that people are told to set."""

    name = "docker run each"
    share = 0.04
    containers = Containers.ALL
    single = True
    settle_s = 0.0

    def __init__(self, workers: int) -> None:
        """Reach the engine.

        Raises:
            NotMeasured: It does not answer, or lacks the image.
        """
        try:
            self._client = docker.from_env(timeout=120)
            self._client.images.get(contents.image_tag())
        except DockerException as error:
            raise NotMeasured(f"no engine with {contents.image_tag()}: {str(error)[:100]}") from None

    def _one(self, _thread: int, sample: Sample) -> None:
        try:
            self._client.containers.run(
                contents.image_tag(),
                ["-I", "-S", "-c", sample.script],
                entrypoint="/usr/local/bin/python3",
                remove=True,
                network_mode="none",
                read_only=True,
                user="65534:65534",
                cap_drop=["ALL"],
                security_opt=["no-new-privileges"],
                pids_limit=64,
                mem_limit="512m",
                memswap_limit="512m",
                tmpfs={"/tmp": "rw,noexec,nosuid,size=64m"},
            )
        except DockerException as error:
            raise NotAccepted(f"{self.name}: {sample.task_id}: {str(error)[-300:]}") from None

    async def verify(self, samples: Sequence[Sample], in_flight: int) -> Batch:
        """Verify in threads."""
        return await asyncio.to_thread(in_threads, self._one, samples, in_flight)

    async def close(self) -> None:
        """Let go of the engine."""
        self._client.close()
