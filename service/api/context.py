"""What every request is given: the use cases' app, the settings, and the two things FastAPI resolves for routes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from service.settings import Settings
from service.usecases.app import App
from service.usecases.system import Readiness


@dataclass(frozen=True, slots=True)
class Context:
    """One opened service.

    Attributes:
        app: Ports and policies of the use cases.
        settings: As read at start.
        readiness: Each thing that must work, ok or what is wrong.
        analysers: Which analysers are there, as far as is known.
        trusted: Every caller is admin: the command line talking to itself.
        closing: Set when the service begins to end, so that endless streams end too.
    """

    app: App
    settings: Settings
    readiness: Callable[[], Awaitable[Sequence[Readiness]]]
    trusted: bool = False
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    analysers: Callable[[], Mapping[str, bool]] = dict


def context_of(request: Request) -> Context:
    """The context of the service that got this request."""
    context: Context = request.app.state.context
    return context


async def _here(request: Request) -> Context:
    return context_of(request)


Here = Annotated[Context, Depends(_here)]
