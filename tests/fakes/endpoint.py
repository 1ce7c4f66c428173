"""An OpenAI-compatible endpoint whose answers are scripted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

Script = Callable[[str, int], str]
"""(what the model was asked, how often it was asked the same before) → what it answers."""


class ScriptedEndpoint:
    """Answers chat and completion requests; ``app`` is an ASGI application.

    Attributes:
        asked: Every document that was answered, in order.
        troubles: Responses given before anything is answered, first one first.
    """

    def __init__(self, script: Script, troubles: list[Response] | None = None) -> None:
        self._script = script
        self.troubles = troubles or []
        self.asked: list[dict[str, Any]] = []
        self.requests = 0
        self.app = Starlette(
            routes=[
                Route("/v1/chat/completions", self._chat, methods=["POST"]),
                Route("/v1/completions", self._complete, methods=["POST"]),
            ]
        )

    async def _chat(self, request: Request) -> Response:
        return await self._answer(request, lambda asked: asked["messages"][-1]["content"], "message")

    async def _complete(self, request: Request) -> Response:
        return await self._answer(request, lambda asked: asked["prompt"], "text")

    async def _answer(self, request: Request, read: Callable[[dict[str, Any]], str], form: str) -> Response:
        self.requests += 1
        if self.troubles:
            return self.troubles.pop(0)
        asked = await request.json()
        prompt = read(asked)
        before = sum(read(each) == prompt for each in self.asked if ("messages" in each) == ("messages" in asked))
        self.asked.append(asked)
        text = self._script(prompt, before)
        said: object = {"role": "assistant", "content": text} if form == "message" else text
        usage = {"prompt_tokens": len(prompt.split()), "completion_tokens": len(text.split())}
        return JSONResponse({"choices": [{"index": 0, form: said, "finish_reason": "stop"}], "usage": usage})


def busy(retry_after: str | None = None) -> Response:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return PlainTextResponse("busy", 429, headers)
