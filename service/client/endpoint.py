"""A model behind an OpenAI-compatible endpoint: vLLM, Ollama, llama.cpp or a hosted one."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any

import httpx

from service.client.calls import said

_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_ABOUT_THIS_ONE = frozenset({400, 413, 422})
"""Statuses that speak of one request: another prompt may well be answered."""
_TIMEOUT = httpx.Timeout(30.0, read=600.0)
"""A model on a slow machine may think for minutes."""


class EndpointError(Exception):
    """The endpoint refused a request, answered nonsense, or did not answer after all attempts."""


class RequestRefused(EndpointError):
    """The endpoint will not answer this request, a prompt beyond its context for example; others it may answer."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What one answer cost; None where the endpoint does not say."""

    prompt: int | None = None
    completion: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model wrote.

    Attributes:
        text: Exactly as it came.
        finish: Why it stopped: ``stop``, ``length`` …; "" if the endpoint does not say.
        tokens: What it cost. With several answers to one request the prompt is counted with the first one.
        attempts: Requests that were needed, >= 1.
    """

    text: str
    finish: str = ""
    tokens: Tokens = field(default_factory=Tokens)
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Sampling:
    """How answers are drawn.

    Attributes:
        temperature: >= 0.
        max_tokens: Most tokens of one answer, >= 1.
        top_p: Within (0, 1], or None for the endpoint's own.
        seed: For endpoints that know it; each sample adds its index.
    """

    temperature: float = 0.8
    max_tokens: int = 1024
    top_p: float | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """When a request is tried again.

    Attributes:
        attempts: Tries of one request, >= 1.
        first_pause_s: Before the second try; doubled for each further one, with some jitter.
        longest_pause_s: Also the most that a ``Retry-After`` is followed.
    """

    attempts: int = 6
    first_pause_s: float = 1.0
    longest_pause_s: float = 60.0

    def pause_s(self, attempt: int, retry_after: str | None, draw: float) -> float:
        """Seconds to wait after the failed try number ``attempt``; ``draw`` within [0, 1) spreads callers out."""
        if retry_after is not None and retry_after.strip().isdigit():
            return min(float(retry_after), self.longest_pause_s)
        return min(self.first_pause_s * 2.0 ** (attempt - 1), self.longest_pause_s) * (0.5 + draw / 2)


class ModelEndpoint:
    """Asks one model; an async context manager."""

    def __init__(
        self,
        url: str,
        model: str,
        *,
        api_key: str | None = None,
        patience: Patience | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Connect lazily.

        Args:
            url: Base address, with or without ``/v1`` at its end.
            model: Name of the model, as the endpoint knows it.
            api_key: Sent as a bearer token.
            patience: When to try again.
            transport: What carries requests, for tests.
        """
        base = url.rstrip("/")
        self._base = base if base.endswith("/v1") else f"{base}/v1"
        self.model = model
        self._patience = patience or Patience()
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._http = httpx.AsyncClient(headers=headers, timeout=_TIMEOUT, transport=transport)
        self._jitter = random.Random()  # noqa: S311  # spreads retries, decides nothing

    async def __aenter__(self) -> ModelEndpoint:
        """Open the connection pool."""
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection pool."""
        await self._http.__aexit__(kind, error, trace)

    def last_attempts(self) -> None:
        """Let requests that are on their way come to their end, and try none of them again."""
        self._patience = replace(self._patience, attempts=1)

    async def chat(self, messages: Sequence[Mapping[str, str]], sampling: Sampling) -> Answer:
        """Answer a conversation.

        Raises:
            RequestRefused: If the endpoint refuses this one.
        EndpointError: If the endpoint refuses any, or does not answer after all attempts.
        """
        document = {"messages": [dict(message) for message in messages], **self._drawn(sampling)}
        found, attempts = await self._post("/chat/completions", document)
        choice = _choice(found)
        message = choice.get("message")
        content = message.get("content") if isinstance(message, dict) else None
        return _answer(content or "", choice, found, attempts)

    async def complete(self, prompt: str, sampling: Sampling, stop: Sequence[str] = ()) -> Answer:
        """Continue a text.

        Raises:
            RequestRefused: If the endpoint refuses this one.
        EndpointError: If the endpoint refuses any, or does not answer after all attempts.
        """
        document: dict[str, Any] = {"prompt": prompt, **self._drawn(sampling)}
        if stop:
            document["stop"] = list(stop)[:4]  # the protocol allows four; the rest is cut here
        found, attempts = await self._post("/completions", document)
        choice = _choice(found)
        text = choice.get("text")
        return _answer(_cut_at(text if isinstance(text, str) else "", stop), choice, found, attempts)

    def _drawn(self, sampling: Sampling) -> dict[str, Any]:
        optional = {"top_p": sampling.top_p, "seed": sampling.seed}
        drawn = {"temperature": sampling.temperature, "max_tokens": sampling.max_tokens}
        return {"model": self.model, **drawn, **{name: value for name, value in optional.items() if value is not None}}

    async def _post(self, path: str, document: dict[str, Any]) -> tuple[dict[str, Any], int]:
        trouble = ""
        attempt = 0
        while attempt < self._patience.attempts:
            attempt += 1
            retry_after = None
            try:
                response = await self._http.post(self._base + path, json=document)
            except httpx.TransportError as error:
                trouble = f"{self._base} does not answer: {said(error)}"
            else:
                if response.is_success:
                    return _document(response), attempt
                trouble = f"{self._base}{path} answered {response.status_code}: {_reason(response)}"
                if response.status_code not in _AGAIN:
                    raise (RequestRefused if response.status_code in _ABOUT_THIS_ONE else EndpointError)(trouble)
                retry_after = response.headers.get("retry-after")
            if attempt < self._patience.attempts:
                await asyncio.sleep(self._patience.pause_s(attempt, retry_after, self._jitter.random()))
        raise EndpointError(f"{trouble} (given up after {attempt} attempts)")


def _reason(response: httpx.Response) -> str:
    """What a refusal says, out of the documents that endpoints send."""
    try:
        found = response.json()
    except ValueError:
        found = None
    for name in ("error", "message", "detail"):
        if isinstance(found, dict) and name in found:
            found = found[name]
    return (found if isinstance(found, str) else response.text)[:300]


def _document(response: httpx.Response) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise EndpointError(f"{response.request.url} answered something that is no JSON object")
    return found


def _choice(found: Mapping[str, Any]) -> dict[str, Any]:
    choices = found.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise EndpointError("the endpoint's answer holds no choices")
    choice: dict[str, Any] = choices[0]
    return choice


def _answer(text: str, choice: Mapping[str, Any], found: Mapping[str, Any], attempts: int) -> Answer:
    usage = found.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    tokens = Tokens(_count(counts.get("prompt_tokens")), _count(counts.get("completion_tokens")))
    finish = choice.get("finish_reason")
    return Answer(text, finish if isinstance(finish, str) else "", tokens, attempts)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _cut_at(text: str, stop: Sequence[str]) -> str:
    """The text before the first of the stops; endpoints do this themselves for those that they were told."""
    ends = [at for each in stop if (at := text.find(each)) >= 0]
    return text[: min(ends)] if ends else text
