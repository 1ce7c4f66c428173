"""What is sent and what comes back, apart from who sends it: shared by both clients."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

Json = dict[str, Any]

NDJSON = "application/x-ndjson"
DEFAULT_URL = "http://127.0.0.1:8000"
TIMEOUT = httpx.Timeout(30.0, read=None)
"""Reading has no limit of its own: a verdict takes what it takes, and ``wait_s`` bounds that."""
ATTEMPTS = 6
"""Tries of one call when the service says that it is busy."""
LONGEST_PAUSE_S = 30.0
_BUSY = 429


class AssayError(Exception):
    """The service refused a request.

    Attributes:
        status: HTTP status.
        problem: The problem document (RFC 9457); has at least ``detail``.
        retry_after_s: What the service suggests, or None.
    """

    def __init__(self, status: int, problem: Json, retry_after_s: float | None = None) -> None:
        """Keep the status and the problem."""
        self.status = status
        self.problem = problem
        self.retry_after_s = retry_after_s
        places = [f"{part['pointer'] or 'body'}: {part['detail']}" for part in problem.get("errors", [])]
        detail = str(problem.get("detail") or f"status {status}")
        super().__init__("; ".join(places) if len(places) > 1 else detail)


class Unreachable(Exception):
    """There is no service at that address, or the connection broke; what was asked may have happened or not."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    Attributes:
        content: A body that is sent as it is, perhaps a stream; such a call is never repeated.
    """

    method: str
    path: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    document: Any = None
    content: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def request(self, client: httpx.Client | httpx.AsyncClient) -> httpx.Request:
        """The request for a client."""
        return client.build_request(
            self.method,
            self.path,
            params=dict(self.params),
            json=self.document,
            content=self.content,
            headers=dict(self.headers),
        )


def fresh_key() -> dict[str, str]:
    """A header that lets a creating call be repeated without creating twice."""
    return {"Idempotency-Key": uuid.uuid4().hex}


def given(**values: Any) -> dict[str, Any]:
    """The values that say something."""
    return {name: value for name, value in values.items() if value is not None}


def headers_of(api_key: str | None) -> dict[str, str]:
    """Headers of every request."""
    return {"Authorization": f"Bearer {api_key}"} if api_key else {}


def verify_call(code: str, wait_s: float, fields: Mapping[str, Any]) -> Call:
    """``POST /v1/verifications``."""
    headers = {**fresh_key(), "Prefer": f"wait={max(0, int(wait_s))}"}
    return Call("POST", "/v1/verifications", document={"code": code, **given(**fields)}, headers=headers)


def upload_call(run_id: str, content: Any) -> Call:
    """``POST /v1/runs/{id}/candidates`` with NDJSON."""
    headers = {"Content-Type": NDJSON, **fresh_key()}
    return Call("POST", f"/v1/runs/{run_id}/candidates", content=content, headers=headers)


def import_call(name: str, content: Any, form: str | None) -> Call:
    """``POST /v1/task-sets/import``, by name or with a file's content."""
    if content is None:
        return Call("POST", "/v1/task-sets/import", document={"name": name})
    params = given(name=name, format=form)
    headers = {"Content-Type": "application/octet-stream"}
    return Call("POST", "/v1/task-sets/import", params=params, content=content, headers=headers)


def line_of(candidate: Mapping[str, Any]) -> bytes:
    """One candidate as a line of NDJSON."""
    return json.dumps(candidate).encode() + b"\n"


def error_of(response: httpx.Response) -> AssayError:
    """The error that a read response stands for."""
    try:
        problem = response.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        problem = {"detail": f"{response.request.url} answered {response.status_code}: {response.text[:200]!r}"}
    after = response.headers.get("retry-after", "")
    return AssayError(response.status_code, problem, float(after) if after.isdigit() else None)


def pause_before(attempt: int, error: AssayError) -> float | None:
    """Seconds to wait before the next attempt (counted from 1); None when there is none."""
    if error.status != _BUSY or error.retry_after_s is None or attempt >= ATTEMPTS:
        return None
    return min(error.retry_after_s * attempt, LONGEST_PAUSE_S)


def event_of(lines: list[str]) -> tuple[str, Json] | None:
    """Name and data of a server-sent event from its lines; None for a comment."""
    fields = dict(line.split(": ", 1) for line in lines if ": " in line and not line.startswith(":"))
    if "data" not in fields:
        return None
    return fields.get("event", "message"), json.loads(fields["data"])


def said(error: Exception) -> str:
    """What an error says, or at least its name."""
    return str(error) or type(error).__name__
