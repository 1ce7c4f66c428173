"""Errors on the wire: ``application/problem+json`` (RFC 9457), one table from error to status."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from service import errors

MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[errors.AssayError], HTTPStatus] = {
    errors.InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.InvalidTask: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NotAuthorised: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.Busy: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.AssayError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""The status of an error is that of its nearest ancestor in this table."""

RETRY_AFTER_S = 5
"""What a 503 suggests."""


class ProblemPart(BaseModel):
    """One of several things that are wrong."""

    pointer: str | None = Field(description="JSON pointer into the body, or `#/query/…`, `#/path/…`, `#/header/…`.")
    detail: str


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[ProblemPart] = Field(default=[])


def problem(
    request: Request,
    status: int,
    detail: str,
    *,
    kind: str = "about:blank",
    parts: Sequence[ProblemPart] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """A problem response for this request.

    Args:
        request: Gives the request id.
        status: HTTP status.
        detail: A sentence that the caller can act on.
        kind: The problem's type URI.
        parts: The places that are wrong.
        headers: Further headers.
    """
    body = Problem(
        type=kind,
        title=HTTPStatus(status).phrase,
        status=status,
        detail=_printable(detail),
        request_id=request_id(request),
        errors=list(parts),
    )
    return JSONResponse(body.model_dump(), status, headers, media_type=MEDIA_TYPE)


def request_id(request: Request) -> str:
    """The id that the request middleware gave to this request."""
    return str(request.scope.get("assay.request_id", ""))


def status_of(error: errors.AssayError) -> HTTPStatus:
    """The HTTP status of an error."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def install(app: FastAPI) -> None:
    """Render every error of ``app`` as a problem."""
    app.add_exception_handler(errors.AssayError, _assay_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(ClientDisconnect, _client_gone)


async def _assay_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.AssayError)
    status = status_of(error)
    headers = {}
    if isinstance(error, errors.Busy):
        headers["Retry-After"] = str(error.retry_after_s)
    elif isinstance(error, errors.Unavailable):
        headers["Retry-After"] = str(RETRY_AFTER_S)
    elif status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    parts = []
    if isinstance(error, errors.InvalidInput) and error.pointer is not None:
        parts.append(ProblemPart(pointer=error.pointer, detail=_printable(str(error))))
    return problem(request, status, str(error), kind=_kind(error), parts=parts, headers=headers)


def _kind(error: errors.AssayError) -> str:
    """``urn:assay:problem:queue-full`` for ``QueueFull``; an invalid task says why."""
    name = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in type(error).__name__)
    reason = f":{error.reason}" if isinstance(error, errors.InvalidTask) else ""
    return f"urn:assay:problem:{name.lstrip('-')}{reason}"


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    broken = next((each for each in found if each["type"] == "json_invalid"), None)
    if broken is not None:
        place = broken["loc"][-1]
        reason = broken.get("ctx", {}).get("error", "not JSON")
        detail = f"The body is not complete, valid JSON: {reason} at character {place}."
        return problem(request, HTTPStatus.BAD_REQUEST, detail, kind="urn:assay:problem:malformed-body")
    parts = [ProblemPart(pointer=pointer_of(_place(each, error.body)), detail=_sentence(each)) for each in found]
    detail = parts[0].detail if len(parts) == 1 else f"{len(parts)} places cannot be used."
    return problem(
        request, HTTPStatus.UNPROCESSABLE_ENTITY, detail, kind="urn:assay:problem:invalid-input", parts=parts
    )


def pointer_of(location: Sequence[int | str]) -> str:
    """A JSON pointer for a pydantic location: into the body, else with the place's kind in front.

    Args:
        location: Such as ``("body", "limits", "cpu_s")`` or ``("query", "limit")``.
    """
    head, *rest = location or ("body",)
    escaped = [str(step).replace("~", "~0").replace("/", "~1") for step in rest]
    if head == "body":
        return "".join(f"/{step}" for step in escaped)
    return "#/" + "/".join([str(head), *escaped])


def _place(found: dict[str, Any], body: Any) -> list[int | str]:
    """Where it is wrong, without the tags that pydantic puts between a tagged union and its fields."""
    location: Sequence[int | str] = found["loc"]
    if not location or location[0] != "body":
        return list(location)
    kept: list[int | str] = ["body"]
    for number, step in enumerate(location[1:], start=2):
        named = found["type"] == "missing" and number == len(location)
        if not named and isinstance(body, dict) and step not in body and step in body.values():
            continue
        kept.append(step)
        inside = (isinstance(body, dict) and step in body) or (isinstance(body, list) and step in range(len(body)))
        body = body[step] if inside else None
    return kept


def _sentence(found: dict[str, Any]) -> str:
    """What pydantic says, without the prefix of validators and without echoing the input."""
    if found["type"] == "extra_forbidden":
        return _printable(f"Unknown field {found['loc'][-1]!r}.")
    return _printable(str(found["msg"]).removeprefix("Value error, "))


def _printable(text: str) -> str:
    """Text that can be encoded as UTF-8, lone surrogates shown as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = error.detail
    if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        detail = "The body is larger than this service takes; see body_max_bytes in GET /v1/limits."
    elif error.status_code == HTTPStatus.NOT_FOUND:
        detail = f"There is no route {request.url.path}."
    elif error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        detail = f"{request.url.path} does not take {request.method}."
    headers = dict(error.headers) if error.headers else None
    return problem(request, error.status_code, detail, headers=headers)


async def _client_gone(request: Request, error: Exception) -> Response:
    detail = "The body ended before it was complete."
    return problem(request, HTTPStatus.BAD_REQUEST, detail, kind="urn:assay:problem:malformed-body")


def unexpected(request: Request) -> Response:
    """The answer when something broke here; what it was stays in the log."""
    detail = "Something went wrong here; the log has it under this request id."
    return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, detail)
