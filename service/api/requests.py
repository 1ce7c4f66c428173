"""What routes read from a request besides the schema: preferences, idempotency, raw and line-wise bodies."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Query, Request

from service.api.access import Identified
from service.api.context import context_of
from service.domain.requests import Idempotency
from service.errors import InvalidInput, TooLarge

DEFAULT_WAIT_S = 30.0

_WAIT = re.compile(r"(?:^|[,;]\s*)wait\s*=\s*\"?(\d{1,9})\"?(?=\s*(?:[,;]|$))", re.IGNORECASE)
_ASYNC = re.compile(r"(?:^|[,;]\s*)respond-async\s*(?:[,;]|$)", re.IGNORECASE)
_KEY = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,199}")


async def _wait(
    request: Request, prefer: Annotated[str | None, Header(description="`wait=N`, seconds.")] = None
) -> float:
    longest = context_of(request).settings.wait_max_s
    preference = prefer or ""
    if match := _WAIT.search(preference):
        return min(float(match[1]), longest)
    return 0.0 if _ASYNC.search(preference) else min(DEFAULT_WAIT_S, longest)


Wait = Annotated[float, Depends(_wait)]
"""Seconds to wait for a verdict, from ``Prefer: wait=N`` (RFC 7240)."""

KeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key", description="The same key with the same body creates once; at most 200 characters."
    ),
]


def idempotency_of(request: Request, key: str, key_id: str | None, body_hash: str) -> Idempotency:
    """An idempotency key within its route and caller.

    Raises:
        InvalidInput: If the key is not 1 to 200 printable ASCII characters.
    """
    if not _KEY.fullmatch(key):
        raise InvalidInput("Idempotency-Key must be 1 to 200 printable ASCII characters", "#/header/Idempotency-Key")
    return Idempotency(f"{request.method} {request.url.path} {key_id or '-'}", key, body_hash)


async def _idempotency(request: Request, caller: Identified, key: KeyHeader = None) -> Idempotency | None:
    if key is None:
        return None
    return idempotency_of(request, key, caller.key_id, hashlib.sha256(await request.body()).hexdigest())


Idempotent = Annotated[Idempotency | None, Depends(_idempotency)]


@dataclass(frozen=True, slots=True)
class Slice:
    """Which page of a listing."""

    cursor: str | None
    limit: int


async def _slice(
    cursor: Annotated[str | None, Query(max_length=500, description="`next_cursor` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Slice:
    if cursor is not None and not cursor.isprintable():
        raise InvalidInput("this cursor is not one of ours", "#/query/cursor")
    return Slice(cursor, limit)


Paging = Annotated[Slice, Depends(_slice)]


@dataclass(frozen=True, slots=True)
class LineReader:
    """The lines of a streamed body, one at a time, so that memory holds one line and not the body."""

    request: Request
    line_max_bytes: int

    async def lines(self) -> AsyncIterator[bytes | None]:
        """Each line without its end; None stands for one that is longer than allowed.

        Raises:
            ClientDisconnect: If the body was cut off, after its complete lines.
        """
        held = bytearray()
        overlong = False
        async for chunk in self.request.stream():
            *complete, rest = chunk.split(b"\n")
            for piece in complete:
                yield None if overlong or len(held) + len(piece) > self.line_max_bytes else bytes(held + piece)
                held.clear()
                overlong = False
            held += rest
            if len(held) > self.line_max_bytes:
                overlong = True
                held.clear()
        if held or overlong:
            yield None if overlong else bytes(held)


async def body_within(request: Request, most: int) -> bytes:
    """The whole body of a route that has no limit of its own.

    Raises:
        TooLarge: As soon as more than ``most`` bytes came.
    """
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if len(held) > most:
            raise TooLarge(f"the body is larger than {most} bytes")
    return bytes(held)
