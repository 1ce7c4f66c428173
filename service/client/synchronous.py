"""The client for programs without asyncio: what an agent or a training loop needs."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any

import httpx

from service.client.calls import (
    DEFAULT_URL,
    TIMEOUT,
    Call,
    Json,
    Unreachable,
    error_of,
    fresh_key,
    given,
    headers_of,
    import_call,
    line_of,
    pause_before,
    said,
    upload_call,
    verify_call,
)

_POLL_S = 0.2


class Assay:
    """Speaks to a service; a context manager.

    Every method raises ``AssayError`` when the service refuses and ``Unreachable`` when it does not answer.
    """

    def __init__(
        self, url: str = DEFAULT_URL, api_key: str | None = None, *, transport: httpx.BaseTransport | None = None
    ) -> None:
        """Connect lazily to ``url``; ``transport`` is for tests."""
        self._http = httpx.Client(base_url=url, headers=headers_of(api_key), timeout=TIMEOUT, transport=transport)

    def __enter__(self) -> Assay:
        """Open the connection pool."""
        self._http.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection pool."""
        self._http.__exit__(kind, error, trace)

    def call(self, call: Call) -> Any:
        """Send a call, again when the service is busy and says for how long; the decoded answer."""
        attempt = 0
        while True:
            attempt += 1
            try:
                response = self._http.send(call.request(self._http))
            except httpx.TransportError as error:
                raise Unreachable(f"{self._http.base_url} does not answer: {said(error)}") from error
            if response.is_success:
                return response.json()
            problem = error_of(response)
            pause = None if call.content is not None else pause_before(attempt, problem)
            if pause is None:
                raise problem
            time.sleep(pause)

    def get(self, path: str, **params: Any) -> Json:
        """Read anything."""
        found: Json = self.call(Call("GET", path, given(**params)))
        return found

    def verify(self, code: str, *, wait_s: float = 30, **fields: Any) -> Json:
        """Verify one candidate; ``fields`` are those of ``POST /v1/verifications``."""
        found: Json = self.call(verify_call(code, wait_s, fields))
        return found

    def import_task_set(self, name: str, content: bytes | None = None, form: str | None = None) -> Json:
        """Import a task set by its public name, or from a file's content."""
        found: Json = self.call(import_call(name, content, form))
        return found

    def create_run(self, name: str, model: str, task_set: str, **fields: Any) -> Json:
        """Create a run; ``fields`` are those of ``POST /v1/runs``."""
        document = {"name": name, "model": model, "task_set": task_set, **given(**fields)}
        found: Json = self.call(Call("POST", "/v1/runs", document=document, headers=fresh_key()))
        return found

    def add_candidates(self, run_id: str, candidates: Iterable[Mapping[str, Any]]) -> Json:
        """Upload candidates in a stream."""
        found: Json = self.call(upload_call(run_id, map(line_of, candidates)))
        return found

    def run(self, run_id: str, oracle: str | None = None) -> Json:
        """A run with its numbers."""
        return self.get(f"/v1/runs/{run_id}", oracle=oracle)

    def wait_for_run(self, run_id: str, timeout_s: float | None = None) -> Json:
        """The run as soon as it is finished.

        Raises:
            TimeoutError: If it is not finished in time; it goes on.
        """
        until = None if timeout_s is None else time.monotonic() + timeout_s
        while (run := self.run(run_id))["state"] not in ("completed", "cancelled"):
            if until is not None and time.monotonic() > until:
                raise TimeoutError(f"{run_id} is {run['state']}")
            time.sleep(_POLL_S)
        return run

    def export(self, run_id: str, form: str = "ndjson") -> Iterator[bytes]:
        """A run in a format that other tools read, in pieces."""
        request = Call("GET", f"/v1/runs/{run_id}/export", {"format": form}).request(self._http)
        try:
            response = self._http.send(request, stream=True)
            try:
                if not response.is_success:
                    response.read()
                    raise error_of(response)
                yield from response.iter_bytes()
            finally:
                response.close()
        except httpx.TransportError as error:
            raise Unreachable(f"{self._http.base_url} broke off: {said(error)}") from error
