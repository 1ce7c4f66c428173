"""``assay bench --model-url``: a served model, asked, interrupted, resumed, verified on real cells."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.responses import JSONResponse, PlainTextResponse

from tests.e2e.conftest import ASSAY, Done, free_port
from tests.e2e.test_cli import TASK
from tests.e2e.test_interruption import _hear_interrupts
from tests.fakes.endpoint import ScriptedEndpoint, busy

RIGHT = "Here it is:\n\n```python\ndef add(a, b):\n    return a + b\n```\nThat adds them."
WRONG = "```python\ndef add(a, b):\n    return a - b\n```"
LOCALS = ("add", "more", "third")


@pytest.fixture
def mine(cells: None, assay: Callable[..., Done], tmp_path: Path) -> Path:
    rows = [json.dumps({**TASK, "local": local, "prompt": f"Add two numbers ({local})."}) for local in LOCALS]
    (tmp_path / "set.jsonl").write_text("\n".join(rows))
    assert assay("tasks", "import", "native", "set.jsonl", "--name", "mine").code == 0
    return tmp_path


@contextmanager
def served(endpoint: ScriptedEndpoint) -> Iterator[str]:
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(endpoint.app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


def every_other(prompt: str, before: int) -> str:
    return RIGHT if before % 2 == 0 else WRONG


def asked(url: str, *more: str) -> tuple[str, ...]:
    return ("bench", "answers.jsonl", "--tasks", "mine", "--model", "tiny", "--model-url", url, "--json", *more)


def rows(directory: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (directory / "answers.jsonl").read_text().splitlines()]


def test_answers_are_asked_for_kept_and_verified(mine: Path, assay: Callable[..., Done]) -> None:
    endpoint = ScriptedEndpoint(every_other, troubles=[busy("0"), PlainTextResponse("oops", 500, {"Retry-After": "0"})])
    with served(endpoint) as url:
        prices = ("--prompt-price", "1000000", "--completion-price", "0")
        done = assay(*asked(url, "--samples", "4", "--verifier", "plus", "--temperature", "0.3", *prices))

    found = json.loads(done.out)
    assert done.code == 0, done.err
    assert (found["progress"]["done"], found["progress"]["failed"]) == (12, 0)
    assert found["verifiers"][0]["pass_at_1"]["value"] == 0.5
    assert found["spent"]["answers"] == 12
    assert found["spent"]["prompt_tokens"] == found["spent"]["cost"] > 0
    assert found["spent"]["asked_again"] == 2
    kept = rows(mine)
    assert {(row["task_id"], row["sample_index"]) for row in kept} == {
        (f"mine/{name}", n) for name in LOCALS for n in range(4)
    }
    assert kept[0]["metadata"]["temperature"] == 0.3
    assert "Here it is" in json.dumps(kept)
    assert all(message["temperature"] == 0.3 for message in endpoint.asked)


def test_nothing_that_was_answered_is_asked_again(mine: Path, assay: Callable[..., Done]) -> None:
    endpoint = ScriptedEndpoint(every_other)
    with served(endpoint) as url:
        assert assay(*asked(url, "--samples", "2", "--limit", "2")).code == 0
        with (mine / "answers.jsonl").open("ab") as file:
            file.write(b'{"task_id": "mine/third", "sample_ind')
        assert len(endpoint.asked) == 4
        done = assay(*asked(url, "--samples", "3"))

    assert done.code == 0, done.err
    assert len(endpoint.asked) == 9
    assert json.loads(done.out)["progress"]["total"] == 9
    assert len(rows(mine)) == 9


def test_samples_drawn_in_two_ways_do_not_mix(mine: Path, assay: Callable[..., Done]) -> None:
    with served(ScriptedEndpoint(every_other)) as url:
        assert assay(*asked(url, "--limit", "1")).code == 0
        done = assay(*asked(url, "--limit", "1", "--temperature", "0.1"))

    assert done.code == 2
    assert "would mix them" in done.err


def test_completions_continue_the_prompt(mine: Path, assay: Callable[..., Done]) -> None:
    endpoint = ScriptedEndpoint(lambda prompt, before: "def add(a, b):\n    return a + b\n[DONE]\nand more")
    with served(endpoint) as url:
        done = assay(*asked(url, "--form", "completion", "--limit", "1"))

    assert json.loads(done.out)["verifiers"][0]["accepted"] == 1, done.err
    assert endpoint.asked[0]["prompt"].endswith("[BEGIN]\n")
    assert endpoint.asked[0]["stop"] == ["[DONE]"]


def test_a_model_that_is_not_there_is_told(mine: Path, assay: Callable[..., Done]) -> None:
    endpoint = ScriptedEndpoint(every_other, troubles=[PlainTextResponse("no such model", 404)] * 8)
    with served(endpoint) as url:
        done = assay(*asked(url))

    assert (done.code, done.out) == (3, "")
    assert "404: no such model" in done.err
    assert "Traceback" not in done.err


class Slow(ScriptedEndpoint):
    """Answers after a while; counts what it began to answer."""

    async def _chat(self, request: Any) -> Any:
        await asyncio.sleep(0.25)
        return await super()._chat(request)


def test_an_interrupted_command_goes_on_where_it_was(
    mine: Path, assay: Callable[..., Done], environment: dict[str, str]
) -> None:
    endpoint = Slow(every_other)
    with served(endpoint) as url:
        command = [*ASSAY, *asked(url, "--samples", "6", "--concurrency", "2")]
        with subprocess.Popen(
            command, cwd=mine, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            preexec_fn=_hear_interrupts,
        ) as process:  # fmt: skip
            until = time.monotonic() + 60
            while len(endpoint.asked) < 5 and time.monotonic() < until:
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (130, b""), err.decode()
        answered = {(row["task_id"], row["sample_index"]) for row in rows(mine)}
        assert 3 <= len(answered) < 18
        assert len(endpoint.asked) == len(answered)  # what was on its way was waited for
        done = assay(*asked(url, "--samples", "6"))

    assert done.code == 0, done.err
    assert len(endpoint.asked) == 18
    assert json.loads(done.out)["progress"]["done"] == 18


def test_interrupted_twice_it_does_not_wait_for_answers(mine: Path, environment: dict[str, str]) -> None:
    class Silent(ScriptedEndpoint):
        async def _chat(self, request: Any) -> Any:
            self.requests += 1
            await asyncio.sleep(5)
            return await super()._chat(request)

    endpoint = Silent(every_other)
    with served(endpoint) as url, subprocess.Popen(
        [*ASSAY, *asked(url, "--samples", "6", "--concurrency", "2")], cwd=mine, env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=_hear_interrupts,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        until = time.monotonic() + 60
        while not endpoint.requests and time.monotonic() < until:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        while b"waiting for 2 answers" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        answered = len(endpoint.asked)

    assert (process.returncode, out) == (130, b""), err.decode()
    assert b"Traceback" not in err
    assert (answered, rows(mine)) == (0, [])


def too_long() -> JSONResponse:
    return JSONResponse({"error": {"message": "the context is too short", "code": "context_length_exceeded"}}, 400)


def test_a_prompt_that_is_refused_is_told_and_the_others_are_answered(mine: Path, assay: Callable[..., Done]) -> None:
    with served(ScriptedEndpoint(every_other, troubles=[too_long()])) as url:
        done = assay(*asked(url, "--concurrency", "1"))
        assert (done.code, json.loads(done.out)["progress"]["done"]) == (4, 2), done.err
        assert "answered 400: the context is too short\n" in done.err
        again = assay(*asked(url, "--concurrency", "1"))

    assert (again.code, json.loads(again.out)["progress"]["done"]) == (0, 3), again.err


def test_a_model_that_refuses_everything_is_not_asked_on(mine: Path, assay: Callable[..., Done]) -> None:
    endpoint = ScriptedEndpoint(every_other, troubles=[too_long() for _ in range(100)])
    with served(endpoint) as url:
        done = assay(*asked(url, "--samples", "20", "--concurrency", "1"))

    assert (done.code, done.out) == (3, "")
    assert endpoint.requests == 8
    assert "8 requests and no answer" in done.err
