"""Samples asked of a model, written to a file as they come, so that an interrupted command goes on where it was.

Theory of operation. The file is the state: each answer is one line, appended and flushed before anything else is
done with it. A later start reads the file, cuts off a line that was not written to its end, and asks only for what
is missing. An interrupted command waits for the answers that are on their way, so that none is paid for twice; only
what was on its way when it was killed, or interrupted once more, is asked again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from itertools import islice
from typing import Any

from service.cli.console import say
from service.cli.progress import Bar
from service.cli.sample_file import Plan, SampleFile
from service.client.endpoint import Answer, EndpointError, ModelEndpoint, RequestRefused, Sampling

_REFUSALS = 8
"""So many refused requests without one answer end the command: it is not the prompts then."""


async def limited(prompts: AsyncIterator[dict[str, Any]], limit: int | None) -> AsyncIterator[dict[str, Any]]:
    """The first so many prompts."""
    taken = 0
    async for prompt in prompts:
        if limit is not None and taken >= limit:
            return
        taken += 1
        yield prompt


class Sampler:
    """Asks for what a file lacks.

    Attributes:
        refused: What the endpoint said of requests that it will not answer.
    """

    def __init__(self, endpoint: ModelEndpoint, plan: Plan, file: SampleFile) -> None:
        """Ask this endpoint in this way; answers are kept in the file, and what it holds is not asked again."""
        self._endpoint = endpoint
        self._plan = plan
        self._file = file
        self._running: set[asyncio.Task[dict[str, Any]]] = set()
        self.refused: list[str] = []

    async def lines(self, prompts: AsyncIterator[dict[str, Any]], bar: Bar) -> AsyncIterator[bytes]:
        """Ask for what is missing; yields each new line as it was written.

        Args:
            prompts: As ``GET /v1/task-sets/{name}/prompts`` gives them.
            bar: Shows how far it is.

        Raises:
            EndpointError: If the endpoint refuses or does not answer; what was answered is in the file.
        """
        held = self._file.held
        missing = [
            (prompt, index)
            async for prompt in prompts
            for index in range(self._plan.samples)
            if (prompt["task_id"], index) not in held
        ]
        total = len(missing) + len(held)
        todo = iter(missing)
        bar.show(len(held), total)
        while True:
            for prompt, index in islice(todo, self._plan.concurrency - len(self._running)):
                self._running.add(asyncio.create_task(self._ask(prompt, index)))
            if not self._running:
                return
            done, self._running = await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            for line in self._taken(done):
                yield line
            bar.show(len(held), total - len(self.refused))

    def _taken(self, done: set[asyncio.Task[dict[str, Any]]]) -> list[bytes]:
        """Write down all that was answered before an error of one of them ends the others."""
        lines, errors = [], []
        for each in done:
            error = each.exception()
            if error is None:
                lines.append(self._file.write(each.result()))
            elif isinstance(error, RequestRefused):
                self.refused.append(str(error))
            else:
                errors.append(error)
        if not self._file.held and len(self.refused) >= _REFUSALS:
            errors.append(EndpointError(f"{len(self.refused)} requests and no answer: {self.refused[0]}"))
        if errors:
            raise errors[0]
        return lines

    async def settle(self) -> None:
        """Keep the answers that are still on their way; another interruption drops them."""
        self._endpoint.last_attempts()
        running, self._running = self._running, set()
        try:
            if running:
                say(f"waiting for {len(running)} answers that are on their way; interrupt again to drop them")
                done, running = await asyncio.wait(running)
                with contextlib.suppress(EndpointError):
                    self._taken(done)
        finally:
            for each in running:
                each.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _ask(self, prompt: dict[str, Any], index: int) -> dict[str, Any]:
        return await _ask(self._endpoint, prompt, index, self._plan)


async def _ask(endpoint: ModelEndpoint, prompt: dict[str, Any], index: int, plan: Plan) -> dict[str, Any]:
    """One answer as a line of a samples file."""
    drawn = plan.sampling
    if drawn.seed is not None:
        drawn = Sampling(drawn.temperature, drawn.max_tokens, drawn.top_p, drawn.seed + index)
    if plan.form == "completion":
        answer = await endpoint.complete(prompt["text"], drawn, prompt["stop"])
    else:
        answer = await endpoint.chat([{"role": "user", "content": prompt["text"]}], drawn)
    text = {"completion" if prompt["continues"] else "code": _utf8(answer.text)}
    return {"task_id": prompt["task_id"], "sample_index": index, **text, "metadata": _about(answer, plan)}


def _about(answer: Answer, plan: Plan) -> dict[str, Any]:
    cost = plan.price.of(answer.tokens.prompt, answer.tokens.completion)
    return {
        **plan.settings(),
        "finish": answer.finish,
        "attempts": answer.attempts,
        "prompt_tokens": answer.tokens.prompt,
        "completion_tokens": answer.tokens.completion,
        "cost": cost,
    }


def _utf8(text: str) -> str:
    """A text without lone surrogates, which some endpoints send for half of a character."""
    return text.encode("utf-8", "replace").decode()
